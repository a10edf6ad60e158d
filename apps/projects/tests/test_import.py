"""Importing projects: whatever an office writes into a file, each bad cell named, nothing half done, nothing twice."""

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from apps.budget.tests.factories import World, head_of, officer_of
from apps.evidence.models import Entry
from apps.projects.importing.report import ImportOrder, ImportRefused, ImportReport
from apps.projects.models import FundingLine, Project, ProjectCodeCounter, ProjectState, ProjectVersion
from apps.projects.selectors.versions import body_of, compare_bodies, is_intact
from apps.projects.services.codes import next_code
from apps.projects.services.imports import import_projects
from apps.projects.tests.applications import category, tag
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.marking import LIST_SHEET

pytestmark = pytest.mark.django_db
HEADS = [
    "项目代码",
    "项目名称",
    "单位代码",
    "项目类别",
    "项目分类",
    "负责人",
    "联系电话",
    "资金性质",
    "项目总额(元)",
    "储备状态",
]
CODES = [f"15010227T{number:012d}" for number in range(1, 9)]


def row(world: World, code: str = CODES[0], **values: str) -> dict[str, str]:
    """A good row of a stored project; any cell may be given otherwise, by its head."""
    given = [code, f"草原治理{code[-2:]}", world.unit.code, "特定目标类", "草原生态保护", "巴图", "13800001234", "111"]
    return dict(zip(HEADS, [*given, "800,000.00", "储备"], strict=True)) | values


def write(path: Path, rows: list[dict[str, str]], title: str = "", encoding: str = "utf-8-sig") -> Path:
    heads = list(dict.fromkeys(head for cells in rows for head in cells))
    lines = [",".join(heads), *(",".join(f'"{cells.get(head, "")}"' for head in heads) for cells in rows)]
    path.write_text("\n".join([title, *lines] if title else lines), encoding=encoding)
    return path


def bring(world: World, path: Path, actor: Actor | None = None, **options: Any) -> ImportReport:
    region = options.pop("region", world.tree.banner)
    return import_projects(actor or system_actor("tests"), ImportOrder(path, region, 2027, **options))


def refusal(world: World, path: Path, **options: Any) -> list[tuple[int, str]]:
    with pytest.raises(ImportRefused) as refused:
        bring(world, path, **options)
    assert not Project.objects.exists()
    return [(error.row, error.column) for error in refused.value.report.errors]


@pytest.fixture(autouse=True)
def catalogue(world: World) -> None:
    category()
    tag()


def test_a_file_becomes_projects_with_their_money_and_versions(world, tmp_path):
    rows = [
        row(world),
        row(world, CODES[1], 政策标识="生态优先", 入库日期="2026年12月1日"),
        row(world, "", 储备状态="草稿"),
    ]
    report = bring(world, write(tmp_path / "a.csv", rows), actor=officer_of(world.tree.banner))
    assert (report.rows, report.created, report.total) == (3, 3, Decimal("2400000.00"))
    stored = Project.objects.get(code=CODES[1])
    assert (stored.state, stored.total, stored.version, stored.phone) == (
        ProjectState.STORED,
        Decimal("800000.00"),
        1,
        "13800001234",
    )
    assert stored.stored_at.date() in {datetime.date(2026, 11, 30), datetime.date(2026, 12, 1)}
    assert (stored.region, stored.department) == (world.tree.banner, world.unit.department)
    assert list(stored.tags.all()) == [tag()]
    assert stored.funding.get().fund == world.codes.fund
    draft = Project.objects.get(state=ProjectState.DRAFT)
    assert (draft.code, draft.version) == ("15010227T000000000003", 0)
    assert draft.code.lower() in draft.search_key
    assert Entry.objects.get(event="projects.imported").facts["created"] == 3


def test_an_imported_version_says_what_the_project_says(world, tmp_path):
    years = {"2027年(万元)": "10", "2028年(万元)": "5.5", "结束年度": "2028", "项目总额(元)": ""}
    bring(world, write(tmp_path / "a.csv", [row(world, 政策标识="生态优先", **years)]))
    project = Project.objects.get()
    version = ProjectVersion.objects.get()
    assert is_intact(version)
    body = body_of(project)
    assert compare_bodies(version.body, body) == []
    assert version.body.keys() == body.keys()
    assert version.body["fields"].keys() == body["fields"].keys()
    assert version.body["funding"] == body["funding"]
    assert list(project.funding.values_list("year", "amount")) == [(2027, Decimal("100000")), (2028, Decimal("55000"))]


def test_the_same_file_twice_changes_nothing(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world), row(world, CODES[1]), row(world, "", 储备状态="草稿")])
    bring(world, path)
    before = list(Project.objects.order_by("pk").values())
    lines = FundingLine.objects.count()
    report = bring(world, path)
    assert (report.created, report.same) == (0, 3)
    assert list(Project.objects.order_by("pk").values()) == before
    assert FundingLine.objects.count() == lines


def test_nothing_that_the_library_has_is_overwritten(world, tmp_path):
    bring(world, write(tmp_path / "a.csv", [row(world)]))
    changed = write(tmp_path / "b.csv", [row(world, **{"项目总额(元)": "1.00"}), row(world, CODES[1])])
    with pytest.raises(ImportRefused, match="overwrites nothing"):
        bring(world, changed)
    assert Project.objects.get().total == Decimal("800000.00")
    assert bring(world, changed, partial=True).created == 1
    assert Project.objects.get(code=CODES[0]).total == Decimal("800000.00")


def test_codes_that_were_brought_are_not_given_again(world, tmp_path):
    bring(world, write(tmp_path / "a.csv", [row(world, CODES[6]), row(world, CODES[3])]))
    assert ProjectCodeCounter.objects.get().last == 7
    assert next_code(world.tree.banner, 2027, "3") == CODES[7]


FAULTS = [
    ({"项目代码": "12"}, "code"),
    ({"项目代码": ""}, "code"),
    ({"项目名称": ""}, "name"),
    ({"项目名称": "长" * 201}, "name"),
    ({"项目名称": "\ue000"}, "name"),
    ({"项目名称": "=1+1"}, "name"),
    ({"单位代码": "999999"}, "unit_code"),
    ({"单位名称": "别的单位"}, "unit_name"),
    ({"项目类别": "其他"}, "kind"),
    ({"项目类别": ""}, "kind"),
    ({"项目分类": "没有的类"}, "category"),
    ({"资金性质": "11"}, "fund"),
    ({"资金性质": "9"}, "fund"),
    ({"项目总额(元)": "壹万元"}, "total"),
    ({"项目总额(元)": "1.234"}, "total"),
    ({"项目总额(元)": "-1"}, "total"),
    ({"项目总额(元)": ""}, "total"),
    ({"储备状态": "执行中"}, "state"),
    ({"结束年度": "2026"}, "end_year"),
    ({"开始年度": "27"}, "start_year"),
    ({"设立年度": "2031"}, "setup_year"),
    ({"入库日期": "昨天"}, "stored_on"),
    ({"政策标识": "没有的标识"}, "tags"),
    ({"轻重缓急": "9"}, "urgency"),
    ({"2027年(元)": "800000.01"}, "total"),
    ({"2029年(元)": "800000.00"}, "year_2029"),
    ({"行政区划": "152221"}, "region_code"),
]


def test_each_bad_cell_is_named_and_nothing_is_kept(world, tmp_path):
    for values, column in FAULTS:
        path = write(tmp_path / "a.csv", [row(world, CODES[1]), row(world, **values)])
        assert (3, column) in refusal(world, path), values


def test_what_people_write_is_read(world, tmp_path):
    values = {
        "项目类别": "３-特定目标类",
        "项目分类": "grassland-草原生态保护",
        "项目总额(元)": "８０万元",
        "资金性质": "111-本级",
        "项目级次": "一级项目",
        "项目属性": "延续",
        "设立年度": "2027年",
        "入库日期": "46143",
        "轻重缓急": "重要",
        "储备状态": "已入库",
    }
    path = write(tmp_path / "a.csv", [row(world, **values)], title="内蒙古项目库,单位：万元", encoding="gb18030")
    report = bring(world, path)
    project = Project.objects.get()
    assert (project.kind, project.level, project.origin, project.urgency) == ("3", "1", "continued", "2")
    assert project.total == Decimal("800000.00")
    assert project.stored_at.year == 2026
    assert "calendar" in report.notes[0].text


def test_amounts_stand_in_the_unit_that_the_title_states(world, tmp_path):
    cells = row(world, **{"项目总额(元)": ""}) | {"总额": "12.345678"}
    del cells["项目总额(元)"]
    bring(world, write(tmp_path / "a.csv", [cells], title="单位：万元"))
    assert Project.objects.get().total == Decimal("123456.78")


def test_rows_that_repeat_another_are_named(world, tmp_path):
    draft = row(world, "", 储备状态="草稿", 项目名称="围栏")
    path = write(tmp_path / "a.csv", [row(world), row(world, CODES[1]), row(world), draft, draft])
    assert refusal(world, path) == [(4, "code"), (6, "name")]
    report = bring(world, path, partial=True)
    assert (report.created, report.bad_rows) == (3, 2)


def test_good_rows_of_a_partial_import_are_kept(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world), row(world, CODES[1], 项目名称="")])
    report = bring(world, path, partial=True)
    assert (report.created, report.bad_rows, report.error_count) == (1, 1, 1)
    only_bad = write(tmp_path / "b.csv", [row(world, CODES[2], 项目名称="")])
    with pytest.raises(ImportRefused):
        bring(world, only_bad, partial=True)


def test_a_dry_run_keeps_nothing(world, tmp_path):
    report = bring(world, write(tmp_path / "a.csv", [row(world)]), dry_run=True)
    assert report.created == 1
    assert not Project.objects.exists()
    assert not Entry.objects.filter(event="projects.imported").exists()


def test_only_the_office_of_the_region_and_the_operator_import(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world)])
    for actor in (head_of(world.unit), officer_of(world.tree.league), officer_of(world.tree.neighbour)):
        with pytest.raises(NotAllowed):
            bring(world, path, actor=actor)
    far = write(
        tmp_path / "b.csv", [row(world, "15222127T000000000001", 行政区划="152221", 单位代码=world.far_unit.code)]
    )
    with pytest.raises(ImportRefused):
        bring(world, far, actor=officer_of(world.tree.banner))
    assert bring(world, far, region=world.tree.root).created == 1


NO_TABLES = [
    (b"", "is empty"),
    ("姓名,电话\n巴图,1".encode(), "no row is a head"),
    ("项目代码,项目名称,项目分类,负责人\n".encode(), "lacks the columns"),
    ("项目名称,项目名称,单位代码,项目类别\n".encode(), "in several columns"),
    ("项目名称,单位代码,项目类别\n".encode(), "no lines below"),
    (b"PK\x03\x04nonsense", "damaged"),
]


def test_a_file_that_is_no_table_of_projects_is_refused_with_a_sentence(world, tmp_path):
    path = tmp_path / "a.csv"
    for content, reason in NO_TABLES:
        path.write_bytes(content)
        with pytest.raises(RuleViolation, match=reason):
            bring(world, path)


def test_a_workbook_is_read_and_comes_back_marked(world, tmp_path):
    book = Workbook()
    sheet = book.active
    good, bad = row(world), row(world, CODES[1], 项目名称="")
    sheet.append(list(good))
    sheet.append(list(good.values()))
    sheet.append([*bad.values()][:-2] + ["=1+1", "储备"])
    path, goal = tmp_path / "a.xlsx", tmp_path / "marked.xlsx"
    book.save(path)
    with pytest.raises(CommandError, match="Nothing was imported"):
        call_command("import_projects", path, region="150102", marked=goal)
    marked = load_workbook(goal)
    assert marked.sheetnames[0] == LIST_SHEET
    assert marked[sheet.title]["I3"].comment is not None


def test_the_template_is_a_file_that_the_import_reads(world, tmp_path, capsys):
    path = tmp_path / "template.xlsx"
    call_command("import_projects", path, template=True)
    book = load_workbook(path)
    sheet = book["项目"]
    heads = [cell.value for cell in sheet[1]]
    assert sheet.column_dimensions["A"].number_format == "@"
    assert "2029年(元)" in heads
    cells = row(world) | {"2027年(元)": 800000, "项目总额(元)": None}
    sheet.append([cells.get(head) for head in heads])
    book.save(path)
    call_command("import_projects", path, region="150102", json=True)
    assert '"created": 1' in capsys.readouterr().out
    assert Project.objects.get().total == Decimal("800000.00")


def test_a_code_of_another_division_is_refused_an_old_one_of_the_region_is_not(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world, "15010327T999999999999")])
    assert refusal(world, path) == [(2, "code")]
    assert not ProjectCodeCounter.objects.exists()
    world.tree.banner.old_codes.create(old_code="150103")
    assert bring(world, path).created == 1


# --- a list as an officer makes it in Excel


def by_hand(world, path, heads, *lines, merged="A1:H1"):
    """A merged title, a line about the unit of amounts, a blank row, the head, the lines."""
    book = Workbook()
    sheet = book.active
    for cells in (["2027年部门项目库汇总表"], ["填报单位：财政局", "", "", "单位：万元"], [], heads, *lines):
        sheet.append(cells)
    sheet.merge_cells(merged)
    book.save(path)
    return path


BY_HAND = ["序号", "项目总额", "单位名称", "项目名称", "项目类别", "单位代码", "入库日期", "备注"]


def test_a_list_made_by_hand_is_read_without_its_sums(world, tmp_path):
    unit = world.unit
    path = by_hand(
        world,
        tmp_path / "a.xlsx",
        BY_HAND,
        ["一", 1254.5, f"{unit.name}小计"],
        [1, "1,234.5万元", unit.name, "围栏", "特定目标类", unit.code, "2027.3.1", "急"],
        [],
        [2, "20", unit.name, "补播", "其他运转类", unit.code, "", ""],
        ["合 计：", 1254.5],
        ["共计2项", 1254.5],
    )
    report = bring(world, path)
    assert dict(Project.objects.values_list("name", "total")) == {
        "围栏": Decimal("12345000.00"),
        "补播": Decimal("200000.00"),
    }
    left_out = [note.row for note in report.notes if "totals" in note.text]
    assert left_out == [5, 9, 10]
    assert any("序号、备注" in note.text for note in report.notes)


def test_amounts_under_a_head_that_is_not_known_are_asked_for_not_dropped(world, tmp_path):
    unit = world.unit
    line_ = [1, "围栏", "特定目标类", unit.code, 10, 5]
    for heads in (["资金安排(万元)"], ["", "中央资金"], ["所需经费", ""]):
        path = by_hand(world, tmp_path / "a.xlsx", ["序号", "项目名称", "项目类别", "单位代码", *heads], line_)
        with pytest.raises(RuleViolation, match="looks like amounts"):
            bring(world, path)
    heads = ["序号", "项目名称", "项目类别", "单位代码", "说明"]
    report = bring(world, by_hand(world, tmp_path / "a.xlsx", heads, line_))
    assert any("without any" in note.text for note in report.notes)


def test_a_sheet_that_is_not_read_is_named(world, tmp_path):
    path = by_hand(world, tmp_path / "a.xlsx", BY_HAND, [1, 5, "", "围栏", "特定目标类", world.unit.code])
    book = load_workbook(path)
    book.create_sheet("下半年")
    book.save(path)
    assert any("下半年" in note.text for note in bring(world, path).notes)
