"""Names in both languages, and histories."""

from modeltranslation.translator import TranslationOptions, register

from apps.review.models import (
    Conclusion,
    CostFinding,
    Dissent,
    Dossier,
    Draw,
    Employment,
    Expert,
    ExpertField,
    ExpertRating,
    ExpertSpeciality,
    Kinship,
    Objection,
    PanelMember,
    Publicity,
    PublicityItem,
    PublicityRule,
    Review,
    ReviewItem,
    ReviewRule,
    ReviewSetting,
    ScoreSheet,
)
from imbudget.kit.historybase import keep_history


@register(ExpertField)
class NameOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


@register(Publicity)
class NoticeOptions(TranslationOptions):
    fields = ("title", "text")
    required_languages = {"zh-hans": ("title",)}


SCOPE = ("unit", "region", "league", "author", "user", "organiser", "handler", "operator", "supervisor", "down_by")
KEYS = (
    *("expert", "employer_unit", "field", "member", "item", "review", "project", "version", "dossier", "draw"),
    *("origin", "conclusion", "publicity", "category", "form_version"),
)

for model, excluded in {
    ExpertField: (),
    Expert: ("search_key", "updated_at", "fields"),
    ExpertSpeciality: (),
    Employment: (),
    Kinship: (),
    ExpertRating: (),
    ReviewRule: (),
    ReviewSetting: (),
    PublicityRule: (),
    Dossier: (),
    Review: ("updated_at",),
    ReviewItem: (),
    CostFinding: (),
    Draw: ("pool",),  # the snapshot of thousands of candidates is written once and never changes
    PanelMember: (),
    ScoreSheet: ("revision", "updated_at"),
    Dissent: (),
    Conclusion: ("revision",),
    Publicity: ("changed_at",),
    PublicityItem: (),
    Objection: ("proof",),
}.items():
    keep_history(model, "apps.review", excluded=excluded, unindexed=(*SCOPE, *KEYS))
