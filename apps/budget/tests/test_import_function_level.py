"""A published table as it stands: no unit codes, no economic classes, no fund types, basic and project side by side."""

import csv
from decimal import Decimal
from pathlib import Path

import pytest

from apps.budget import services
from apps.budget.importreport import ImportOrder, ImportRefused
from apps.budget.models import BudgetLine, BudgetSheet, RegionSetting, Summary
from apps.budget.tests.factories import SYSTEM, UP, load_flows
from apps.codes.models import Catalog, YearState
from apps.codes.services import put_code, put_year
from apps.regions.models import Region, RegionKind
from apps.regions.tests.factories import DepartmentFactory, UnitFactory, make_region
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.django_db
TABLE = Path(__file__).parent / "data" / "putuo_2026_budget_by_function_item.csv"


def published() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def region(db: None) -> Region:
    """普陀区 in a tree of its own with the departments and function codes of its table."""
    place = make_region("310107", "普陀区", RegionKind.DISTRICT)
    put_year(SYSTEM, 2026, {"state": YearState.OPEN})
    for code, name in sorted({(row["code"], row["name"]) for row in published()}):
        if not place_has(code):
            put_code(SYSTEM, Catalog.FUNCTION, 2026, code, {"name_zh_hans": name, "parent": None})
    put_code(SYSTEM, Catalog.FUND, 2026, "111", {"name_zh_hans": "本级", "parent": None})
    for number, name in enumerate(dict.fromkeys(row["department"] for row in published())):
        UnitFactory(
            region=place,
            code=f"31010{number}",
            name_zh_hans=f"{name}本级",
            department=DepartmentFactory(region=place, code=f"10{number}", name_zh_hans=name),
        )
    load_flows()
    return place


def place_has(code: str) -> bool:
    from apps.codes.models import Code

    return Code.objects.filter(catalog=Catalog.FUNCTION, year_id=2026, code=code).exists()


def allow(region: Region, fund: str = "111") -> None:
    RegionSetting.objects.create(
        region=region, function_level_lines=True, default_fund=fund, source="2026年部门预算公开表"
    )


def run(region: Region, path: Path = TABLE, **changes: object):
    order = ImportOrder(path, region, 2026, UP, **changes)
    return services.import_workbook(SYSTEM, order)


def test_without_the_setting_the_missing_columns_are_named(region: Region):
    with pytest.raises(RuleViolation) as refusal:
        run(region)
    assert "部门经济分类科目、资金性质" in str(refusal.value)
    assert "单位代码" not in str(refusal.value)
    assert not BudgetSheet.objects.exists()


def test_a_setting_without_a_fund_type_does_not_do(region: Region):
    allow(region, fund="")
    with pytest.raises(RuleViolation) as refusal:
        run(region)
    assert "资金性质" in str(refusal.value)


def test_all_rows_go_in_and_each_ties_to_its_total(region: Region):
    allow(region)
    report = run(region)
    assert (report.rows, report.bad_rows, report.error_count, report.units) == (51, 0, 0, 3)
    assert report.missing
    assert report.not_handed_in == []
    rows = published()
    assert report.total == sum(Decimal(row["total_yuan"]) for row in rows)
    for row in rows:
        lines = BudgetLine.objects.filter(unit__department__name_zh_hans=row["department"], function__code=row["code"])
        kinds = {line.kind: line for line in lines}
        assert sum(line.amount for line in kinds.values()) == Decimal(row["total_yuan"])
        for kind in ("basic", "project"):
            stated = Decimal(row[f"{kind}_yuan"] or 0)
            assert (kinds[kind].amount if kind in kinds else 0) == stated
        assert {(line.department_economic_id, line.government_economic_id, line.fund.code) for line in lines} == {
            (None, None, "111")
        }
    assert {sheet.state for sheet in BudgetSheet.objects.all()} == {"submitted"}
    assert sum(row.amount for row in Summary.objects.all()) == report.total


def test_a_row_that_does_not_tie_refuses_the_table(region: Region, tmp_path):
    allow(region)
    text = TABLE.read_text(encoding="utf-8").replace("4654597,4614597,40000", "4654597,4614597,40001")
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ImportRefused) as refusal:
        run(region, path)
    (error,) = refusal.value.report.errors
    assert error.row == 2
    assert "4,654,598.00" in error.message
    assert not BudgetLine.objects.exists()


def test_a_department_with_two_units_needs_the_units_code(region: Region):
    allow(region)
    department = DepartmentFactory(region=region, code="100")
    UnitFactory(region=region, code="310109", name_zh_hans="图书馆", department=department)
    with pytest.raises(ImportRefused) as refusal:
        run(region)
    assert {error.column for error in refusal.value.report.errors} == {"unit_name"}
    assert "Several" in refusal.value.report.errors[0].message
