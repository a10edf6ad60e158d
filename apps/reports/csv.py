"""A document's tables as CSV for spreadsheets and other programs."""

import csv
import io
from typing import Any

from apps.reports.document import Column, Document, Table, amount, is_amount, plain, with_codes_apart
from imbudget.kit.csvsafe import safe_text


def render_csv(document: Document) -> bytes:
    """UTF-8 with a byte order mark; a blank line between tables, amounts plain, text guarded against formulas.

    Codes have columns of their own, and tables that only add up others are left out.
    """
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    tables = [
        with_codes_apart(section) for section in document.sections if isinstance(section, Table) and not section.derived
    ]
    for count, table in enumerate(tables):
        if count:
            writer.writerow([])
        writer.writerow([safe_text(plain(column.label)) for column in table.columns])
        for row in table.rows:
            writer.writerow([_cell(column, value) for column, value in zip(table.columns, row.cells, strict=True)])
    return buffer.getvalue().encode()


def _cell(column: Column, value: Any) -> str:
    return f"{amount(value):.2f}" if is_amount(column, value) else safe_text(plain(value))
