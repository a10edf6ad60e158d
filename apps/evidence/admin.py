"""The record of key operations in the administration, read and never changed; and who witnesses it from outside."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.evidence.models import Batch, Entry, Peer
from apps.evidence.policies import KEEPS
from apps.evidence.vocabulary import all_events
from apps.evidence.witnessing.peers import add_peer, end_peer
from imbudget.kit.adminbase import AUDIT, SYSTEM, GrantedAdmin, ReadOnlyAdmin


class EventFilter(admin.SimpleListFilter):
    """By operation, named as people read it."""

    title = _("operation")
    parameter_name = "event"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return all_events()

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(event=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ("recorded_at", "operation", "subject_label", "actor_name", "post_label", "region_code", "address")
    list_filter = (EventFilter,)
    search_fields = ("subject_label", "actor_name", "region_code", "address")
    fields = (
        "recorded_at",
        "operation",
        "subject_label",
        "facts",
        "actor_name",
        "post_label",
        "region_code",
        "address",
        "batch",
        "place",
        "leaf_hex",
    )
    readonly_fields = ("operation", "place", "leaf_hex")
    date_hierarchy = "recorded_at"
    show_full_result_count = False
    actions = None

    @admin.display(description=_("operation"), ordering="event")
    def operation(self, entry: Entry) -> str:
        return entry.event_label

    @admin.display(description=_("place in the batch"))
    def place(self, entry: Entry) -> int | None:
        return entry.position

    @admin.display(description="SM3")
    def leaf_hex(self, entry: Entry) -> str:
        return bytes(entry.leaf).hex()


@admin.register(Batch)
class BatchAdmin(ReadOnlyAdmin):
    list_display = ("number", "size", "sealed_at", "head_hex")
    fields = ("number", "size", "sealed_at", "root_hex", "head_hex")
    readonly_fields = ("root_hex", "head_hex")
    actions = None

    @admin.display(description=_("root"))
    def root_hex(self, batch: Batch) -> str:
        return bytes(batch.root).hex()

    @admin.display(description=_("head"))
    def head_hex(self, batch: Batch) -> str:
        return bytes(batch.head).hex()


class PeerForm(forms.ModelForm):
    """A new witness; its key comes on another way than its checkpoints."""

    key = forms.CharField(
        label=_("public key"),
        max_length=130,
        min_length=130,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text=_("130 hexadecimal digits. Have them read out to you; never take them from the address below."),
    )

    class Meta:
        model = Peer
        fields = ("name", "origin", "address", "folder")
        help_texts = {
            "origin": _("The first line of its checkpoints (EVIDENCE_ORIGIN there)."),
            "address": _("https://host/public/witness of the other installation; or a folder, not both."),
            "folder": _("Name of a folder under EVIDENCE_PEER_FOLDERS into which its checkpoints are copied."),
        }

    def clean_key(self) -> bytes:
        try:
            return bytes.fromhex(self.cleaned_data["key"])
        except ValueError:
            raise forms.ValidationError(_("An SM2 public key has 130 hexadecimal digits and begins with 04.")) from None


class EndForm(forms.ModelForm):
    """The end of a witness."""

    reason = forms.CharField(label=_("reason"), max_length=400, widget=forms.Textarea(attrs={"rows": 3}))


@admin.register(Peer)
class PeerAdmin(GrantedAdmin):
    """Witnesses: named and ended by the security administrator; what is held of them stays."""

    change_grant = KEEPS
    view_grants = frozenset({KEEPS, SYSTEM, AUDIT})
    list_display = ("name", "origin", "state", "heard_at", "seen_number", "ended_at")
    list_filter = ("state",)
    actions = None
    shown = (
        "name",
        "origin",
        "key_hex",
        "address",
        "folder",
        "state",
        "error",
        "heard_at",
        "seen_number",
        "added_at",
        "ended_at",
    )

    def has_change_permission(self, request: HttpRequest, obj: Peer | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.ended_at is None)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is None:
            return ("name", "origin", "key", "address", "folder")
        return (*self.shown, "reason") if self.has_change_permission(request, obj) else self.shown

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else self.shown

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is None:
            kwargs["form"] = PeerForm
            kwargs["fields"] = PeerForm.Meta.fields
        elif self.has_change_permission(request, obj):
            kwargs["form"] = EndForm
            kwargs["fields"] = ()
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Peer, form: Any, change: bool) -> None:
        actor = request.actor  # type: ignore[attr-defined]
        if change:
            end_peer(actor, peer=obj, reason=form.cleaned_data["reason"])
            return
        given = {name: form.cleaned_data[name] for name in PeerForm.Meta.fields}
        obj.pk = add_peer(actor, public_key=form.cleaned_data["key"], **given).pk

    @admin.display(description=_("public key"))
    def key_hex(self, peer: Peer) -> str:
        return bytes(peer.public_key).hex()
