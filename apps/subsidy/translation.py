"""Histories. Lines of rosters have none: their past is their payment requests, which never change, and their corrections."""

from apps.subsidy.models import Coefficient, Household, Parcel, Roster, Standard, Subsidy, Violation
from imbudget.kit.historybase import keep_history

keep_history(Subsidy, "apps.subsidy", unindexed=("region", "department", "hot_topic"))
keep_history(Standard, "apps.subsidy", unindexed=("subsidy", "region", "year"))
keep_history(Coefficient, "apps.subsidy", unindexed=("standard",))
keep_history(
    Household,
    "apps.subsidy",
    excluded=("id_index", "card_index", "id_sound", "card_sound", "changed_at"),
    unindexed=("region", "league", "place"),
)
keep_history(Parcel, "apps.subsidy", unindexed=("household",))
keep_history(Violation, "apps.subsidy", unindexed=("household", "author"))
keep_history(Roster, "apps.subsidy", unindexed=("region", "league", "unit", "subsidy", "year", "place", "author"))
