"""A document's tables as CSV for spreadsheets."""

import csv
import io
from decimal import Decimal
from typing import Any

from apps.reports.document import Column, Document, Table
from imbudget.kit.csvsafe import safe_text


def render_csv(document: Document) -> bytes:
    """UTF-8 with a byte order mark; amounts plain, text guarded against formulas."""
    buffer = io.StringIO()
    buffer.write("\ufeff")
    writer = csv.writer(buffer)
    for table in document.sections:
        if isinstance(table, Table):
            writer.writerow([column.label for column in table.columns])
            for row in table.rows:
                writer.writerow([_cell(column, value) for column, value in zip(table.columns, row.cells, strict=True)])
    return buffer.getvalue().encode()


def _cell(column: Column, value: Any) -> str:
    if value is None or value == "":
        return ""
    return f"{Decimal(value):.2f}" if column.kind == "money" else safe_text(str(value))
