"""Names of codes in both languages, and their history."""

from modeltranslation.translator import TranslationOptions, register

from apps.codes.models import Code
from imbudget.kit.historybase import keep_history


@register(Code)
class CodeOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


keep_history(Code, "apps.codes", excluded=("search_key",))
