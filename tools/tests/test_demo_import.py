"""The sample data goes through the product's own import commands, and the spoilt files do not."""

from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import DjangoDbBlocker

from apps.budget.models import BudgetLine, BudgetSheet, SheetState
from apps.codes.models import FiscalYear
from apps.regions.models import Unit
from tools.demo_data import COMPILED_YEAR
from tools.demo_data.spoilt import REGION
from tools.demo_data.untidy import FILES
from tools.places import ROOT

FIXTURES = ROOT / "fixtures"
BAD = FIXTURES / "demo" / "bad"
CATALOGS = {catalog: catalog for catalog in ("function", "economic_dept", "economic_gov", "fund_type")}
CATALOGS["economic_map"] = "derivation"
SPOILT = {
    "corrupt.xlsx": "damaged",
    "zero_bytes.csv": "is empty",
    "empty.xlsx": "no lines",
    "wrong_head.xlsx": "not in the template",
    "wrong_year.xlsx": "belongs to 2019",
    "unknown_codes.xlsx": "not a code of the last level",
    "duplicate_lines.xlsx": "repeats row",
    "formula.xlsx": "holds a formula",
    "negative.xlsx": "below zero",
    "bad_amounts.csv": "not an amount",
}


@pytest.fixture(scope="module")
def master_data(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Regions, codes and units, loaded once and taken back after the module."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        FiscalYear.objects.get_or_create(year=COMPILED_YEAR, defaults={"state": "preparing"})
        call_command("import_regions", FIXTURES / "regions.csv", stdout=StringIO())
        for name, catalog in CATALOGS.items():
            path = FIXTURES / "codes" / f"{name}.csv"
            call_command("import_codes", path, catalog=catalog, year=COMPILED_YEAR, stdout=StringIO())
        call_command("import_units", FIXTURES / "departments.csv", departments=True, stdout=StringIO())
        call_command("import_units", FIXTURES / "units.csv", stdout=StringIO())
        call_command("load_flows", stdout=StringIO())
        yield
        transaction.set_rollback(True)


def run(name: str, **options: Any) -> str:
    out = StringIO()
    try:
        call_command("import_budget", FIXTURES / "demo" / name, year=COMPILED_YEAR, stdout=out, stderr=out, **options)
    except CommandError as error:
        out.write(str(error))
    return out.getvalue()


@pytest.mark.django_db
@pytest.mark.usefixtures("master_data")
@pytest.mark.parametrize("name", ["150725.xlsx", "150222.csv", "150103.csv", "150100.xlsx", "150000.xlsx"])
def test_workbook_is_imported_and_handed_in(name: str) -> None:
    said = run(f"workbooks/{name}")
    assert "rows" in said, said
    sheets = BudgetSheet.objects.filter(region__code=name[:6])
    assert sheets.count() >= 8
    assert set(sheets.values_list("state", flat=True)) == {SheetState.SUBMITTED}
    assert not BudgetLine.objects.filter(sheet__in=sheets, government_economic=None).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("master_data")
@pytest.mark.parametrize(("name", "unit"), FILES)
def test_untidy_workbook_is_imported_and_handed_in(name: str, unit: str) -> None:
    said = run(f"untidy/{name}", region=name[:6])
    sheets = BudgetSheet.objects.filter(region__code=name[:6])
    if "two_bad_cells" in name:
        assert "约十二万" in said
        assert "2012398" in said
        assert not sheets.exists()
    else:
        assert [(sheet.unit.code, sheet.state) for sheet in sheets] == [(unit, SheetState.SUBMITTED)], said


@pytest.mark.django_db
@pytest.mark.usefixtures("master_data")
@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_file_is_refused(name: str) -> None:
    said = run(f"bad/{name}", region=REGION)
    assert SPOILT[name] in said
    assert not BudgetSheet.objects.filter(region__code=REGION).exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("master_data")
def test_every_spoilt_file_is_tested() -> None:
    assert {path.name for path in BAD.iterdir()} == set(SPOILT)
    assert Unit.objects.filter(region__code=REGION).exists()
