"""A file brought again: everything that it says is held against the library, and what differs is named cell by cell."""

from decimal import Decimal
from typing import Any

import pytest

from apps.budget.tests.factories import World
from apps.projects.importing.report import ImportRefused
from apps.projects.models import FundingLine, Project, ProjectCategory, ProjectState, ProjectVersion
from apps.projects.tests.applications import category, tag
from apps.projects.tests.test_import import CODES, bring, row, write
from imbudget.kit.text import search_key

pytestmark = pytest.mark.django_db
FULL = {
    "项目级次": "二级项目",
    "项目属性": "新增",
    "设立年度": "2027",
    "开始年度": "2027",
    "结束年度": "2028",
    "项目概述": "概况",
    "立项必要性": "必要",
    "可行性": "可行",
    "政策标识": "生态优先",
    "轻重缓急": "2",
    "项目总额(元)": "800000",
    "2027年(元)": "500000",
    "2028年(元)": "300000",
    "入库日期": "2026-11-01",
}
CHANGES = [
    ({"项目名称": "另一个名称"}, "name"),
    ({"项目类别": "其他运转类"}, "kind"),
    ({"项目分类": "荒漠化防治"}, "category"),
    ({"项目级次": "一级项目"}, "level"),
    ({"项目属性": "延续"}, "origin"),
    ({"结束年度": "2029"}, "end_year"),
    ({"负责人": "其木格"}, "responsible"),
    ({"联系电话": "13900005678"}, "phone"),
    ({"项目概述": "另一个概况"}, "overview"),
    ({"立项必要性": "不同"}, "necessity"),
    ({"可行性": "不同"}, "feasibility"),
    ({"政策标识": "生态优先、乡村振兴"}, "tags"),
    ({"政策标识": "乡村振兴"}, "tags"),
    ({"轻重缓急": "3"}, "urgency"),
    ({"资金性质": "112"}, "fund"),
    ({"2027年(元)": "300000", "2028年(元)": "500000"}, "year_2027"),
    ({"2027年(元)": "800000", "2028年(元)": ""}, "year_2027"),
    ({"入库日期": "2026-11-02"}, "stored_on"),
]


@pytest.fixture(autouse=True)
def catalogue(world: World) -> None:
    category()
    ProjectCategory.objects.create(code="desert", name_zh_hans="荒漠化防治")
    tag()
    tag("rural").name_zh_hans = "乡村振兴"
    other = tag("rural")
    other.name_zh_hans = "乡村振兴"
    other.save()
    fund = world.codes.fund
    fund.pk, fund.code, fund.name_zh_hans = None, "112", "上级补助"
    fund.search_key = search_key("112 上级补助")
    fund.save(force_insert=True)


def differing(world: World, tmp_path: Any, **values: str) -> set[str]:
    with pytest.raises(ImportRefused, match="overwrites nothing") as refused:
        bring(world, write(tmp_path / "b.csv", [row(world, **(FULL | values))]))
    report = refused.value.report
    assert report.bad_rows == 1
    return {error.column for error in report.errors}


def test_each_column_that_says_something_else_is_named_and_nothing_is_overwritten(world, tmp_path):
    bring(world, write(tmp_path / "a.csv", [row(world, **FULL)]))
    before = list(Project.objects.values())
    for values, column in CHANGES:
        assert differing(world, tmp_path, **values) == {column}, values
    assert list(Project.objects.values()) == before
    assert bring(world, write(tmp_path / "a.csv", [row(world, **FULL)])).same == 1


def test_several_cells_of_one_row_are_one_bad_row(world, tmp_path):
    bring(world, write(tmp_path / "a.csv", [row(world, **FULL)]))
    values = {"负责人": "其木格", "联系电话": "1", "项目总额(元)": "900000", "2027年(元)": "600000"}
    assert differing(world, tmp_path, **values) == {"responsible", "phone", "total", "year_2027"}


def test_what_differs_stands_beside_its_reason_but_no_telephone(world, tmp_path):
    bring(world, write(tmp_path / "a.csv", [row(world, **FULL)]))
    values = {"项目分类": "荒漠化防治", "联系电话": "13900005678", "政策标识": "乡村振兴", "入库日期": "2026-11-02"}
    with pytest.raises(ImportRefused) as refused:
        bring(world, write(tmp_path / "b.csv", [row(world, **(FULL | values))]))
    assert {error.column: error.value for error in refused.value.report.errors} == {
        "category": "desert-荒漠化防治",
        "phone": "",
        "tags": "乡村振兴",
        "stored_on": "2026-11-02",
    }


def test_an_empty_cell_and_a_missing_column_say_nothing(world, tmp_path):
    bring(world, write(tmp_path / "a.csv", [row(world, **FULL)]))
    empty = dict.fromkeys([*FULL, "项目分类", "负责人", "联系电话", "资金性质", "储备状态"], "")
    bare = row(world, 储备状态="储备", 设立年度="2027", 结束年度="2028", **{"项目总额(元)": "800000"})
    for name in ("项目分类", "负责人", "联系电话", "资金性质"):
        del bare[name]
    assert bring(world, write(tmp_path / "b.csv", [bare])).same == 1
    blank = row(world, **(empty | {"储备状态": "储备", "项目总额(元)": "800000"}))
    assert bring(world, write(tmp_path / "c.csv", [blank])).same == 1


def test_a_project_that_is_not_in_the_store_is_not_passed_off_as_stored(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world, **FULL)])
    bring(world, path)
    Project.objects.update(state=ProjectState.TERMINATED)
    assert differing(world, tmp_path) == {"state"}


def test_a_draft_that_went_its_way_is_known_and_one_that_was_changed_is_named(world, tmp_path):
    draft = row(world, "", 储备状态="草稿", **{"项目总额(元)": "800000"})
    path = write(tmp_path / "a.csv", [draft])
    bring(world, path)
    Project.objects.update(state=ProjectState.UNIT_REVIEW)
    assert bring(world, path).same == 1
    Project.objects.update(responsible="其木格")
    with pytest.raises(ImportRefused) as refused:
        bring(world, path)
    assert [(error.row, error.column, error.value) for error in refused.value.report.errors] == [
        (2, "responsible", "巴图")
    ]


def test_money_that_the_library_split_otherwise_is_named_only_where_the_file_splits_it(world, tmp_path):
    path = write(tmp_path / "a.csv", [row(world, **FULL)])
    bring(world, path)
    funding = FundingLine.objects.get(year=2028)
    funding.pk, funding.number, funding.amount = None, 3, Decimal("100000")
    FundingLine.objects.filter(year=2028).update(amount=Decimal("200000"))
    funding.save(force_insert=True)  # one year from two lines comes to the same
    assert bring(world, path).same == 1
    FundingLine.objects.filter(number=3).update(year=2027)
    assert differing(world, tmp_path) == {"year_2027"}
    whole = FULL | {"2027年(元)": "", "2028年(元)": ""}
    assert bring(world, write(tmp_path / "b.csv", [row(world, **whole)])).same == 1


def test_known_rows_beside_new_ones_are_told_apart(world, tmp_path):
    bring(world, write(tmp_path / "a.csv", [row(world, **FULL), row(world, CODES[1], **FULL)]))
    rows = [row(world, **FULL), row(world, CODES[1], **FULL, 负责人="其木格"), row(world, CODES[2], **FULL)]
    report = bring(world, write(tmp_path / "b.csv", rows), partial=True)
    assert (report.created, report.same, report.bad_rows) == (1, 1, 1)
    assert ProjectVersion.objects.count() == 3
    assert Project.objects.get(code=CODES[1]).responsible == "巴图"
