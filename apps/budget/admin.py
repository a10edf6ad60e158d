"""Settings, timetables and statutory terms of the budget in the administration."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.fields import Field
from modeltranslation.admin import TranslationAdmin

from apps.budget import policies, services
from apps.budget.basecatalogues import ASSETS, CATEGORIES, STANDARDS, AssetRows, CategoryRows, StandardRows
from apps.budget.catalogues import ClockRows, RuleRows
from apps.budget.checklist import CHECKLIST
from apps.budget.models import (
    AssetStandard,
    CheckRule,
    ExpenditureStandard,
    RegionSetting,
    RoundPlan,
    SeriesBreak,
    StaffCategory,
    StatutoryClock,
)
from apps.codes.models import Catalog
from apps.codes.selectors import leaves, year_being_compiled
from imbudget.kit.actor import Actor
from imbudget.kit.adminbase import AUDIT, SYSTEM, HistoryAdmin
from imbudget.kit.adminimport import RowsResource, TableAdmin, column, mark


class SettingForm(forms.ModelForm):
    """The fund type is chosen among those of the year being compiled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "default_fund" in self.fields:  # only shown, when the reader may not change it
            field = self.fields["default_fund"]
            field.widget = forms.Select(choices=[("", "—"), *self.funds()])

    def funds(self) -> list[tuple[str, str]]:
        offered = [(code.code, str(code)) for code in leaves(year_being_compiled(), Catalog.FUND)]
        held = self.instance.default_fund
        return offered if not held or held in dict(offered) else [*offered, (held, held)]


@admin.register(RegionSetting)
class RegionSettingAdmin(HistoryAdmin):
    form = SettingForm
    list_display = ("region", "function_level_lines", "projects_from_store", "default_fund", "source")
    list_filter = ("function_level_lines", "projects_from_store", ("region__league", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region",)
    search_fields = ("region__search_key",)
    autocomplete_fields = ("region",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("region")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("region",) if obj else ()

    def save_model(self, request: HttpRequest, obj: RegionSetting, form: Any, change: bool) -> None:
        services.save_setting(request.actor, obj)


@admin.register(RoundPlan)
class RoundPlanAdmin(HistoryAdmin):
    list_display = (
        "region",
        "year",
        "has_first_up",
        "has_first_down",
        "has_second_up",
        "has_second_down",
        "approved_on",
        "source",
    )
    list_filter = ("year", ("region__league", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region",)
    search_fields = ("region__search_key",)
    autocomplete_fields = ("region",)
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("region", "year") if obj else ()

    def save_model(self, request: HttpRequest, obj: RoundPlan, form: Any, change: bool) -> None:
        services.save_plan(request.actor, obj)


class ClockResource(RowsResource):
    rows = ClockRows
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    from_act = column("from_act")
    to_act = column("to_act")
    days = column("days")
    due_by = column("due_by")
    counting = column("counting")
    level = column("level")
    basis_zh = column("basis_zh_hans")
    basis_mvf = column("basis_mvf")
    active = mark("is_active")
    verified = mark("is_verified")
    source = column("source")


@admin.register(StatutoryClock)
class StatutoryClockAdmin(TableAdmin, HistoryAdmin, TranslationAdmin):
    resource_classes = [ClockResource]
    list_display = (
        "code",
        "name",
        "from_act",
        "to_act",
        "days",
        "due_by",
        "counting",
        "level",
        "is_active",
        "is_verified",
    )
    list_filter = ("counting", "is_active", "is_verified")
    search_fields = ("code", "name_zh_hans", "name_mvf")
    actions = None

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        services.record_clock_import(actor, file, counts)

    def save_model(self, request: HttpRequest, obj: StatutoryClock, form: Any, change: bool) -> None:
        services.save_clock(request.actor, obj)


@admin.register(SeriesBreak)
class SeriesBreakAdmin(HistoryAdmin):
    list_display = ("code", "year", "reason", "source")
    list_filter = ("year",)
    search_fields = ("code", "reason")
    actions = None

    def save_model(self, request: HttpRequest, obj: SeriesBreak, form: Any, change: bool) -> None:
        services.save_break(request.actor, obj)


class CategoryResource(RowsResource):
    rows = CategoryRows
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    order = column("order")
    in_post = mark("in_post")
    active = mark("is_active")
    source = column("source")


class StandardResource(RowsResource):
    rows = StandardRows
    region_code = column("region__code")
    kind = column("kind")
    economic = column("economic")
    category = column("category__code")
    nature = column("nature")
    amount = column("amount")
    valid_from = column("valid_from")
    valid_to = column("valid_to")
    verified = mark("is_verified")
    source = column("source")


class BaseTable(TableAdmin, HistoryAdmin):
    """A base table that budgets are computed by."""

    table = ""
    actions = None

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        services.record_base_import(actor, self.table, file, counts)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.save_base_row(request.actor, obj)


@admin.register(StaffCategory)
class StaffCategoryAdmin(BaseTable, TranslationAdmin):
    table = CATEGORIES
    resource_classes = [CategoryResource]
    list_display = ("code", "name", "mongolian_name", "order", "in_post", "is_active", "source")
    list_filter = ("is_active",)
    search_fields = ("code", "name_zh_hans", "name_mvf")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


@admin.register(ExpenditureStandard)
class ExpenditureStandardAdmin(BaseTable):
    """Looked at, and imported by the file: one standard is stated by the finance office of its region, for approval."""

    table = STANDARDS
    resource_classes = [StandardResource]
    list_display = ("economic", "category", "nature", "amount", "kind", "region", "valid_from", "valid_to", "source")
    list_filter = ("kind", "nature", "category", "is_verified")
    list_select_related = ("region", "category")
    search_fields = ("economic", "region__search_key")

    change_grant = ""
    view_grants = frozenset({SYSTEM, AUDIT})

    def has_import_permission(self, request: HttpRequest) -> bool:
        return bool(policies.may_keep_settings(request.actor))


class AssetResource(RowsResource):
    rows = AssetRows
    region_code = column("region__code")
    item = column("item")
    name = column("name")
    nature = column("nature")
    per_person = column("per_person")
    price = column("price")
    valid_from = column("valid_from")
    valid_to = column("valid_to")
    verified = mark("is_verified")
    source = column("source")


@admin.register(AssetStandard)
class AssetStandardAdmin(BaseTable):
    table = ASSETS
    resource_classes = [AssetResource]
    list_display = ("item", "name", "nature", "per_person", "price", "region", "valid_from", "valid_to", "is_verified")
    list_filter = ("nature", "is_verified")
    list_select_related = ("region",)
    search_fields = ("item", "name", "region__search_key")
    autocomplete_fields = ("region",)


class ParametersField(Field):
    """Parameters as the import reads them."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        return json.dumps(self.get_value(instance), ensure_ascii=False)


class RuleResource(RowsResource):
    rows = RuleRows
    code = column("code")
    region_code = column("region__code")
    level = column("level")
    message_zh = column("message_zh_hans")
    message_mvf = column("message_mvf")
    basis_zh = column("basis_zh_hans")
    basis_mvf = column("basis_mvf")
    parameters = ParametersField(attribute="parameters")
    valid_from = column("valid_from")
    valid_to = column("valid_to")
    verified = mark("is_verified")
    source = column("source")


class RuleForm(forms.ModelForm):
    """The check is chosen from the list of checks."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "code" in self.fields:
            choices = [(item.code, item.label) for item in CHECKLIST]
            self.fields["code"].widget = forms.Select(choices=choices)


@admin.register(CheckRule)
class CheckRuleAdmin(TableAdmin, HistoryAdmin, TranslationAdmin):
    form = RuleForm
    resource_classes = [RuleResource]
    list_display = ("code", "region", "level", "parameters", "valid_from", "valid_to", "is_verified", "source")
    list_filter = ("level", "is_verified")
    list_select_related = ("region",)
    search_fields = ("code", "region__search_key")
    autocomplete_fields = ("region",)
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code", "region") if obj else ()

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        services.record_rule_import(actor, file, counts)

    def save_model(self, request: HttpRequest, obj: CheckRule, form: Any, change: bool) -> None:
        services.save_rule(request.actor, obj)
