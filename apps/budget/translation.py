"""Names in both languages, and history (registered here, after all translated models stand)."""

from modeltranslation.translator import TranslationOptions, register

from apps.budget.models import (
    ActDay,
    AssetStandard,
    BudgetApproval,
    BudgetLine,
    BudgetSheet,
    CheckRule,
    Compilation,
    ControlFigure,
    ExpenditureStandard,
    RegionSetting,
    RoundPlan,
    SeriesBreak,
    StaffCategory,
    StaffChange,
    StaffCount,
    StandardChange,
    StatutoryClock,
)
from imbudget.kit.historybase import keep_history


@register(StatutoryClock)
class ClockOptions(TranslationOptions):
    fields = ("name", "basis")
    required_languages = ("zh-hans",)


@register(StaffCategory)
class StaffCategoryOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


@register(CheckRule)
class CheckRuleOptions(TranslationOptions):
    fields = ("message", "basis")


keep_history(BudgetSheet, "apps.budget", excluded=("total", "version", "updated_at"))
keep_history(
    BudgetLine,
    "apps.budget",
    unindexed=(
        "unit",
        "region",
        "league",
        "year",
        "function",
        "department_economic",
        "government_economic",
        "fund",
    ),
)
keep_history(Compilation, "apps.budget", excluded=("updated_at",))
keep_history(RegionSetting, "apps.budget")
keep_history(SeriesBreak, "apps.budget")
keep_history(RoundPlan, "apps.budget")
keep_history(StatutoryClock, "apps.budget")
keep_history(ActDay, "apps.budget")
keep_history(ControlFigure, "apps.budget", excluded=("updated_at",), unindexed=("league", "fund"))
keep_history(BudgetApproval, "apps.budget")
keep_history(StaffCategory, "apps.budget")
keep_history(StaffCount, "apps.budget", excluded=("updated_at",), unindexed=("league",))
keep_history(StaffChange, "apps.budget", unindexed=("league", "author"))
keep_history(ExpenditureStandard, "apps.budget")
keep_history(StandardChange, "apps.budget", unindexed=("league", "author", "category"))
keep_history(AssetStandard, "apps.budget")
keep_history(CheckRule, "apps.budget")
