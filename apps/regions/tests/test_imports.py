"""Master data from files: all or nothing, once is enough, each bad row named."""

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from apps.codes.models import Catalog, Code, EconomicDerivation
from apps.codes.tests.factories import make_codes
from apps.evidence.models import Entry
from apps.regions.models import Department, Region, Unit
from apps.regions.tests.factories import credit_code, make_tree

pytestmark = pytest.mark.django_db
REGION_HEADS = ["code", "finance_code", "name_zh", "name_mvf", "parent_code", "kind", "tags", "phase"]
REGIONS = [
    ["150000", "150000000", "内蒙古自治区", "ᠥᠪᠥᠷ ᠮᠣᠩᠭᠣᠯ", "", "region", "", "1"],
    ["150100", "150100000", "呼和浩特市", "ᠬᠥᠬᠡᠬᠣᠲᠠ", "150000", "city", "capital", "1"],
    ["150102", "150102000", "新城区", "", "150100", "district", "", "2"],
]
UNIT_HEADS = ["code", "credit_code", "name_zh", "name_mvf", "region_code", "department_code", "nature", "phone"]
CODE_HEADS = ["code", "name_zh", "name_mvf", "parent_code", "verified", "source"]


def write(path: Path, heads: list[str], rows: list[list[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([heads, *rows])
    return path


def run(command: str, path: Path, **options) -> tuple[str, str]:
    """What the command said, and what it complained of."""
    out, err = StringIO(), StringIO()
    try:
        call_command(command, path, stdout=out, stderr=err, **options)
    except CommandError as error:
        err.write(str(error))
    return out.getvalue(), err.getvalue()


def test_regions_are_imported_once(tmp_path):
    path = write(tmp_path / "regions.csv", REGION_HEADS, REGIONS)
    assert "created 3" in run("import_regions", path)[0]
    assert "same 3" in run("import_regions", path)[0]
    region = Region.objects.get(code="150102")
    assert (region.parent.code, region.league.code, region.phase) == ("150100", "150100", 2)
    assert list(Region.objects.get(code="150100").tags.values_list("code", flat=True)) == ["capital"]
    assert Region.objects.get(code="150100").name_mvf == "ᠬᠥᠬᠡᠬᠣᠲᠠ"
    assert Entry.objects.filter(event="regions.imported").count() == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (["150103", "150103000", "回民区", "", "159999", "district", "", "1"], "no region with the code 159999"),
        (["150103", "150103000", "回民区", "", "150100", "village", "", "1"], "not a kind of region"),
        (["15", "150103000", "回民区", "", "150100", "district", "", "1"], ""),
        (["150103", "150102000", "回民区", "", "150100", "district", "", "1"], ""),
        (["150103", "150103000", "", "", "150100", "district", "", "1"], ""),
        (["150103", "150103000", "回民区", "", "150100", "district", "", "x"], ""),
        (["150103", "150103000", "\ue234", "", "150100", "district", "", "1"], ""),
    ],
    ids=["no parent", "kind", "code", "code twice", "no name", "phase", "private use"],
)
def test_one_bad_row_keeps_everything_out_and_is_named(tmp_path, row, words):
    out, err = run("import_regions", write(tmp_path / "r.csv", REGION_HEADS, [*REGIONS, row]))
    assert not Region.objects.exists()
    assert not Entry.objects.exists()
    assert "created" not in out
    assert re.search(r"r\.csv 5(, name_zh)?:", err)
    assert words in err


def test_a_dry_run_keeps_nothing(tmp_path):
    out, err = run("import_regions", write(tmp_path / "r.csv", REGION_HEADS, REGIONS), dry_run=True)
    assert "created 3" in out
    assert "dry run" in out
    assert err == ""
    assert not Region.objects.exists()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_the_encodings_of_the_offices_are_read(tmp_path, encoding):
    rows = [row[:3] + [""] + row[4:] for row in REGIONS]
    run("import_regions", write(tmp_path / "r.csv", REGION_HEADS, rows, encoding))
    assert Region.objects.get(code="150102").name_zh_hans == "新城区"


def test_a_workbook_is_read_too(tmp_path):
    book = Workbook()
    for row in (REGION_HEADS, *REGIONS):
        book.active.append(row)
    book.save(tmp_path / "r.xlsx")
    assert "created 3" in run("import_regions", tmp_path / "r.xlsx")[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\x00\x81\xff\xff", "neither an Excel workbook nor a CSV file"),
        ("名称\n新城区\n".encode(), "lacks the column"),
    ],
)
def test_a_file_that_is_no_table_is_refused(tmp_path, content, words):
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    assert words in run("import_regions", path)[1]


def test_a_damaged_workbook_is_refused(tmp_path):
    (tmp_path / "r.xlsx").write_bytes(b"PK\x03\x04 nothing")
    assert "damaged" in run("import_regions", tmp_path / "r.xlsx")[1]
    assert "does not exist" in run("import_regions", tmp_path / "none.csv")[1]


def test_departments_then_units(tmp_path):
    make_tree()
    departments = write(
        tmp_path / "d.csv",
        ["code", "name_zh", "name_mvf", "region_code", "parent_code"],
        [["118", "财政局", "", "150102", ""]],
    )
    unit = ["118001", credit_code(1), "新城区财政局", "", "150102", "118", "administrative", "0471-0000001"]
    units = write(tmp_path / "u.csv", UNIT_HEADS, [unit])
    assert "created 1" in run("import_units", departments, departments=True)[0]
    assert "created 1" in run("import_units", units)[0]
    assert "same 1" in run("import_units", departments, departments=True)[0]
    assert "same 1" in run("import_units", units)[0]
    found = Unit.objects.get()
    assert (found.region.code, found.league.code, found.phone) == ("150102", "150100", "0471-0000001")
    assert Department.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({1: credit_code(1)[:-1] + "?"}, ""),
        ({4: "159999"}, "no region"),
        ({5: "999"}, "no department"),
        ({6: "club"}, "not a nature"),
        ({0: "12"}, ""),
    ],
    ids=["credit code", "region", "department", "nature", "code"],
)
def test_a_bad_unit_is_named(tmp_path, change, words):
    tree = make_tree()
    Department.objects.create(region=tree.banner, code="118", name_zh_hans="财政局")
    good = ["118001", credit_code(1), "新城区财政局", "", "150102", "118", "administrative", ""]
    bad = [change.get(place, cell) for place, cell in enumerate(good)]
    err = run("import_units", write(tmp_path / "u.csv", UNIT_HEADS, [bad]))[1]
    assert "u.csv 2:" in err
    assert words in err
    assert not Unit.objects.exists()


def test_codes_are_imported_once_and_parents_stop_being_leaves(tmp_path):
    make_codes(2027)
    rows = [["206", "科学技术支出", "", "", "1", "2027"], ["20601", "科技管理事务", "", "206", "0", ""]]
    path = write(tmp_path / "c.csv", CODE_HEADS, rows)
    options = {"catalog": "function", "year": 2027}
    assert "created 2" in run("import_codes", path, **options)[0]
    # The first run made 206 an upper code, the second finds it so.
    assert "same 2" in run("import_codes", path, **options)[0]
    upper, leaf = Code.objects.filter(catalog=Catalog.FUNCTION, code__startswith="206").order_by("code")
    assert (upper.is_leaf, upper.is_verified, leaf.is_leaf, leaf.parent) == (False, True, True, upper)


def test_a_derivation_needs_both_its_codes(tmp_path):
    make_codes(2027)
    heads = ["dept_code", "nature", "gov_code"]
    good = write(tmp_path / "m.csv", heads, [["30299", "administrative", "50201"]])
    bad = write(tmp_path / "n.csv", heads, [["39999", "administrative", "50201"]])
    before = EconomicDerivation.objects.count()
    assert "not in the classification" in run("import_codes", bad, catalog="derivation", year=2027)[1]
    assert EconomicDerivation.objects.count() == before
    assert "created 1" in run("import_codes", good, catalog="derivation", year=2027)[0]
    assert "same 1" in run("import_codes", good, catalog="derivation", year=2027)[0]


def test_a_year_that_is_not_there_takes_no_codes(tmp_path):
    path = write(tmp_path / "c.csv", CODE_HEADS, [["206", "科学技术支出", "", "", "1", ""]])
    assert "does not exist" in run("import_codes", path, catalog="function", year=1999)[1]
