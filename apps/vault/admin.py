"""Encryption keys in the administration: seen by all three administrators, destroyed by two of them together."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.vault.models import DataKey, KeyDestruction
from apps.vault.policies import DECIDES, PROPOSES
from apps.vault.services.keys import confirm_destruction, propose_destruction, refuse_destruction
from imbudget.kit.actor import NOBODY
from imbudget.kit.adminbase import GrantedAdmin


@admin.register(DataKey)
class DataKeyAdmin(GrantedAdmin):
    """What keys there are; the secret is not among what is shown, not even wrapped."""

    change_grant = ""
    view_grants = frozenset({"system.administer", "security.administer", "audit.administer"})
    list_display = (
        "__str__",
        "algorithm",
        "state",
        "made_at",
        "in_use_from",
        "retired_at",
        "empty_since",
        "destroyed_at",
    )
    list_filter = ("state",)
    fields = (
        "number",
        "algorithm",
        "state",
        "made_at",
        "made_by",
        "in_use_from",
        "retired_at",
        "empty_since",
        "destroyed_at",
    )
    actions = None


class DecisionForm(forms.ModelForm):
    """What the audit administrator says."""

    decision = forms.ChoiceField(
        label=_("decision"),
        choices=[("", "---------"), ("confirm", _("destroy the key")), ("refuse", _("refuse"))],
    )


@admin.register(KeyDestruction)
class KeyDestructionAdmin(GrantedAdmin):
    """Proposed by the security administrator, decided by the audit administrator; a decision stays as it is."""

    change_grant = PROPOSES
    view_grants = frozenset({PROPOSES, DECIDES})
    list_display = ("key", "state", "reason", "proposer_name", "proposed_at", "decider_name", "decided_at")
    list_filter = ("state",)
    actions = None
    shown = ("key", "reason", "state", "proposer_name", "proposed_at", "decider_name", "decided_at")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(getattr(request, "actor", NOBODY).can(PROPOSES))

    def has_change_permission(self, request: HttpRequest, obj: KeyDestruction | None = None) -> bool:
        is_open = obj is not None and obj.state == KeyDestruction.State.PROPOSED
        return is_open and bool(getattr(request, "actor", NOBODY).can(DECIDES))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("key", "reason")
        return (*self.shown, "decision") if self.has_change_permission(request, obj) else self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else self.shown

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None and self.has_change_permission(request, obj):
            kwargs["form"] = DecisionForm
            kwargs["fields"] = ()
        return super().get_form(request, obj, change=change, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "key":
            kwargs["queryset"] = DataKey.objects.filter(state=DataKey.State.RETIRED)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: KeyDestruction, form: Any, change: bool) -> None:
        actor = request.actor  # type: ignore[attr-defined]
        if not change:
            made = propose_destruction(actor, key=obj.key, reason=obj.reason)
            obj.pk, obj.state, obj.proposer_id = made.pk, made.state, made.proposer_id
            obj.proposed_at, obj.proposer_name = made.proposed_at, made.proposer_name
        elif form.cleaned_data["decision"] == "confirm":
            confirm_destruction(actor, destruction=obj)
        else:
            refuse_destruction(actor, destruction=obj)
