"""Reading the workbooks and CSV files of budget offices as rows of text; knows cells and heads, not budgets.

It finds the sheet and the head, reads the amounts as yuan, skips what is no line, and notes all it skipped or
converted. It never decides whether a code or an amount is right, and never writes a file.
"""

from apps.budget.workbook.heads import COLUMNS, HEADS, REQUIRED
from apps.budget.workbook.notes import Note
from apps.budget.workbook.table import Table, open_table
from imbudget.kit.marking import LIST_SHEET

__all__ = [
    "COLUMNS",
    "HEADS",
    "LIST_SHEET",
    "REQUIRED",
    "Note",
    "Table",
    "open_table",
]
