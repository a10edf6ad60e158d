"""Sheets and lines; the summary; compilations and snapshots."""

from apps.budget.models.approval import BudgetApproval
from apps.budget.models.compilation import Compilation, CompilationState, Snapshot, SnapshotRow
from apps.budget.models.entry import EnteredLine
from apps.budget.models.setting import RegionSetting
from apps.budget.models.sheet import (
    BudgetLine,
    BudgetRound,
    BudgetSheet,
    ExpenditureKind,
    SheetRemark,
    SheetState,
)
from apps.budget.models.summary import (
    Summary,
    SummaryByEconomic,
    SummaryByFunction,
    SummaryDelta,
    SummaryEconomic,
    SummaryFolded,
    SummaryFunction,
)

__all__ = [
    "BudgetApproval",
    "BudgetLine",
    "BudgetRound",
    "BudgetSheet",
    "Compilation",
    "CompilationState",
    "EnteredLine",
    "ExpenditureKind",
    "RegionSetting",
    "SheetRemark",
    "SheetState",
    "Snapshot",
    "SnapshotRow",
    "Summary",
    "SummaryByEconomic",
    "SummaryByFunction",
    "SummaryDelta",
    "SummaryEconomic",
    "SummaryFolded",
    "SummaryFunction",
]
