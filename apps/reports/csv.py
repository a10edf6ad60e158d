"""A document's tables as CSV for spreadsheets."""

import csv
import io
from typing import Any

from apps.reports.document import Column, Document, Table, amount, is_amount, plain
from imbudget.kit.csvsafe import safe_text


def render_csv(document: Document) -> bytes:
    """UTF-8 with a byte order mark; a blank line between tables, amounts plain, text guarded against formulas."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    tables = [section for section in document.sections if isinstance(section, Table)]
    for count, table in enumerate(tables):
        if count:
            writer.writerow([])
        writer.writerow([safe_text(plain(column.label)) for column in table.columns])
        for row in table.rows:
            writer.writerow([_cell(column, value) for column, value in zip(table.columns, row.cells, strict=True)])
    return buffer.getvalue().encode()


def _cell(column: Column, value: Any) -> str:
    return f"{amount(value):.2f}" if is_amount(column, value) else safe_text(plain(value))
