"""The verbs of the budget; one act, one function, one transaction, one evidence record."""

from apps.budget.services.approvals import draw_up_approval
from apps.budget.services.carryover import copy_from_last_year
from apps.budget.services.compilations import (
    compile_budget,
    open_compilation,
    receive_report,
    reopen_compilation,
    report_budget,
    send_report_back,
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
from apps.budget.services.imports import import_own_workbook, import_workbook
from apps.budget.services.plans import put_clock, record_act_day, record_clock_import, save_clock, save_plan
from apps.budget.services.proposals import take_proposal
from apps.budget.services.settings import save_setting
from apps.budget.services.sheets import (
    accept_sheet,
    open_sheet,
    recall_sheet,
    remark_on_sheet,
    save_lines,
    send_back_sheet,
    submit_sheet,
)
from apps.budget.services.summary import fold_summary, rebuild_summary
from apps.budget.services.urging import urge_missing

__all__ = [
    "accept_sheet",
    "compile_budget",
    "compute_suggestions",
    "copy_from_last_year",
    "drop_control_drafts",
    "draw_up_approval",
    "fold_summary",
    "import_control_figures",
    "import_own_workbook",
    "import_workbook",
    "issue_control_figures",
    "open_compilation",
    "open_sheet",
    "put_clock",
    "rebuild_summary",
    "recall_sheet",
    "receive_report",
    "record_act_day",
    "record_clock_import",
    "remark_on_sheet",
    "reopen_compilation",
    "report_budget",
    "save_break",
    "save_changes",
    "save_clock",
    "save_lines",
    "save_plan",
    "save_setting",
    "send_back_sheet",
    "send_report_back",
    "set_control_figures",
    "split_control_figures",
    "submit_sheet",
    "take_proposal",
    "urge_missing",
]
