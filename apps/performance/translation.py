"""Words of schemes in both languages, and histories."""

from modeltranslation.translator import TranslationOptions, register

from apps.performance.models import (
    Disclosure,
    Evaluation,
    EvaluationLine,
    FrameworkItem,
    FrameworkPoint,
    GoalComment,
    GoalRule,
    IndicatorSet,
    LibraryIndicator,
    MonitoringForm,
    ProgressReport,
    ProjectYear,
    Rectification,
    ResultUse,
    ScheduleCurve,
    Scheme,
    SpotCheck,
    Survey,
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


# Monitoring, evaluation and the use of results.
@register(FrameworkItem)
class FrameworkItemOptions(TranslationOptions):
    fields = ("second", "name")
    required_languages = ("zh-hans",)


@register(FrameworkPoint)
class FrameworkPointOptions(TranslationOptions):
    fields = ("text",)
    required_languages = ("zh-hans",)


keep_history(FrameworkItem, "apps.performance", unindexed=("region",))
keep_history(FrameworkPoint, "apps.performance", unindexed=("item",))
PLACE = ("of", "region", "league", "unit", "department", "author")
keep_history(ScheduleCurve, "apps.performance", unindexed=("of", "category", "region"))
keep_history(MonitoringForm, "apps.performance", excluded=("revision",), unindexed=(*PLACE, "call", "looked_by"))
keep_history(Rectification, "apps.performance", excluded=("key",), unindexed=(*PLACE, "checked_by"))
keep_history(Evaluation, "apps.performance", excluded=("revision",), unindexed=(*PLACE, "year", "scheme"))
keep_history(
    EvaluationLine, "apps.performance", excluded=("ticks",), unindexed=("evaluation", "target", "item", "value")
)
keep_history(SpotCheck, "apps.performance", unindexed=("draw", "evaluation", "region", "league", "unit", "examiner"))
keep_history(ResultUse, "apps.performance", unindexed=("of", "year", "region", "league", "unit", "decided_by"))
COPIED = ("region", "league", "unit")
keep_history(ProgressReport, "apps.performance", unindexed=(*COPIED, "of", "corrects", "answer", "author"))
keep_history(Survey, "apps.performance", unindexed=(*COPIED, "target", "version", "result", "author"))

# What is published.
keep_history(Disclosure, "apps.performance", unindexed=("region", "league", "year", "publisher"))
