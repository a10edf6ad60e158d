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
from apps.budget.services.entry import save_changes
from apps.budget.services.imports import import_own_workbook, import_workbook
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

__all__ = [
    "accept_sheet",
    "compile_budget",
    "copy_from_last_year",
    "draw_up_approval",
    "fold_summary",
    "import_own_workbook",
    "import_workbook",
    "open_compilation",
    "open_sheet",
    "rebuild_summary",
    "recall_sheet",
    "receive_report",
    "remark_on_sheet",
    "reopen_compilation",
    "report_budget",
    "save_changes",
    "save_lines",
    "save_setting",
    "send_back_sheet",
    "send_report_back",
    "submit_sheet",
]
