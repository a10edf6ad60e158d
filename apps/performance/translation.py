"""Words of schemes in both languages, and histories."""

from modeltranslation.translator import TranslationOptions, register

from apps.performance.models import ProgressReport, ProjectYear, Scheme, Survey, Target
from imbudget.kit.historybase import keep_history


@register(Scheme)
class SchemeOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


SCOPE = ("region", "league", "unit", "department", "category", "year", "project")

keep_history(Scheme, "apps.performance")
keep_history(ProjectYear, "apps.performance", excluded=("money_at",), unindexed=SCOPE)
keep_history(Target, "apps.performance", unindexed=("of", "latest"))

COPIED = ("region", "league", "unit")
keep_history(ProgressReport, "apps.performance", unindexed=(*COPIED, "of", "corrects", "answer", "author"))
keep_history(Survey, "apps.performance", unindexed=(*COPIED, "target", "version", "result", "author"))
