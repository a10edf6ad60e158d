"""Names in both languages; history is registered here, after the translated columns exist (it would clash else)."""

from modeltranslation.translator import TranslationOptions, register

from apps.regions.models import Department, Region, RegionPhase, RegionTag, RolloutPhase, Unit
from imbudget.kit.historybase import keep_history


class NameOptions(TranslationOptions):
    fields = ("name",)
    required_languages = ("zh-hans",)


register(RegionTag)(NameOptions)
register(Region)(NameOptions)
register(Department)(NameOptions)
register(Unit)(NameOptions)
register(RolloutPhase)(NameOptions)

# MPTT moves rewrite lft and rght of many rows: they are no one's act, so history leaves them out.
keep_history(Region, "apps.regions", excluded=("lft", "rght", "tree_id", "level", "search_key"))
keep_history(Department, "apps.regions")
keep_history(Unit, "apps.regions", excluded=("search_key", "phone"))
keep_history(RolloutPhase, "apps.regions")
keep_history(RegionPhase, "apps.regions", unindexed=("league",))
