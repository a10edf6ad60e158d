"""Histories of what the administration keeps for the dashboards."""

from apps.dashboard.models import KpiBaseline, KpiTarget
from imbudget.kit.historybase import keep_history

keep_history(KpiBaseline, "apps.dashboard", unindexed=("league",))
keep_history(KpiTarget, "apps.dashboard")
