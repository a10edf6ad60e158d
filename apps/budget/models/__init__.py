"""Base tables; rules and runs of checks; timetables and control figures; sheets and lines; the summary; compilations and snapshots."""

from apps.budget.models.approval import BudgetApproval
from apps.budget.models.assets import AssetStandard
from apps.budget.models.base import ExpenditureStandard, StaffCategory, StaffCount, StandardKind
from apps.budget.models.checking import CheckCount, CheckFinding, CheckRule, CheckRun, FindingLevel, RuleLevel
from apps.budget.models.compilation import Compilation, CompilationState, Snapshot, SnapshotRow
from apps.budget.models.control import ControlFigure, ControlState
from apps.budget.models.entry import EnteredLine
from apps.budget.models.plan import ActDay, BudgetAct, Counting, RoundPlan, StatutoryClock
from apps.budget.models.setting import RegionSetting
from apps.budget.models.sheet import (
    BudgetLine,
    BudgetRound,
    BudgetSheet,
    ExpenditureKind,
    SheetRemark,
    SheetState,
)
from apps.budget.models.staffchange import StaffChange, StaffChangeState
from apps.budget.models.standardchange import StandardChange, StandardChangeState
from apps.budget.models.suggestion import BackTest, SeriesBreak, Suggestion, SuggestionGap
from apps.budget.models.summary import (
    Summary,
    SummaryByEconomic,
    SummaryByFunction,
    SummaryDelta,
    SummaryEconomic,
    SummaryFolded,
    SummaryFunction,
)
from apps.budget.models.urge import Urge

__all__ = [
    "AssetStandard",
    "BackTest",
    "SeriesBreak",
    "Suggestion",
    "SuggestionGap",
    "Urge",
    "ActDay",
    "BudgetAct",
    "BudgetApproval",
    "BudgetLine",
    "BudgetRound",
    "BudgetSheet",
    "CheckCount",
    "CheckFinding",
    "CheckRule",
    "CheckRun",
    "Compilation",
    "CompilationState",
    "ControlFigure",
    "ControlState",
    "Counting",
    "EnteredLine",
    "ExpenditureKind",
    "ExpenditureStandard",
    "FindingLevel",
    "RegionSetting",
    "RoundPlan",
    "RuleLevel",
    "SheetRemark",
    "SheetState",
    "Snapshot",
    "SnapshotRow",
    "StaffCategory",
    "StaffChange",
    "StaffChangeState",
    "StaffCount",
    "StandardChange",
    "StandardChangeState",
    "StandardKind",
    "StatutoryClock",
    "Summary",
    "SummaryByEconomic",
    "SummaryByFunction",
    "SummaryDelta",
    "SummaryEconomic",
    "SummaryFolded",
    "SummaryFunction",
]
