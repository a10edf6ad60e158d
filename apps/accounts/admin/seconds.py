"""What takes two persons: posts that pay money out, and second factors that were lost; and certificates of UKeys."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import services
from apps.accounts.admin.people import PostForm
from apps.accounts.models import Factor, FactorLoss, Post, PostProposal
from apps.accounts.roles import ROLES
from imbudget.kit.adminbase import AUDIT, SECURITY, SYSTEM, GrantedAdmin
from imbudget.kit.errors import ALLOWED, RuleViolation, Verdict, refused


class DecidedAdmin(GrantedAdmin):
    """Asked for on the form, decided in the list by somebody else; nothing of it is rewritten."""

    list_filter = ("state",)
    search_fields = ("user__username", "user__name")
    decide_grants: frozenset[str] = frozenset({SECURITY})
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.actor.can(self.change_grant)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_decide_permission(self, request: HttpRequest) -> bool:
        """Django asks this for actions with the permission `decide`."""
        return bool(self.decide_grants & request.actor.grants)

    def has_ask_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def for_each(self, request: HttpRequest, rows: QuerySet, act: Callable[[Any], Any], done: str) -> None:
        """One act for each row; a refusal stops none of the others."""
        for row in rows.select_related("user"):
            try:
                act(row)
            except RuleViolation as refusal:
                self.message_user(request, f"{row}: {refusal}", messages.ERROR)
            else:
                self.message_user(request, done % {"name": row}, messages.SUCCESS)


class ProposalForm(PostForm):
    """A post that pays money out, as it is proposed."""

    def may_give(self, post: Post) -> Verdict:
        if ROLES[post.role].two_persons:
            return ALLOWED
        return refused(_("This post takes one person only: give it on the page of posts."))


@admin.register(PostProposal)
class PostProposalAdmin(DecidedAdmin):
    """The security administrator proposes; another one, or the audit administrator, confirms."""

    change_grant = SECURITY
    view_grants = frozenset({SECURITY, AUDIT})
    decide_grants = frozenset({SECURITY, AUDIT})
    form = ProposalForm
    list_display = ("user", "role", "region", "unit", "valid_from", "valid_to", "state", "asked_by", "decided_by")
    list_select_related = ("user", "region", "unit", "asked_by", "decided_by")
    autocomplete_fields = ("user", "region", "department", "unit")
    fields = ("user", "role", "region", "department", "unit", "valid_from", "valid_to")
    actions = ("confirm", "refuse", "withdraw")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.actor})

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "role":
            kwargs["choices"] = [(role.code, role.label) for role in ROLES.values() if role.two_persons]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: PostProposal, form: Any, change: bool) -> None:
        kept = services.propose_post(request.actor, obj.user, obj.role, obj.node, obj.valid_from, obj.valid_to)
        obj.pk, obj._state.adding = kept.pk, False

    @admin.action(description=gettext_lazy("confirm: give the post"), permissions=["decide"])
    def confirm(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.for_each(request, queryset, lambda row: services.confirm_post(request.actor, row), _("%(name)s: given."))

    @admin.action(description=gettext_lazy("refuse"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.for_each(request, queryset, lambda row: services.refuse_post(request.actor, row), _("%(name)s: refused."))

    @admin.action(description=gettext_lazy("take the proposal back"), permissions=["ask"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.for_each(
            request, queryset, lambda row: services.withdraw_post(request.actor, row), _("%(name)s: taken back.")
        )


@admin.register(FactorLoss)
class FactorLossAdmin(DecidedAdmin):
    """The system administrator reports the loss; the security administrator resets."""

    change_grant = SYSTEM
    view_grants = frozenset({SYSTEM, SECURITY, AUDIT})
    list_display = ("user", "reason", "state", "asked_by", "asked_at", "decided_by", "decided_at")
    list_select_related = ("user", "asked_by", "decided_by")
    autocomplete_fields = ("user",)
    fields = ("user", "reason")
    actions = ("reset", "refuse")

    def save_model(self, request: HttpRequest, obj: FactorLoss, form: Any, change: bool) -> None:
        kept = services.report_loss(request.actor, obj.user, obj.reason)
        obj.pk, obj._state.adding = kept.pk, False

    @admin.action(description=gettext_lazy("reset the second factors"), permissions=["decide"])
    def reset(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.for_each(request, queryset, lambda row: services.reset_lost(request.actor, row), _("%(name)s: reset."))

    @admin.action(description=gettext_lazy("refuse"), permissions=["decide"])
    def refuse(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.for_each(request, queryset, lambda row: services.refuse_loss(request.actor, row), _("%(name)s: refused."))


class CertificateForm(forms.ModelForm):
    """The certificate of a UKey as its authority has issued it."""

    certificate = forms.CharField(
        label=gettext_lazy("certificate (PEM)"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8})
    )

    class Meta:
        model = Factor
        fields = ("user", "label")


@admin.register(Factor)
class FactorAdmin(GrantedAdmin):
    """Second factors; only certificates are bound here, all others their owners add themselves."""

    change_grant = SECURITY
    view_grants = frozenset({SECURITY, AUDIT})
    list_display = ("user", "kind", "label", "confirmed_at", "used_at", "ended_at")
    list_filter = ("kind",)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__name", "credential")
    autocomplete_fields = ("user",)
    fields = ("user", "kind", "label", "credential", "created_at", "used_at", "ended_at")
    show_full_result_count = False
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.actor.can(SECURITY)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs |= {"form": CertificateForm, "fields": ("user", "label")}
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("user", "label", "certificate")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).defer("secret", "public_key")

    def save_model(self, request: HttpRequest, obj: Factor, form: Any, change: bool) -> None:
        sent = form.cleaned_data
        kept = services.add_certificate(request.actor, obj.user, sent["certificate"], sent["label"])
        obj.pk, obj._state.adding = kept.pk, False
