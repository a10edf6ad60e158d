"""Fields of expertise and the rules of regions for their reviews in the administration."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from apps.review.catalogues import (
    FIELDS,
    PUBLICITY,
    RULES,
    SETTINGS,
    FieldRows,
    PublicityRows,
    RuleRows,
    SettingRows,
)
from apps.review.models import ExpertField, PublicityRule, ReviewRule, ReviewSetting
from apps.review.services import rules
from imbudget.kit.actor import Actor
from imbudget.kit.adminbase import HistoryAdmin
from imbudget.kit.adminimport import RowsResource, TableAdmin, column, mark


class FieldResource(RowsResource):
    rows = FieldRows
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    active = mark("is_active")


class RuleResource(RowsResource):
    rows = RuleRows
    region_code = column("region__code")
    kind = column("kind")
    category_code = column("category__code")
    least = column("least")
    only_new = mark("only_new")
    source = column("source")


class SettingResource(RowsResource):
    rows = SettingRows
    region_code = column("region__code")
    panel_size = column("panel_size")
    trim_from = column("trim_from")
    outlier_share = column("outlier_share")
    pass_mark = column("pass_mark")
    cooling_draws = column("cooling_draws")
    answer_days = column("answer_days")
    scoring_days = column("scoring_days")
    objection_days = column("objection_days")
    source = column("source")


class PublicityResource(RowsResource):
    rows = PublicityRows
    region_code = column("region__code")
    kind = column("kind")
    days = column("days")
    counting = column("counting")
    source = column("source")


class RuleTable(TableAdmin, HistoryAdmin):
    """A table of rules; reviews under way go on by the rules they began with."""

    actions = None

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        rules.record_import(actor, self.table, file, counts)

    def save_model(self, request: HttpRequest, obj: rules.Rule, form: Any, change: bool) -> None:
        rules.save_rule(request.actor, obj)


@admin.register(ExpertField)
class ExpertFieldAdmin(RuleTable, TranslationAdmin):
    table = FIELDS
    resource_classes = [FieldResource]
    list_display = ("code", "name", "mongolian_name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name_zh_hans", "name_mvf")
    fields = ("code", "name", "is_active")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()


class OfRegion(RuleTable):
    """Rules of a region; it stays with its region."""

    keys: tuple[str, ...] = ("region",)
    list_select_related: Any = ("region",)
    search_fields = ("region__search_key",)
    autocomplete_fields = ("region",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return self.keys if obj else ()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        rules.delete_rule(request.actor, obj)


@admin.register(ReviewRule)
class ReviewRuleAdmin(OfRegion):
    table = RULES
    keys = ("region", "category", "kind")
    deletable = True
    resource_classes = [RuleResource]
    list_display = ("region", "kind", "category", "least", "only_new", "source")
    list_display_links = ("region", "kind")
    list_filter = ("kind", "only_new", ("region__league", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region", "category")
    autocomplete_fields = ("region", "category")


@admin.register(ReviewSetting)
class ReviewSettingAdmin(OfRegion):
    table = SETTINGS
    resource_classes = [SettingResource]
    list_display = (
        "region",
        "panel_size",
        "trim_from",
        "outlier_share",
        "pass_mark",
        "cooling_draws",
        "scoring_days",
        "source",
    )
    list_filter = (("region__league", admin.RelatedOnlyFieldListFilter),)


@admin.register(PublicityRule)
class PublicityRuleAdmin(OfRegion):
    table = PUBLICITY
    keys = ("region", "kind")
    deletable = True
    resource_classes = [PublicityResource]
    list_display = ("region", "kind", "days", "counting", "source")
    list_filter = ("kind", "counting", ("region__league", admin.RelatedOnlyFieldListFilter))
