"""Sets, indicators and rules of checks in the administration; comments on goals are read there."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from import_export.fields import Field
from modeltranslation.admin import TranslationAdmin

from apps.performance.goalcatalogues import INDICATORS, RULES, SETS, GoalRuleRows, IndicatorRows, SetRows
from apps.performance.goalchecklist import CHECKLIST
from apps.performance.models import GoalComment, GoalRule, IndicatorSet, LibraryIndicator
from apps.performance.services import goalrules, library
from imbudget.kit.actor import Actor
from imbudget.kit.adminbase import HistoryAdmin, ReadOnlyAdmin
from imbudget.kit.adminimport import RowsResource, TableAdmin, column, mark


class CategoriesField(Field):
    """Codes with blanks between, as the import reads them."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        return " ".join(instance.categories.order_by("code").values_list("code", flat=True))


class ParametersField(Field):
    """Parameters as the import reads them."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        return json.dumps(self.get_value(instance), ensure_ascii=False)


class SetResource(RowsResource):
    rows = SetRows
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mn = column("name_mvf")
    categories = CategoriesField(attribute="code")
    active = mark("is_active")
    source = column("source")


class IndicatorResource(RowsResource):
    rows = IndicatorRows
    set = column("of__code")
    code = column("code")
    kind = column("kind")
    content_zh = column("content_zh_hans")
    content_mn = column("content_mvf")
    formula_zh = column("formula_zh_hans")
    nature = column("nature")
    value = column("value")
    measure = column("measure")
    points = column("points")
    scoring_zh = column("scoring_zh_hans")
    source = column("source")
    basis = column("basis")
    core = mark("is_core")
    verified = mark("is_verified")
    valid_from = column("valid_from")
    valid_to = column("valid_to")
    region = column("region__code")


class GoalRuleResource(RowsResource):
    rows = GoalRuleRows
    code = column("code")
    region = column("region__code")
    level = column("level")
    message_zh = column("message_zh_hans")
    message_mn = column("message_mvf")
    basis_zh = column("basis_zh_hans")
    basis_mn = column("basis_mvf")
    parameters = ParametersField(attribute="parameters")
    valid_from = column("valid_from")
    valid_to = column("valid_to")
    verified = mark("is_verified")
    source = column("source")


class GoalTable(TableAdmin, HistoryAdmin, TranslationAdmin):
    """A table of the library; what a row is found by stays."""

    actions = None
    table = ""
    kept: tuple[str, ...] = ("code",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.kept if obj else ()

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        library.record_import(actor, self.table, file, counts)


@admin.register(IndicatorSet)
class IndicatorSetAdmin(GoalTable):
    table = SETS
    resource_classes = [SetResource]
    list_display = ("code", "name", "mongolian_name", "is_active", "source")
    list_filter = ("is_active",)
    search_fields = ("code", "name_zh_hans", "name_mvf")
    fields = ("code", "name", "is_active", "source")

    def save_model(self, request: HttpRequest, obj: IndicatorSet, form: Any, change: bool) -> None:
        library.save_row(request.actor, obj)


@admin.register(LibraryIndicator)
class LibraryIndicatorAdmin(GoalTable):
    """Those that units have made for themselves are seen here, and changed by their units."""

    table = INDICATORS
    kept = ("code", "region", "valid_from")
    resource_classes = [IndicatorResource]
    list_display = ("code", "content", "kind", "of", "measure", "is_core", "is_verified", "valid_from", "region")
    list_filter = ("of", "is_core", "is_verified")
    list_select_related = ("of", "region")
    search_fields = ("code", "search_key")
    autocomplete_fields = ("region",)
    fields = (
        *("of", "code", "kind", "content", "formula", "nature", "value", "measure", "points", "scoring"),
        *("source", "basis", "is_core", "is_verified", "valid_from", "valid_to", "region"),
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(unit=None)

    def save_model(self, request: HttpRequest, obj: LibraryIndicator, form: Any, change: bool) -> None:
        library.save_row(request.actor, obj)


class GoalRuleForm(forms.ModelForm):
    """The check is chosen from the list of checks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            self.fields["code"].widget = forms.Select(choices=[(item.code, item.label) for item in CHECKLIST])


@admin.register(GoalRule)
class GoalRuleAdmin(GoalTable):
    table = RULES
    kept = ("code", "region")
    form = GoalRuleForm
    resource_classes = [GoalRuleResource]
    list_display = ("code", "region", "level", "parameters", "valid_from", "valid_to", "is_verified", "source")
    list_filter = ("level", "is_verified")
    list_select_related = ("region",)
    search_fields = ("code", "region__search_key")
    autocomplete_fields = ("region",)

    def save_model(self, request: HttpRequest, obj: GoalRule, form: Any, change: bool) -> None:
        goalrules.save_goal_rule(request.actor, obj)


@admin.register(GoalComment)
class GoalCommentAdmin(ReadOnlyAdmin):
    """What was commented and answered, read by the audit administrator."""

    show_full_result_count = False
    list_display = ("pk", "project", "line", "content", "kind", "state", "author", "made_at")
    list_select_related = ("project", "author")
    list_filter = ("state", "kind")
    search_fields = ("=project__code",)
