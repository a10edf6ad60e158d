"""The verbs of the budget; one act, one function, one transaction, one evidence record."""

from apps.budget.services.approvals import draw_up_approval
from apps.budget.services.basetables import (
    put_asset_standard,
    put_staff_category,
    put_standard,
    record_base_import,
    save_base_row,
    set_staff_counts,
)
from apps.budget.services.basic import compute_basic
from apps.budget.services.carryover import copy_from_last_year
from apps.budget.services.checkruns import run_region_checks
from apps.budget.services.compilations import (
    compile_budget,
    open_compilation,
    refuse_undecided,
    reopen_compilation,
)
from apps.budget.services.control import (
    drop_control_drafts,
    issue_control_figures,
    set_control_figures,
    split_control_figures,
)
from apps.budget.services.controlimport import import_control_figures
from apps.budget.services.entry import save_changes
from apps.budget.services.forecasts import compute_suggestions, save_break
from apps.budget.services.handing import recall_sheet, reopen_sheet, submit_sheet
from apps.budget.services.imports import import_own_workbook, import_workbook
from apps.budget.services.plans import put_clock, record_act_day, record_clock_import, save_clock, save_plan
from apps.budget.services.proposals import take_proposal
from apps.budget.services.reporting import reopen_report, report_budget, withdraw_report
from apps.budget.services.rules import put_rule, record_rule_import, save_rule
from apps.budget.services.settings import save_setting
from apps.budget.services.sheets import (
    open_sheet,
    remark_on_sheet,
    save_lines,
)
from apps.budget.services.staffchanges import enforce_due, state_staff_counts
from apps.budget.services.standards import state_standard
from apps.budget.services.summary import fold_summary, rebuild_summary
from apps.budget.services.urging import urge_missing
from apps.budget.services.waiting import accept_waiting, receive_waiting, sign_for

__all__ = [
    "compile_budget",
    "compute_suggestions",
    "compute_basic",
    "copy_from_last_year",
    "drop_control_drafts",
    "enforce_due",
    "draw_up_approval",
    "fold_summary",
    "import_control_figures",
    "import_own_workbook",
    "import_workbook",
    "issue_control_figures",
    "open_compilation",
    "open_sheet",
    "put_clock",
    "put_rule",
    "put_asset_standard",
    "put_staff_category",
    "put_standard",
    "rebuild_summary",
    "recall_sheet",
    "refuse_undecided",
    "record_act_day",
    "record_base_import",
    "record_clock_import",
    "record_rule_import",
    "remark_on_sheet",
    "reopen_compilation",
    "report_budget",
    "save_break",
    "run_region_checks",
    "save_base_row",
    "save_changes",
    "save_clock",
    "save_lines",
    "save_plan",
    "save_rule",
    "save_setting",
    "set_control_figures",
    "set_staff_counts",
    "split_control_figures",
    "state_staff_counts",
    "state_standard",
    "submit_sheet",
    "take_proposal",
    "urge_missing",
    "accept_waiting",
    "receive_waiting",
    "reopen_report",
    "reopen_sheet",
    "sign_for",
    "withdraw_report",
]
