"""No file of ours holds a text that a spreadsheet runs as a formula, whoever wrote the text and wherever it stands."""

import csv
import io
import re
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook
from tablib import Dataset

from apps.budget.template import _put_text
from apps.reports.csv import render_csv
from apps.reports.document import Column as DocumentColumn
from apps.reports.document import Document, Facts, Row, Table
from apps.reports.open.files import _csv_cell
from apps.reports.xlsx import render_xlsx
from imbudget.kit.adminimport import guarded
from imbudget.kit.csvsafe import DANGEROUS
from imbudget.kit.emptybook import EmptyColumn, empty_book
from imbudget.kit.export import to_csv, to_xlsx
from imbudget.kit.tables import Column

pytestmark = pytest.mark.covers("D1")
HOSTILE = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    '=cmd|"/c calc"!A0',
)
# Whoever writes workbooks or CSV: each is tried here, or by the tests named beside it.
WRITERS = {
    "imbudget/kit/export.py": "here",
    "imbudget/kit/emptybook.py": "here",
    "imbudget/kit/marking.py": "imbudget/tests/kit",
    "apps/budget/template.py": "here",
    "apps/reports/csv.py": "here",
    "apps/reports/xlsx.py": "here",
    "apps/reports/xlsxform.py": "here, by the put of xlsx.py",
    "apps/reports/open/files.py": "here",
    "apps/reports/formulas.py": "writes formulas of our own over cells, no text",
}
READERS = {"apps/projects/importing/columns.py", "apps/review/importing/table.py", "apps/budget/workbook/table.py"}
READERS |= {"imbudget/kit/tablefile.py", "imbudget/__init__.py"}
WRITES = re.compile(r"\bopenpyxl\b|\bcsv\.writer\b|xlsxwriter")


def test_every_writer_of_tables_is_tried():
    root = Path(settings.BASE_DIR)
    files = [
        path for folder in ("apps", "imbudget") for path in (root / folder).rglob("*.py") if "tests" not in path.parts
    ]
    found = {str(path.relative_to(root)) for path in files if WRITES.search(path.read_text())}
    assert found - READERS == set(WRITERS)


def runs(content: bytes) -> list[str]:
    """The cells of a workbook that a spreadsheet takes for formulas."""
    book = load_workbook(io.BytesIO(content))
    return [str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def dangerous(content: bytes) -> list[str]:
    """The cells of a CSV file that begin like a formula."""
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return [cell for row in rows for cell in row if cell.startswith(DANGEROUS)]


@pytest.mark.parametrize("text", HOSTILE)
def test_lists_run_nothing(text):
    columns, rows = [Column("a", text), Column("b", "b", kind="code")], [{"a": text, "b": text}]
    assert dangerous(b"".join(to_csv(columns, rows, text))) == []
    assert runs(to_xlsx(text, columns, rows, text)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_documents_run_nothing(text):
    table = Table(columns=(DocumentColumn(text),), rows=(Row((text,)),), title=text)
    document = Document(title=text, sections=(Facts(rows=((text, text),)), table), footer=text)
    assert dangerous(render_csv(document)) == []
    assert runs(render_xlsx(document)) == []


@pytest.mark.parametrize("text", HOSTILE)
def test_templates_open_data_and_master_data_run_nothing(text):
    assert runs(empty_book("x", [EmptyColumn(text, choices=(text,))], [text])) == []
    assert not _csv_cell(text).startswith(DANGEROUS)
    assert not guarded(Dataset([text], headers=["a"]))[0][0].startswith(DANGEROUS)


def test_the_template_of_a_sheet_runs_nothing():
    class Cell:
        value = data_type = ""

    for text in HOSTILE:
        cell = Cell()
        _put_text(cell, text)
        assert (cell.value, cell.data_type) == (text, "s")
