"""Forms, flows and cases in the administration: looked up when something is stuck, never changed there.

What people wrote (answers, opinions, the facts of documents) is business, which administrators have no part in:
it is not shown.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from apps.lowcode.models import Case, CaseEvent, FlowDefinition, FlowVersion, FormDefinition, FormVersion, Task
from imbudget.kit.adminbase import AUDIT, SYSTEM, GrantedAdmin, HistoryAdmin


class LookedAt:
    """Read by the system and audit administrators; found by number without reading the whole table, or by name."""

    change_grant = ""
    view_grants = frozenset({SYSTEM, AUDIT})
    show_full_result_count = False
    actions = None
    number_lookup = "pk"
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        return rows.select_related(*self.list_select_related) if self.list_select_related else rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        fields: tuple[str, ...] = self.fields
        return tuple(name for name in fields if not self.model._meta.get_field(name).editable)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        term = search_term.strip()
        if term.isascii() and term.isdecimal() and len(term) < 19:
            return queryset.filter(**{self.number_lookup: int(term)}), False
        return super().get_search_results(request, queryset, search_term)


class DefinitionAdmin(LookedAt, HistoryAdmin, TranslationAdmin):
    list_select_related = ("region",)
    search_fields = ("name_zh_hans", "name_mvf", "code", "region__search_key")


@admin.register(FlowDefinition)
class FlowDefinitionAdmin(DefinitionAdmin):
    list_display = ("name", "mongolian_name", "code", "subject", "region", "updated_at")
    list_filter = ("subject", ("region__league", admin.RelatedOnlyFieldListFilter))
    fields = ("name", "code", "subject", "region", "updated_at")


@admin.register(FormDefinition)
class FormDefinitionAdmin(DefinitionAdmin):
    list_display = ("name", "mongolian_name", "code", "purpose", "region", "unit", "updated_at")
    list_filter = ("purpose", ("region__league", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region", "unit")
    fields = ("name", "code", "purpose", "region", "unit", "origin", "updated_at")


class VersionAdmin(LookedAt, HistoryAdmin):
    """Definitions are no secret: the steps and fields of a version are shown as they were published."""

    list_display = ("definition", "number", "state", "author", "published_at")
    list_filter = ("state",)
    list_select_related = ("definition", "author")
    search_fields = ("definition__name_zh_hans", "definition__name_mvf", "definition__code")
    fields = ("definition", "number", "state", "author", "published_at", "digest", "body")


admin.site.register(FlowVersion, VersionAdmin)
admin.site.register(FormVersion, VersionAdmin)


@admin.register(Case)
class CaseAdmin(LookedAt, GrantedAdmin):
    list_display = ("pk", "label", "subject", "region", "unit", "state", "step", "applicant", "started_at", "ended_at")
    list_display_links = ("pk", "label")
    list_filter = ("state", "subject", ("region__league", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region", "unit", "applicant")
    search_fields = ("label",)
    fields = (
        "label",
        "subject",
        "document_id",
        "version",
        "region",
        "unit",
        "applicant",
        "state",
        "step",
        "circulation",
        "started_at",
        "ended_at",
    )


class OfCase(LookedAt, GrantedAdmin):
    """Rows of a case, found by the case's number or the sign-in name of the person."""

    number_lookup = "case_id"
    search_fields = ("user__username",)

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        return lookup in {"case", "case__id__exact"} or super().lookup_allowed(lookup, value, request)


@admin.register(CaseEvent)
class CaseEventAdmin(OfCase):
    list_display = ("case_id", "seq", "kind", "name", "post_label", "step", "at")
    list_filter = ("kind",)
    fields = ("case", "seq", "kind", "name", "post_label", "task", "step", "at")


@admin.register(Task)
class TaskAdmin(OfCase):
    list_display = ("case_id", "key", "user", "post", "kind", "state", "due", "created_at", "done_at")
    list_filter = ("state", "kind")
    list_select_related = ("user", "post__region", "post__department__region", "post__unit__region")
    fields = ("case", "key", "user", "post", "kind", "state", "step", "circulation", "due", "created_at", "done_at")
