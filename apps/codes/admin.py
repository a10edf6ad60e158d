"""Fiscal years, classification codes, the rules between them and the calendar in the administration."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from apps.codes import policies, services
from apps.codes.models import CalendarDay, Code, EconomicDerivation, FiscalYear, FundRule, WatchedCode, YearState
from apps.codes.rows import (
    DERIVATION,
    FUND_RULE,
    WATCHED,
    CalendarRows,
    CodeRows,
    DerivationRows,
    FundRuleRows,
    WatchedRows,
)
from imbudget.kit.actor import Actor
from imbudget.kit.adminbase import HistoryAdmin, KeySearch
from imbudget.kit.adminimport import RowsResource, TableAdmin, column, mark


class CodeResource(RowsResource):
    rows = CodeRows
    catalog = column("catalog")
    year = column("year_id")
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    parent_code = column("parent__code")
    standard = mark("is_standard")
    verified = mark("is_verified")
    source = column("source")
    valid_from = column("valid_from")
    valid_to = column("valid_to")


class DerivationResource(RowsResource):
    rows = DerivationRows
    year = column("year_id")
    dept_code = column("department_economic__code")
    nature = column("nature")
    gov_code = column("government_economic__code")
    verified = mark("is_verified")
    source = column("source")


class WatchedResource(RowsResource):
    rows = WatchedRows
    year = column("year_id")
    code = column("code__code")
    item = column("item")
    verified = mark("is_verified")
    source = column("source")


class FundRuleResource(RowsResource):
    rows = FundRuleRows
    year = column("year_id")
    function_code = column("function__code")
    fund_code = column("fund__code")
    verified = mark("is_verified")
    source = column("source")


class CalendarResource(RowsResource):
    rows = CalendarRows
    day = column("day")
    region_code = column("region__code")
    kind = column("kind")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    source = column("source")


class YearForm(forms.ModelForm):
    """A new year may begin with the classification of another one."""

    begin_with = forms.ModelChoiceField(
        FiscalYear.objects.all(),
        required=False,
        label=_("begin with the classification of"),
        help_text=_("Codes, derivations, watched codes and fund rules are copied. Empty: import them."),
    )


@admin.register(FiscalYear)
class FiscalYearAdmin(HistoryAdmin):
    form = YearForm
    list_display = ("year", "state", "compiling")
    search_fields = ("year",)
    actions = None

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("year", "state", "compiling") if obj else ("year", "state", "compiling", "begin_with")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("year",) if obj else ()

    def save_model(self, request: HttpRequest, obj: FiscalYear, form: Any, change: bool) -> None:
        services.put_year(request.actor, obj.year, {"state": obj.state, "compiling": obj.compiling})
        pattern = form.cleaned_data.get("begin_with")
        if pattern is not None:
            services.copy_classification(request.actor, pattern.year, obj.year)


class OfYear:
    """Rows of a year: a closed one is only read."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or bool(policies.may_change(request.actor, obj.year)))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "year":
            kwargs["queryset"] = FiscalYear.objects.exclude(state=YearState.CLOSED)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        services.record_import(actor, self.table, file, counts)


@admin.register(Code)
class CodeAdmin(OfYear, KeySearch, TableAdmin, HistoryAdmin, TranslationAdmin):
    table = "codes"
    resource_classes = [CodeResource]
    list_display = (
        "code",
        "name",
        "mongolian_name",
        "catalog",
        "year",
        "is_leaf",
        "is_standard",
        "is_verified",
        "valid_to",
    )
    list_filter = ("catalog", "year", "is_verified", "is_standard", "is_leaf")
    list_select_related = ("year", "parent")
    autocomplete_fields = ("parent",)
    fieldsets = (
        (None, {"fields": ("catalog", "year", "code", "name", "parent", "is_leaf")}),
        (_("validity and source"), {"fields": ("is_standard", "is_verified", "source", "valid_from", "valid_to")}),
    )
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("year", "parent")

    def choice_label(self, obj: Code) -> str:
        return f"{obj.code} {obj.name} ({obj.year_id})"

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("catalog", "year", "code") if obj else ()

    def save_model(self, request: HttpRequest, obj: Code, form: Any, change: bool) -> None:
        services.save_code(request.actor, obj)


class RuleAdmin(OfYear, KeySearch, TableAdmin, HistoryAdmin):
    """Rules between codes: whoever changes one changes what sheets of its year are checked by."""

    deletable = True
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.keys if obj else ()

    def save_model(self, request: HttpRequest, obj: services.Rule, form: Any, change: bool) -> None:
        services.save_rule(request.actor, obj)

    def delete_model(self, request: HttpRequest, obj: services.Rule) -> None:
        services.delete_rule(request.actor, obj)


@admin.register(EconomicDerivation)
class EconomicDerivationAdmin(RuleAdmin):
    table = DERIVATION
    keys = ("year", "department_economic", "nature")
    resource_classes = [DerivationResource]
    list_display = ("department_economic", "nature", "government_economic", "year", "is_verified", "source")
    list_filter = ("year", "nature", "is_verified")
    list_select_related = ("department_economic", "government_economic", "year")
    search_fields = ("department_economic__search_key", "government_economic__search_key")
    autocomplete_fields = ("department_economic", "government_economic")


@admin.register(WatchedCode)
class WatchedCodeAdmin(RuleAdmin):
    table = WATCHED
    keys = ("year", "code")
    resource_classes = [WatchedResource]
    list_display = ("code", "item", "year", "is_verified", "source")
    list_filter = ("year", "item", "is_verified")
    list_select_related = ("code", "year")
    search_fields = ("code__search_key",)
    autocomplete_fields = ("code",)


@admin.register(FundRule)
class FundRuleAdmin(RuleAdmin):
    table = FUND_RULE
    keys = ("year", "function", "fund")
    resource_classes = [FundRuleResource]
    list_display = ("function", "fund", "year", "is_verified", "source")
    list_filter = ("year", "is_verified")
    list_select_related = ("function", "fund", "year")
    search_fields = ("function__search_key", "fund__search_key")
    autocomplete_fields = ("function", "fund")


@admin.register(CalendarDay)
class CalendarDayAdmin(TableAdmin, HistoryAdmin, TranslationAdmin):
    """Which days are worked; deadlines that are set already do not move."""

    deletable = True
    actions = None
    resource_classes = [CalendarResource]
    list_display = ("day", "name", "mongolian_name", "kind", "region", "source")
    list_filter = ("kind", ("region", admin.EmptyFieldListFilter))
    list_select_related = ("region",)
    date_hierarchy = "day"
    search_fields = ("name_zh_hans", "name_mvf", "region__search_key")
    autocomplete_fields = ("region",)
    fields = ("day", "region", "kind", "name", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("region")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("day", "region") if obj else ()

    def save_model(self, request: HttpRequest, obj: CalendarDay, form: Any, change: bool) -> None:
        services.save_calendar_day(request.actor, obj)

    def delete_model(self, request: HttpRequest, obj: CalendarDay) -> None:
        services.delete_calendar_day(request.actor, obj)

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        services.record_import(actor, "calendar", file, counts)
