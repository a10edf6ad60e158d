"""Names of the catalogues in both languages, and histories."""

from modeltranslation.translator import TranslationOptions, register

from apps.projects.models import (
    CostLine,
    FundingLine,
    GoalIndicator,
    Milestone,
    PolicyBasis,
    PolicyTag,
    Project,
    ProjectAttachment,
    ProjectCategory,
    ProjectChange,
    ProjectSetting,
    ProjectTag,
)
from imbudget.kit.historybase import keep_history


class NameOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


register(ProjectCategory)(NameOptions)
register(PolicyTag)(NameOptions)

UNINDEXED = ("project", "fund", "function", "department_economic", "government_economic", "procurement_item", "tag")
SCOPE = ("unit", "region", "league", "department", "category", "upper", "continues", "answer", "author")

keep_history(ProjectCategory, "apps.projects", excluded=("lft", "rght", "tree_id", "level"))
keep_history(PolicyTag, "apps.projects")
keep_history(ProjectSetting, "apps.projects")
keep_history(Project, "apps.projects", excluded=("search_key", "revision", "updated_at"), unindexed=SCOPE)
keep_history(FundingLine, "apps.projects", unindexed=UNINDEXED)
keep_history(CostLine, "apps.projects", unindexed=UNINDEXED)
keep_history(Milestone, "apps.projects", unindexed=UNINDEXED)
keep_history(GoalIndicator, "apps.projects", unindexed=UNINDEXED)
keep_history(PolicyBasis, "apps.projects", unindexed=UNINDEXED)
keep_history(ProjectTag, "apps.projects", unindexed=UNINDEXED)
keep_history(ProjectChange, "apps.projects", excluded=("revision",), unindexed=(*SCOPE, "project"))
keep_history(ProjectAttachment, "apps.projects", unindexed=("project", "file", "author"))
