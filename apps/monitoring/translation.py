"""Words of rules in both languages, and histories."""

from modeltranslation.translator import TranslationOptions, register

from apps.monitoring.models import Alarm, Exemption, PaceCurve, Rule, RuleVersion, ViolationType
from imbudget.kit.historybase import keep_history


@register(Rule)
class RuleOptions(TranslationOptions):
    fields = ("gap",)


@register(RuleVersion)
class VersionOptions(TranslationOptions):
    fields = ("name", "theme", "text", "basis", "clause")
    required_languages = {"zh-hans": ("name", "text", "basis")}


@register(ViolationType)
class ViolationOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


@register(PaceCurve)
class CurveOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


keep_history(Rule, "apps.monitoring", unindexed=("region", "league", "upper", "current"))
keep_history(RuleVersion, "apps.monitoring", excluded=("revision",), unindexed=("rule", "region", "league", "author"))
keep_history(ViolationType, "apps.monitoring")
keep_history(PaceCurve, "apps.monitoring")
keep_history(Exemption, "apps.monitoring", excluded=("account_index",), unindexed=("rule", "author"))
keep_history(
    Alarm,
    "apps.monitoring",
    excluded=("figures", "rows", "key"),
    unindexed=(
        *("rule", "version", "region", "league", "unit", "request", "authority"),
        *("violation", "judged_by"),
    ),
)
