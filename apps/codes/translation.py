"""Names of codes and holidays in both languages, and the histories of the classification and the calendar."""

from modeltranslation.translator import TranslationOptions, register

from apps.codes.models import CalendarDay, Code, EconomicDerivation, FiscalYear, FundRule, WatchedCode
from imbudget.kit.historybase import keep_history


@register(Code)
class CodeOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


@register(CalendarDay)
class CalendarDayOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


keep_history(Code, "apps.codes", excluded=("search_key",))
keep_history(FiscalYear, "apps.codes")
keep_history(EconomicDerivation, "apps.codes")
keep_history(WatchedCode, "apps.codes")
keep_history(FundRule, "apps.codes")
keep_history(CalendarDay, "apps.codes")
