"""The sample data: the same on every run, and right in itself."""

import csv
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook

from apps.regions.credit_code import validate_credit_code
from tools.demo_data import COMPILED_YEAR, HISTORY_YEARS
from tools.demo_data.__main__ import write_all
from tools.demo_data.catalog import PROJECTS, RUNNING
from tools.demo_data.lines import Line, lines_of
from tools.demo_data.regions import CITIES, TOWNSHIPS, load_places
from tools.demo_data.units import BODIES
from tools.demo_data.workbooks import CSV_ENCODINGS, HEADS, NOT_HANDED_IN
from tools.places import ROOT

FIXTURES = ROOT / "fixtures"
CODE_LENGTHS = {"function": {3, 5, 7}, "economic_dept": {3, 5}, "economic_gov": {3, 5}, "fund_type": {1, 2, 4}}
# Official last levels that have nothing below them.
SHORT_LEAVES = {"21901", "21902", "21999", "22006", "227", "23303"}
GENERAL_KNOWLEDGE = "general knowledge"


def read(path: Path, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def leaves(name: str) -> set[str]:
    rows = read(FIXTURES / "codes" / f"{name}.csv")
    return {row["code"] for row in rows} - {row["parent_code"] for row in rows}


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    return [line for place in load_places() for line in lines_of(place)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo_data")
    write_all(folder)
    return folder


def content(path: Path) -> object:
    """A workbook by its parts: how they are packed depends on the machine's zlib."""
    if path.suffix in {".xlsx", ".xlsm"} and zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    return path.read_bytes()


def test_files_are_what_the_generator_writes(written: Path) -> None:
    names = {path.relative_to(written) for path in written.rglob("*") if path.is_file()}
    kept = {path.relative_to(FIXTURES) for path in (FIXTURES / "demo").rglob("*.[cx]*") if path.is_file()}
    kept = {name for name in kept if name.parts[1] != "region"}  # catalogues of the region's scale, kept by hand
    assert kept == {name for name in names if name.parts[0] == "demo"}
    for name in sorted(names):
        if name.name != "corrupt.xlsx":
            assert content(FIXTURES / name) == content(written / name), name


def test_writing_again_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_all(tmp_path)
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (written / path.relative_to(tmp_path)).read_bytes(), path.name


def test_units_have_valid_and_single_codes() -> None:
    units = read(FIXTURES / "units.csv")
    for unit in units:
        validate_credit_code(unit["credit_code"])
    assert max(Counter(unit["credit_code"] for unit in units).values()) == 1
    assert max(Counter((unit["region_code"], unit["code"]) for unit in units).values()) == 1
    assert max(Counter(unit["name_zh"] for unit in units).values()) == 1


def test_units_have_their_region_and_department() -> None:
    regions = {row["code"] for row in read(FIXTURES / "regions.csv")}
    departments = {(row["region_code"], row["code"]) for row in read(FIXTURES / "departments.csv")}
    for unit in read(FIXTURES / "units.csv"):
        assert unit["region_code"] in regions
        assert (unit["region_code"], unit["department_code"]) in departments
        assert unit["code"].startswith(unit["department_code"])


@pytest.mark.parametrize("name", CODE_LENGTHS)
def test_classifications_are_whole_trees(name: str) -> None:
    rows = read(FIXTURES / "codes" / f"{name}.csv")
    codes = [row["code"] for row in rows]
    assert len(set(codes)) == len(codes)
    assert {len(code) for code in codes} <= CODE_LENGTHS[name]
    seen: set[str] = set()
    for row in rows:
        parent = row["parent_code"]
        assert row["name_zh"]
        assert row["source"]
        # The import reads from top to bottom, so a parent must stand above its children.
        assert not parent or (parent in seen and row["code"].startswith(parent)), row["code"]
        assert row["verified"] == "0" or GENERAL_KNOWLEDGE not in row["source"], row["code"]
        seen.add(row["code"])


@pytest.mark.parametrize("name", CODE_LENGTHS)
def test_leaves_are_at_the_last_level(name: str) -> None:
    last = max(CODE_LENGTHS[name])
    assert {code for code in leaves(name) if len(code) < last} <= SHORT_LEAVES


def test_economic_map_joins_leaves_and_leaves_nothing_out() -> None:
    rows = read(FIXTURES / "codes" / "economic_map.csv")
    pairs = Counter((row["dept_code"], row["nature"]) for row in rows)
    natures = {row["nature"] for row in rows}
    assert max(pairs.values()) == 1
    assert {row["gov_code"] for row in rows} <= leaves("economic_gov")
    missing = {(code, nature) for code in leaves("economic_dept") for nature in natures} - set(pairs)
    # Performance pay exists in institutions only.
    assert missing == {("30107", "administrative"), ("30107", "civil_servant_ref")}


def test_regions_are_the_116_divisions_below_their_parents() -> None:
    rows = read(FIXTURES / "regions.csv")
    divisions = [row for row in rows if row["kind"] != "development_zone"]
    kinds = Counter(row["kind"] for row in divisions)
    assert len(divisions) == 116
    assert (kinds["city"], kinds["league"], kinds["banner"] + kinds["autonomous_banner"]) == (9, 3, 52)
    seen: set[str] = set()
    for row in rows:
        assert row["finance_code"] == row["code"] + "000"
        assert row["parent_code"] in seen or row["kind"] == "region"
        assert bool(row["name_mvf"]) == (row["kind"] != "development_zone")
        seen.add(row["code"])


def test_regions_carry_known_tags_and_old_codes_lead_somewhere() -> None:
    tags = {row["code"] for row in read(FIXTURES / "region_tags.csv")}
    regions = {row["code"]: set(row["tags"].split()) for row in read(FIXTURES / "regions.csv")}
    assert set().union(*regions.values()) == tags
    assert {code for code, found in regions.items() if "separate_plan" in found} == {"150781", "152501"}
    assert not any({"pastoral", "half_pastoral"} <= found for found in regions.values())
    for row in read(FIXTURES / "region_code_changes.csv"):
        assert row["region_code"] in regions
        assert row["old_code"] not in regions
        assert GENERAL_KNOWLEDGE in row["document"]


def test_every_place_of_the_three_cities_is_there() -> None:
    regions = read(FIXTURES / "regions.csv")
    below = {row["code"] for row in regions if row["parent_code"] in CITIES and row["kind"] != "development_zone"}
    assert below == set(TOWNSHIPS)


def test_every_body_has_its_costs_and_projects() -> None:
    keys = {body.key for body in BODIES}
    assert keys == set(RUNNING) == set(PROJECTS)


def test_codes_are_leaves_and_fit_the_nature(lines: list[Line]) -> None:
    mapped = {(row["dept_code"], row["nature"]) for row in read(FIXTURES / "codes" / "economic_map.csv")}
    assert {line.function for line in lines} <= leaves("function")
    assert {line.economic for line in lines} <= leaves("economic_dept")
    assert {line.fund for line in lines} <= leaves("fund_type")
    assert {(line.economic, line.unit.body.nature) for line in lines} <= mapped


def test_lines_of_a_unit_differ(lines: list[Line]) -> None:
    keys = Counter((line.unit.credit_code, line.key()) for line in lines)
    assert max(keys.values()) == 1


def test_project_codes_have_21_characters_and_one_name(lines: list[Line]) -> None:
    names: dict[str, set[str]] = {}
    for line in lines:
        if line.project_code:
            assert len(line.project_code) == 21
            assert line.project_code.startswith(line.unit.place.code)
            names.setdefault(line.project_code, set()).add(line.project_name + line.unit.credit_code)
    assert all(len(found) == 1 for found in names.values())


def test_amounts_are_above_zero_and_spending_is_plausible(lines: list[Line]) -> None:
    for line in lines:
        for year, amount in line.approved.items():
            assert amount > 0
            assert amount * 92 <= line.executed[year] * 100 + 100
            assert line.executed[year] <= amount


def test_prior_columns_of_the_workbook_are_the_history() -> None:
    codes = ("单位代码", "项目代码", "功能分类科目", "部门经济分类科目", "资金性质")
    approved = {
        tuple(row[head] for head in codes): row["金额(元)"]
        for row in read(FIXTURES / "demo" / "history" / f"{COMPILED_YEAR - 1}.csv")
        if row["行政区划"] == "150725"
    }
    sheet = load_workbook(FIXTURES / "demo" / "workbooks" / "150725.xlsx").worksheets[0]
    rows = [dict(zip(HEADS, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)]
    compared = 0
    for row in rows:
        key = tuple(row[head] or "" for head in codes)
        prior = row["上年批复数(元)"]
        assert (f"{prior:.2f}" if prior is not None else None) == approved.get(key)
        compared += prior is not None
    assert compared > len(rows) * 0.9


def test_history_is_sorted_and_small_enough() -> None:
    for year in HISTORY_YEARS:
        path = FIXTURES / "demo" / "history" / f"{year}.csv"
        regions = [row["行政区划"] for row in read(path)]
        assert regions == sorted(regions)
        assert path.stat().st_size < 1_500_000


def test_some_have_not_handed_in() -> None:
    found: set[tuple[str, str]] = set()
    for path in (FIXTURES / "demo" / "workbooks").glob("*.xlsx"):
        sheet = load_workbook(path).worksheets[0]
        found |= {(path.stem, str(row[0])) for row in sheet.iter_rows(min_row=2, values_only=True)}
    for region, encoding in CSV_ENCODINGS.items():
        rows = read(FIXTURES / "demo" / "workbooks" / f"{region}.csv", encoding)
        found |= {(region, row["单位代码"]) for row in rows}
    due = {
        (row["region_code"], row["code"])
        for row in read(FIXTURES / "units.csv")
        if not row["valid_to"] or row["valid_to"] >= f"{COMPILED_YEAR}-01-01"
    }
    assert due - found == NOT_HANDED_IN
