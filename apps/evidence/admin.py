"""The record of key operations in the administration, for the audit administrator: read, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.evidence.models import Batch, Entry
from apps.evidence.vocabulary import all_events
from imbudget.kit.adminbase import ReadOnlyAdmin


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
