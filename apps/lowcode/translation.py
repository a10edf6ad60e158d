"""Names of definitions in both languages, and histories."""

from modeltranslation.translator import TranslationOptions, register

from apps.lowcode.models import Answer, FlowDefinition, FlowVersion, FormDefinition, FormVersion
from imbudget.kit.historybase import keep_history


class NameOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


register(FormDefinition)(NameOptions)
register(FlowDefinition)(NameOptions)

keep_history(FormDefinition, "apps.lowcode", excluded=("updated_at",))
keep_history(FormVersion, "apps.lowcode", excluded=("revision",))
keep_history(FlowDefinition, "apps.lowcode", excluded=("updated_at",))
keep_history(FlowVersion, "apps.lowcode", excluded=("revision",))
keep_history(Answer, "apps.lowcode", excluded=("search_key", "revision", "updated_at"))
