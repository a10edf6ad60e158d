"""The heads of a table of projects: what the template prints, and what else is written for the same."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from imbudget.kit.errors import RuleViolation
from imbudget.kit.tablefile import Sheet, TableFile, cell_text

# Internal name → head of the template, in its order; amounts of single years follow as 2027年(元).
HEADS = {
    "code": "项目代码",
    "name": "项目名称",
    "region_code": "行政区划",
    "unit_code": "单位代码",
    "unit_name": "单位名称",
    "kind": "项目类别",
    "category": "项目分类",
    "level": "项目级次",
    "origin": "项目属性",
    "setup_year": "设立年度",
    "start_year": "开始年度",
    "end_year": "结束年度",
    "responsible": "负责人",
    "phone": "联系电话",
    "overview": "项目概述",
    "necessity": "立项必要性",
    "feasibility": "可行性",
    "tags": "政策标识",
    "urgency": "轻重缓急",
    "fund": "资金性质",
    "total": "项目总额(元)",
    "state": "储备状态",
    "stored_on": "入库日期",
}
REQUIRED = ("name", "unit_code", "kind")
SYNONYMS = {
    "code": "项目编码 项目编号 预算项目代码 pro_code",
    "name": "项目 预算项目 预算项目名称 二级项目名称 pro_name",
    "region_code": "区划 区划代码 区划编码 行政区划代码 行政区划编码",
    "unit_code": "预算单位代码 预算单位编码 单位编码 单位编号 agency_code",
    "unit_name": "预算单位名称 预算单位 单位 实施单位",
    "kind": "项目类型 预算项目类别 pro_kind_code",
    "category": "分类 类别名称 业务分类",
    "level": "级次 项目级别",
    "origin": "属性 新增或延续 新增/延续",
    "setup_year": "立项年度 设立年份 setup_year",
    "start_year": "起始年度 开始年份 起始年份 pro_start_year",
    "end_year": "终止年度 截止年度 结束年份 end_year",
    "responsible": "项目负责人 联系人",
    "phone": "电话 负责人电话 联系方式",
    "overview": "项目概况 概述 概况 pro_desc",
    "necessity": "必要性 立项依据及必要性",
    "feasibility": "项目可行性",
    "tags": "热点标识 政策标签",
    "urgency": "排序 优先级",
    "fund": "资金来源 资金性质编码 资金性质代码",
    "total": "项目总额 总额 总投资 项目总金额 申报总额 总金额 金额 申报金额 申请金额 项目金额 pro_total_amt",
    "state": "状态 项目状态",
    "stored_on": "储备日期 入库时间 储备时间",
}
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
UNIT_AT_END = re.compile(r"[(\[/:、,]?(?:单位:?)?(?:人民币)?(?P<unit>百万元|千元|万元|亿元|元)[)\]]?$")
UNIT_IN_TITLE = re.compile(r"单位:?(?:人民币)?(?P<unit>百万元|千元|万元|亿元|元)(?![\u4e00-\u9fff])")
YEAR_HEAD = re.compile(r"(?P<year>20\d\d)(?:年度?)?(?:金额|资金|预算|预算数|申报数|安排)?")
WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("【"): ord("["), ord("】"): ord("]")}
AMOUNT_HEAD = re.compile(r".*(?:金额|总额|资金|经费|投资|概算|预算|预算数|拨款)")
BLANK = re.compile(r"[\s\u3000\ufeff\u200b*※]+")
TOP = 15  # rows among which the head is looked for
LEAST = 3  # known columns that make a row a head


@dataclass(slots=True)
class Head:
    """The head of a table: its row, the place of each column, and what one of its amounts is in yuan.

    `unread` are the columns that nobody here knows.
    """

    row: int
    places: dict[str, int]
    years: dict[int, int] = field(default_factory=dict)
    factors: dict[str, int] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)

    @property
    def letters(self) -> dict[str, str]:
        """Column → letter as a spreadsheet shows it; yearly amounts by `year_name`."""
        found = {name: get_column_letter(place + 1) for name, place in self.places.items()}
        return found | {year_name(year): get_column_letter(place + 1) for year, place in self.years.items()}

    @property
    def heads(self) -> dict[str, str]:
        """Column → what its head says."""
        return HEADS | self.labels


def year_name(year: int) -> str:
    """The internal name of the column of a year's amount."""
    return f"year_{year}"


def plain(text: str) -> str:
    """A head without blanks and width: 项 目 名 称 and 项目名称 are one."""
    return BLANK.sub("", text.translate(WIDTH)).lower()


def _without_unit(text: str) -> tuple[str, str]:
    found = UNIT_AT_END.search(text)
    return (text[: found.start()], found["unit"]) if found and found.start() else (text, "")


NAMES = {_without_unit(plain(head))[0]: name for name, head in HEADS.items()}
NAMES |= {word: name for name, words in SYNONYMS.items() for word in words.split()}


def find_head(file: TableFile, sheet: Sheet) -> Head:
    """The head of a sheet.

    Raises RuleViolation when there is none, when a column stands there twice or not at all, and when no column of
    amounts is known but one looks like it: the projects would come in without their money.
    """
    stated = ""
    for number, row in enumerate(sheet.rows(), 1):
        if number > TOP:
            break
        texts = [""] * sheet.shift + [plain(cell_text(value)) for value in row]
        head = _read(number, texts)
        if len(head.places) >= LEAST and "name" in head.places:
            _refuse_unfit(file, head, texts)
            factor = UNITS[stated or "元"]
            head.factors = {name: head.factors.get(name) or factor for name in ("total", *map(year_name, head.years))}
            return head
        found = UNIT_IN_TITLE.search("".join(texts))
        stated = found["unit"] if found else stated
    wanted = "、".join(HEADS[name] for name in REQUIRED)
    text = _("%(name)s is not in the template: no row is a head with the columns %(wanted)s.")
    raise RuleViolation(text % {"name": file.name, "wanted": wanted})


def _read(number: int, texts: Sequence[str]) -> Head:
    head = Head(number, {})
    for place, text in enumerate(texts):
        bare, unit = _without_unit(text)
        name, year = NAMES.get(bare, ""), YEAR_HEAD.fullmatch(bare)
        if year and int(year["year"]) not in head.years:
            head.years[int(year["year"])] = place
            name = year_name(int(year["year"]))
        elif name and name not in head.places:
            head.places[name] = place
        else:
            if text:
                head.unread[place] = text
            continue
        head.labels[name] = text
        if unit:
            head.factors[name] = UNITS[unit]
    return head


def _refuse_unfit(file: TableFile, head: Head, texts: Sequence[str]) -> None:
    names = [NAMES.get(_without_unit(text)[0], "") for text in texts]
    for name in head.places:
        if names.count(name) > 1:
            text = _("%(name)s has %(head)s in several columns. Delete or rename all but one.")
            raise RuleViolation(text % {"name": file.name, "head": HEADS[name]})
    missing = [HEADS[name] for name in REQUIRED if name not in head.places]
    if "unit_name" in head.places and HEADS["unit_code"] in missing:
        missing.remove(HEADS["unit_code"])
    if missing:
        text = _("%(name)s lacks the columns %(missing)s.")
        raise RuleViolation(text % {"name": file.name, "missing": "、".join(missing)})
    if "total" not in head.places and not head.years:
        _refuse_unknown_amounts(file, head)


def _refuse_unknown_amounts(file: TableFile, head: Head) -> None:
    for place, text in head.unread.items():
        bare, unit = _without_unit(text)
        if unit or AMOUNT_HEAD.fullmatch(bare):
            words = {"name": file.name, "head": text, "letter": get_column_letter(place + 1), "row": head.row}
            raise RuleViolation(
                _(
                    "%(name)s: column %(letter)s (%(head)s) looks like amounts, but its head in row %(row)s is not known. "
                    "Write 项目总额(元), or a year such as 2027年(元), there."
                )
                % words
            )
