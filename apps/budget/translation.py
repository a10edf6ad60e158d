"""History of sheets, lines and compilations (registered here, after all translated models stand)."""

from apps.budget.models import BudgetApproval, BudgetLine, BudgetSheet, Compilation, RegionSetting
from imbudget.kit.historybase import keep_history

keep_history(BudgetSheet, "apps.budget", excluded=("total", "version", "updated_at"))
keep_history(
    BudgetLine,
    "apps.budget",
    unindexed=(
        "unit",
        "region",
        "league",
        "year",
        "function",
        "department_economic",
        "government_economic",
        "fund",
    ),
)
keep_history(Compilation, "apps.budget", excluded=("updated_at",))
keep_history(RegionSetting, "apps.budget")
keep_history(BudgetApproval, "apps.budget")
