"""An opened file of experts: the heads the template prints and their other names, and its rows as text by column."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter

from imbudget.kit.errors import RuleViolation
from imbudget.kit.marking import LIST_SHEET
from imbudget.kit.tablefile import Sheet, TableFile, cell_text, open_file, refuse_unclear, violation
from imbudget.kit.text import FULL_WIDTH
from imbudget.kit.zipparts import Unreadable

# Internal name → head of the template, in its order.
HEADS = {
    "name": "姓名",
    "id_number": "身份证号",
    "phone": "联系电话",
    "email": "电子邮箱",
    "title_rank": "职称级别",
    "title": "职称",
    "employer": "工作单位",
    "fields": "评审领域",
    "languages": "评审语言",
    "level": "专家库级次",
    "introduction": "个人简介",
    "employments": "任职经历",
    "kin": "亲属任职",
}
REQUIRED = ("name", "id_number", "phone", "title_rank", "employer", "fields")
PRIVATE = frozenset({"id_number", "phone", "email", "kin"})
SYNONYMS = {
    "name": "专家姓名 专家",
    "id_number": "身份证号码 身份证 公民身份号码 证件号码",
    "phone": "电话 手机 手机号 手机号码 联系方式 联系电话号码",
    "email": "邮箱 email e-mail",
    "title_rank": "职称等级 职称层级",
    "title": "专业技术职务 专业技术职称",
    "employer": "单位 所在单位 现工作单位 工作单位名称",
    "fields": "专业领域 擅长领域 评审专业 领域 专业",
    "languages": "语言 语种",
    "level": "级次 层级 专家层级",
    "introduction": "简介 备注",
    "employments": "工作经历 兼职及任职经历 任职兼职情况",
    "kin": "亲属任职情况 亲属关系",
}
BLANK = re.compile(r"[\s\u200b\ufeff*※:]+")
TOP = 15  # rows among which the head is looked for
LEAST = 3  # known columns that make a row a head


def plain_head(text: str) -> str:
    """A head without blanks and width: 姓 名 and 姓名 are one."""
    return BLANK.sub("", text.translate(FULL_WIDTH)).lower()


NAMES = {plain_head(head): name for name, head in HEADS.items()}
NAMES |= {word: name for name, words in SYNONYMS.items() for word in words.split()}


class Table:
    """The first visible sheet of a file that has a head of experts."""

    def __init__(self, sheet: Sheet, row: int, places: dict[str, int], labels: dict[str, str], file: TableFile) -> None:
        self.sheet, self.row, self.places, self.file = sheet, row, places, file
        self.heads = HEADS | labels
        self.letters = {name: get_column_letter(place + 1) for name, place in places.items()}

    def rows(self) -> Iterator[tuple[int, dict[str, str]]]:
        """(row number, column → text) of each row below the head that holds anything; a formula is "="."""
        formulas, errors = set(self.sheet.marks.formulas), self.sheet.marks.errors
        try:
            for number, row in enumerate(self.sheet.rows(), 1):
                if number <= self.row:
                    continue
                refuse_unclear(self.sheet, number, row)
                cells = {}
                for name, place in self.places.items():
                    at = place - self.sheet.shift
                    text = cell_text(row[at]) if 0 <= at < len(row) else ""
                    cells[name] = "=" if (number, place) in formulas else errors.get((number, place), text)
                if any(text.strip() for text in cells.values()):
                    yield number, cells
        except Unreadable as refusal:
            raise violation(refusal, self.file.name) from refusal


def open_experts(path: Path, name: str = "") -> Table:
    """Open a workbook or CSV file. Raises RuleViolation for a file that cannot be read or has no head of experts."""
    file = open_file(path, name)
    for sheet in file.sheets:
        if sheet.visible and sheet.name != LIST_SHEET:
            try:
                table = _table(file, sheet)
            except Unreadable as error:
                raise violation(error, file.name) from error
            if table is not None:
                return table
    wanted = "、".join(HEADS[name] for name in REQUIRED)
    text = _("%(name)s is not in the template: no row is a head with the columns %(wanted)s.")
    raise RuleViolation(text % {"name": file.name, "wanted": wanted})


def _table(file: TableFile, sheet: Sheet) -> Table | None:
    for number, row in enumerate(sheet.rows(), 1):
        if number > TOP:
            return None
        texts = [""] * sheet.shift + [cell_text(value) for value in row]
        places: dict[str, int] = {}
        for place, text in enumerate(texts):
            name = NAMES.get(plain_head(text), "")
            if name and name in places:
                raise RuleViolation(_("The column %(name)s stands there twice.") % {"name": text})
            if name:
                places[name] = place
        if len(places) >= LEAST and "name" in places:
            _refuse_lacking(file, places)
            return Table(sheet, number, places, {name: texts[place] for name, place in places.items()}, file)
    return None


def _refuse_lacking(file: TableFile, places: dict[str, int]) -> None:
    lacking = [HEADS[name] for name in REQUIRED if name not in places]
    if lacking:
        text = _("The file %(name)s lacks the columns %(columns)s.")
        raise RuleViolation(text % {"name": file.name, "columns": "、".join(lacking)})
