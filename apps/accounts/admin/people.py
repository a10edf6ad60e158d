"""Users and their posts in the administration: the system administrator keeps the ones, the security administrator the others."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts import policies, services
from apps.accounts.models import Post, User
from apps.accounts.roles import ROLES
from apps.regions.models import Department, Region, Unit
from imbudget.kit.adminbase import AUDIT, SECURITY, SYSTEM, HistoryAdmin
from imbudget.kit.errors import RuleViolation, Verdict

AT_ONCE = 20  # one-time passwords on one page


@admin.register(User)
class UserAdmin(HistoryAdmin):
    """Accounts; what a user may do is given by posts, on another page and by another administrator."""

    list_display = ("username", "name", "is_active", "must_change_password", "password_changed_at", "last_login")
    list_filter = ("is_active", "must_change_password", "posts__role")
    search_fields = ("username", "name")
    ordering = ("username",)
    fields = ("username", "name", "phone", "language", "is_active", "must_change_password", "last_login")
    readonly_fields = ("is_active", "must_change_password", "last_login")
    private_fields = ("phone",)
    view_grants = frozenset({SYSTEM, SECURITY, AUDIT})
    actions = ("reset_passwords", "unlock", "activate", "deactivate")

    show_full_result_count = False

    def choice_label(self, obj: User) -> str:
        return f"{obj.name} ({obj.username})"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        # A name that was used once stays: evidence speaks of it.
        return ("username", *self.readonly_fields) if obj else self.readonly_fields

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if change:
            services.change_user(request.actor, obj, form.changed_data)
        else:
            request.one_time = services.create_user(request.actor, obj)

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: str | None = None) -> HttpResponse:
        """The one-time password stands in this answer only; it is kept nowhere."""
        return self.show_passwords(request, [(obj, request.one_time)])

    def show_passwords(self, request: HttpRequest, passwords: list[tuple[User, str]]) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("one-time passwords"),
            "passwords": passwords,
        }
        return TemplateResponse(request, "admin/accounts/one_time_passwords.html", context)

    @admin.action(description=gettext_lazy("give one-time passwords"), permissions=["change"])
    def reset_passwords(self, request: HttpRequest, queryset: QuerySet) -> HttpResponse | None:
        if queryset.count() > AT_ONCE:
            self.message_user(request, _("Choose 20 users at most."), messages.ERROR)
            return None
        passwords: list[tuple[User, str]] = []
        self.for_each(
            request, queryset, lambda user: passwords.append((user, services.reset_password(request.actor, user)))
        )
        return self.show_passwords(request, passwords) if passwords else None

    @admin.action(description=gettext_lazy("unlock after failed sign-ins"), permissions=["change"])
    def unlock(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.for_each(request, queryset, lambda user: services.unlock(request.actor, user), _("%(name)s: unlocked."))

    @admin.action(description=gettext_lazy("switch off"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.for_each(
            request,
            queryset,
            lambda user: services.set_active(request.actor, user, False),
            _("%(name)s: switched off."),
        )

    @admin.action(description=gettext_lazy("switch on"), permissions=["change"])
    def activate(self, request: HttpRequest, queryset: QuerySet) -> None:
        self.for_each(
            request, queryset, lambda user: services.set_active(request.actor, user, True), _("%(name)s: switched on.")
        )

    def for_each(self, request: HttpRequest, users: QuerySet, act: Any, done: str = "") -> None:
        """One act for each user; a refusal stops none of the others."""
        for user in users:
            try:
                act(user)
            except RuleViolation as refusal:
                self.message_user(request, f"{user.username}: {refusal}", messages.ERROR)
            else:
                if done:
                    self.message_user(request, done % {"name": user.username}, messages.SUCCESS)


class PostForm(forms.ModelForm):
    """A post that is refused says why before anything is written."""

    actor: Any = None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk or self.errors:
            return cleaned
        nodes = [cleaned[name] for name in ("region", "department", "unit") if cleaned.get(name)]
        wanted = ROLES[cleaned["role"]].node
        if len(nodes) != 1 or not cleaned.get(wanted):
            names = {"region": Region, "department": Department, "unit": Unit}
            label = names[wanted]._meta.verbose_name
            self.add_error(wanted, _("This role stands at a %(node)s: choose one and nothing else.") % {"node": label})
            return cleaned
        self.check_rules(cleaned)
        return cleaned

    def check_rules(self, cleaned: dict[str, Any]) -> None:
        user = cleaned["user"]
        post = Post(**{name: cleaned.get(name) for name in ("user", "role", "region", "department", "unit")})
        held = list(user.posts.not_ended())
        for verdict in (policies.may_appoint(self.actor, user.pk), self.may_give(post), policies.may_hold(post, held)):
            if not verdict:
                self.add_error(None, verdict.reason)

    def may_give(self, post: Post) -> Verdict:
        """Whether this page gives such posts."""
        return policies.may_appoint_alone(self.actor, post.role)


@admin.register(Post)
class PostAdmin(HistoryAdmin):
    """Posts are given and ended, never rewritten: who held what and when stays readable."""

    change_grant = SECURITY
    form = PostForm
    list_display = ("user", "role", "region", "department", "unit", "valid_from", "valid_to")
    list_filter = ("role", "valid_to")
    list_select_related = ("user", "region", "department", "unit")
    search_fields = ("user__username", "user__name", "region__search_key", "unit__search_key", "department__code")
    autocomplete_fields = ("user", "region", "department", "unit")
    fields = ("user", "role", "region", "department", "unit", "valid_from", "valid_to")
    show_full_result_count = False
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.fields[:-1] if obj else ()

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"actor": request.actor})

    def save_model(self, request: HttpRequest, obj: Post, form: Any, change: bool) -> None:
        if not change:
            given = services.appoint(request.actor, obj.user, obj.role, obj.node, obj.valid_from, obj.valid_to)
            obj.pk, obj._state.adding = given.pk, False
        elif "valid_to" in form.changed_data:
            if obj.valid_to is None:
                raise RuleViolation(_("Give the last day of the post; a new post is given anew."))
            services.end_post(request.actor, obj, obj.valid_to)
