"""From a row of a file to the facts of an expert, or to an error for each bad cell."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.regions.models import Region
from apps.review.expertfacts import ExpertFacts, Relative, Tie, mistakes, tidy
from apps.review.importing.report import CellError
from apps.review.importing.table import PRIVATE
from apps.review.models import EmploymentKind, ExpertField, KinshipKind, Language, TitleRank
from imbudget.kit.text import FULL_WIDTH, clean, search_key, strip

RANKS = {
    "正高级": TitleRank.SENIOR,
    "正高": TitleRank.SENIOR,
    "副高级": TitleRank.ASSOCIATE,
    "副高": TitleRank.ASSOCIATE,
    "中级": TitleRank.INTERMEDIATE,
    "其他": TitleRank.OTHER,
    "无": TitleRank.OTHER,
    **{rank.value: rank for rank in TitleRank},
}
LANGUAGES = dict.fromkeys(("汉语", "中文", "国家通用语言", "zh"), Language.CHINESE)
LANGUAGES |= dict.fromkeys(("蒙古语", "蒙语", "蒙文", "蒙古文", "mn"), Language.MONGOLIAN)
LEVELS = {"自治区": 0, "自治区级": 0, "0": 0, "盟市": 1, "盟市级": 1, "1": 1, "旗县": 2, "旗县级": 2, "2": 2}
TIES = dict.fromkeys(("任职", "在职", "工作", "employee"), EmploymentKind.EMPLOYEE)
TIES |= dict.fromkeys(("顾问", "咨询", "adviser"), EmploymentKind.ADVISER)
TIES |= dict.fromkeys(("股东", "持股", "shareholder"), EmploymentKind.SHAREHOLDER)
KIN = {
    "配偶": KinshipKind.SPOUSE,
    "直系": KinshipKind.LINEAL,
    "直系血亲": KinshipKind.LINEAL,
    "旁系": KinshipKind.COLLATERAL,
    "三代以内旁系血亲": KinshipKind.COLLATERAL,
    "近姻亲": KinshipKind.AFFINE,
    "姻亲": KinshipKind.AFFINE,
    "其他": KinshipKind.OTHER,
    **{kind.value: kind for kind in KinshipKind},
}
RANK_WORDS = gettext_lazy("Write the rank as 正高级, 副高级, 中级 or 其他.")
LANGUAGE_WORDS = gettext_lazy("Write 汉语 or 蒙古语, or both divided by 、")
LEVEL_WORDS = gettext_lazy("Write 自治区, 盟市 or 旗县.")
TIE_WORDS = gettext_lazy("Write one employment in each line: 单位|任职|2020-01-01|2023-12-31")
KIN_WORDS = gettext_lazy("Write one relative in each line: 配偶|单位|姓名和职务")
DIVIDED = re.compile("[、,，;；/\n]+")
LINES = re.compile("[\n;；]+")
DAY = re.compile(r"(\d{4})[-./年](\d{1,2})(?:[-./月](\d{1,2})日?|月)?", re.ASCII)


class Unwritten(ValueError):
    """What stands in the cell cannot be read; `args[0]` says how it is written."""


class RowReader:
    """Reads the rows of one file; fields of expertise may be named by code or by name."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.errors: list[CellError] = []
        rows = ExpertField.objects.filter(is_active=True).values_list("code", "name_zh_hans", "name_mvf")
        self.fields = {search_key(word): words[0] for words in rows for word in words if word}
        self._row = 0
        self._cells: Mapping[str, str] = {}

    def read(self, row: int, cells: Mapping[str, str]) -> ExpertFacts | None:
        """The facts of a row; None with `errors` where a cell is bad."""
        self._row, self._cells, self.errors = row, cells, []
        for column, text in cells.items():
            if text.startswith("="):
                self.bad(column, _("This cell holds a formula. Replace it by its value."))
        if self.errors:
            return None
        facts = tidy(
            ExpertFacts(
                name=self._text("name"),
                employer=self._text("employer"),
                title_rank=self._read("title_rank", lambda text: _known(RANKS, text, RANK_WORDS), TitleRank.OTHER),
                id_number=self._text("id_number").translate(FULL_WIDTH),
                phone=self._text("phone").translate(FULL_WIDTH),
                level=self._level(),
                fields=self._read("fields", self._fields, ()),
                languages=self._read("languages", _languages, (Language.CHINESE,)) or (Language.CHINESE,),
                title=self._text("title"),
                email=self._text("email"),
                introduction=self._text("introduction"),
                employments=self._read("employments", _ties, ()),
                kin=self._read("kin", _kin, ()),
            )
        )
        already = {error.column for error in self.errors}
        for place, message in mistakes(facts).items():
            column = place.partition(".")[0]
            if column not in already:
                self.bad(column, message)
        return None if self.errors else facts

    def bad(self, column: str, message: str | Promise) -> None:
        """An error of a cell of the present row."""
        value = "" if column in PRIVATE else self._cells.get(column, "")[:100]
        self.errors.append(CellError(self._row, column, value, str(message)))

    def _text(self, name: str) -> str:
        try:
            return strip(clean(self._cells.get(name, "")))
        except ValueError:
            self.bad(
                name,
                _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard."),
            )
            return ""

    def _read(self, name: str, read: Any, otherwise: Any) -> Any:
        text = self._text(name)
        if not text:
            return otherwise if name != "title_rank" else self._missing(name, otherwise)
        try:
            return read(text)
        except Unwritten as error:
            self.bad(name, error.args[0])
            return otherwise

    def _missing(self, name: str, otherwise: Any) -> Any:
        self.bad(name, RANK_WORDS)
        return otherwise

    def _level(self) -> int:
        level = self._read("level", lambda text: _known(LEVELS, text, LEVEL_WORDS), self.region.level)
        if not self.region.level <= level:
            self.bad("level", _("The pool of a region serves reviews of its own level and of those below it."))
        return int(level)

    def _fields(self, text: str) -> tuple[str, ...]:
        found = []
        for word in filter(None, map(strip, DIVIDED.split(text))):
            code = self.fields.get(search_key(word))
            if code is None:
                raise Unwritten(_("There is no field of expertise “%(code)s” in use.") % {"code": word[:40]})
            found.append(code)
        return tuple(found)


def _known(words: Mapping[str, Any], text: str, otherwise: Promise) -> Any:
    if text not in words:
        raise Unwritten(otherwise)
    return words[text]


def _languages(text: str) -> tuple[str, ...]:
    return tuple(str(_known(LANGUAGES, strip(word), LANGUAGE_WORDS)) for word in DIVIDED.split(text) if strip(word))


def _parts(line: str) -> list[str]:
    return [strip(part) for part in line.translate({ord("｜"): "|"}).split("|")]


def _ties(text: str) -> tuple[Tie, ...]:
    return tuple(_tie(_parts(line)) for line in LINES.split(text) if strip(line))


def _tie(parts: list[str]) -> Tie:
    if not 3 <= len(parts) <= 4:
        raise Unwritten(TIE_WORDS)
    until = _day(parts[3], last=True) if len(parts) == 4 and parts[3] not in {"", "至今"} else None
    return Tie(parts[0], str(_known(TIES, parts[1], TIE_WORDS)), _day(parts[2]), until)


def _kin(text: str) -> tuple[Relative, ...]:
    found = []
    for line in LINES.split(text):
        parts = _parts(line)
        if not strip(line):
            continue
        if not 2 <= len(parts) <= 3:
            raise Unwritten(KIN_WORDS)
        found.append(Relative(str(_known(KIN, parts[0], KIN_WORDS)), parts[1], "".join(parts[2:])))
    return tuple(found)


def _day(text: str, *, last: bool = False) -> date:
    """A day, or a month: its first day, at the end of a term its last one."""
    found = DAY.fullmatch(text.translate(FULL_WIDTH))
    try:
        if found is None:
            raise Unwritten(TIE_WORDS)
        year, month, day = int(found[1]), int(found[2]), found[3]
        if day or not last:
            return date(year, month, int(day or 1))
        return (date(year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    except ValueError as error:
        raise Unwritten(TIE_WORDS) from error
