"""Words of schemes in both languages, and histories."""

from modeltranslation.translator import TranslationOptions, register

from apps.performance.models import (
    GoalComment,
    GoalRule,
    IndicatorSet,
    LibraryIndicator,
    ProjectYear,
    Scheme,
    Target,
)
from imbudget.kit.historybase import keep_history


@register(Scheme)
class SchemeOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


@register(IndicatorSet)
class IndicatorSetOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


@register(LibraryIndicator)
class LibraryIndicatorOptions(TranslationOptions):
    fields = ("content", "formula", "scoring")
    required_languages = {"zh-hans": ("content",)}


@register(GoalRule)
class GoalRuleOptions(TranslationOptions):
    fields = ("message", "basis")


SCOPE = ("region", "league", "unit", "department", "category", "year", "project")

keep_history(Scheme, "apps.performance")
keep_history(ProjectYear, "apps.performance", excluded=("money_at",), unindexed=SCOPE)
keep_history(Target, "apps.performance", unindexed=("of", "latest"))

# goals
keep_history(IndicatorSet, "apps.performance")
keep_history(
    LibraryIndicator,
    "apps.performance",
    excluded=("search_key",),
    unindexed=("of", "region", "league", "unit", "adapted_from"),
)
keep_history(GoalRule, "apps.performance")
keep_history(
    GoalComment, "apps.performance", unindexed=("project", "region", "league", "unit", "author", "answered_by")
)
