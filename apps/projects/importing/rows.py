"""From a row of a file to a project, or to an error for each bad cell; the one place that words these rules."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.codes.models import Code
from apps.projects.importing.columns import Head, plain, year_name
from apps.projects.importing.place import Place, names_of
from apps.projects.importing.report import CellError
from apps.projects.models import PolicyTag, ProjectCategory, ProjectKind, ProjectLevel, ProjectOrigin, ProjectState
from apps.projects.models.project import CODE
from apps.projects.reading import read_decimal, text_of, year_of
from apps.regions.models import Region, Unit
from imbudget.kit.money import MAX_AMOUNT, rounded
from imbudget.kit.text import search_key, strip

KINDS = {
    "人员类": ProjectKind.STAFF,
    "公用经费": ProjectKind.PUBLIC,
    "公用经费类": ProjectKind.PUBLIC,
    "其他运转类": ProjectKind.OPERATION,
    "特定目标类": ProjectKind.TARGET,
    **{str(kind.value): kind for kind in ProjectKind},
}
LEVELS = {"一级": "1", "一级项目": "1", "二级": "2", "二级项目": "2", "1": "1", "2": "2"}
ORIGINS = {"新增": ProjectOrigin.NEW, "延续": ProjectOrigin.CONTINUED, "new": ProjectOrigin.NEW}
ORIGINS |= {"continued": ProjectOrigin.CONTINUED, "新增项目": ProjectOrigin.NEW, "延续项目": ProjectOrigin.CONTINUED}
URGENCIES = {
    "紧急": "1",
    "急需": "1",
    "重要": "2",
    "一般": "3",
    "可缓": "4",
    **{str(place): str(place) for place in range(1, 5)},
}
STATES = dict.fromkeys(("储备", "已储备", "财政储备", "入库", "已入库", "stored"), ProjectState.STORED)
STATES |= dict.fromkeys(("草稿", "draft"), ProjectState.DRAFT)
TEXTS = {"name": 200, "responsible": 60, "phone": 40, "overview": 10_000, "necessity": 10_000, "feasibility": 10_000}
READ_TEXT = {name: text_of(longest) for name, longest in TEXTS.items()}
# The day 1 of a spreadsheet's calendar, and which of its numbers are days of this century.
SERIAL_START, SERIALS = datetime.date(1899, 12, 30), range(36_526, 73_051)
KIND_WORDS = gettext_lazy("Write the kind as 人员类, 公用经费, 其他运转类 or 特定目标类.")
STATE_WORDS = gettext_lazy("Write 储备 or 草稿.")
LEVEL_WORDS = gettext_lazy("Write 一级项目 or 二级项目.")
ORIGIN_WORDS = gettext_lazy("Write 新增 or 延续.")
URGENCY_WORDS = gettext_lazy("Write the urgency as a number from 1 to 4.")
CATEGORY_WORDS = gettext_lazy("This category is not in use.")
YEARS = ("setup_year", "start_year", "end_year")
DASHES = frozenset({"-", "—", "/"})  # how people write that there is no amount
# What a row may say of its project, each with its bit: an empty cell says nothing, and is not held against the library.
GIVEN = {
    name: 1 << place
    for place, name in enumerate(
        (
            *("name", "kind", "category", "level", "origin", *YEARS, "responsible", "phone"),
            *(
                "overview",
                "necessity",
                "feasibility",
                "tags",
                "urgency",
                "fund",
                "total",
                "state",
                "stored_on",
                "years",
            ),
        )
    )
}


@dataclass(slots=True)
class ReadProject:
    """One good row."""

    row: int
    unit: Unit
    code: str
    kind: str
    level: str
    origin: str
    state: str
    urgency: str
    category: ProjectCategory | None
    fund: Code | None
    stored_on: datetime.date | None
    texts: dict[str, str]
    years: dict[str, int]
    money: list[tuple[int, Decimal]]
    tags: list[PolicyTag] = field(default_factory=list)
    given: int = 0

    @property
    def total(self) -> Decimal:
        return sum((amount for _year, amount in self.money), Decimal(0))


class RowReader:
    """Reads rows one by one for one place; `errors` holds what was found wrong since it was last taken."""

    def __init__(self, place: Place, head: Head) -> None:
        self.place, self.head = place, head
        self.errors: list[CellError] = []
        self.serials = 0
        self._row, self._cells = 0, {}  # type: tuple[int, Mapping[str, str]]
        self._bits = [(name, bit) for name, bit in GIVEN.items() if name in head.places]
        self._yearly = False

    def take_errors(self) -> list[CellError]:
        """The errors since the last call."""
        found, self.errors = self.errors, []
        return found

    def read(self, row: int, cells: Mapping[str, str]) -> ReadProject | None:
        """A good row, or None; then its errors were added."""
        self._row, self._cells = row, cells
        before = len(self.errors)
        region = self._region()
        unit = self._unit(region)
        code, kind = (
            self._code(region),
            self._word("kind", KINDS, "", KIND_WORDS),
        )
        if not kind and not self._cell("kind"):
            self._bad("kind", _("%(field)s is missing.") % {"field": self.head.heads["kind"]})
        state = self._word("state", STATES, str(ProjectState.DRAFT), STATE_WORDS)
        texts = {name: self._text(name) for name in TEXTS}
        if not texts["name"]:
            self._bad("name", _("%(field)s is missing.") % {"field": self.head.heads["name"]})
        years = self._years()
        found = {
            "level": self._word("level", LEVELS, str(ProjectLevel.SECOND), LEVEL_WORDS),
            "origin": self._word("origin", ORIGINS, str(ProjectOrigin.NEW), ORIGIN_WORDS),
            "urgency": self._word("urgency", URGENCIES, "", URGENCY_WORDS),
            "category": self._known("category", self.place.categories, CATEGORY_WORDS),
            "fund": self._fund(years["setup_year"]),
            "stored_on": self._day("stored_on"),
            "tags": self._tags(),
            "money": self._money(years),
        }
        self._fits_state(state, code, found["money"])
        if len(self.errors) > before or unit is None:
            return None
        return ReadProject(
            row=row,
            unit=unit,
            code=code,
            kind=kind,
            state=state,
            texts=texts,
            years=years,
            given=self._given(cells),
            **found,
        )

    def _given(self, cells: Mapping[str, str]) -> int:
        """The bits of what the row says; amounts by year are one saying."""
        found = GIVEN["years"] if self._yearly else 0
        for name, bit in self._bits:
            text = cells.get(name)
            if text and (name != "total" or text not in DASHES):
                found |= bit
        return found

    def _fits_state(self, state: str, code: str, money: list[tuple[int, Decimal]]) -> None:
        """What stands in the store has its code and its money; only the finance office says that it stands there."""
        if state == ProjectState.STORED and self.place.only_units is not None:
            self._bad("state", _("Only the finance office brings in what stands in the store: write 草稿."))
        if state == ProjectState.STORED and not code:
            self._bad("code", _("A stored project has its code: give it."))
        if state == ProjectState.STORED and not money:
            self._bad("total", _("A stored project has its amount: give it."))

    def _region(self) -> Region | None:
        code = self._cell("region_code")
        region = self.place.regions.get(code[:6]) if code else self.place.region
        if region is None:
            self._bad(
                "region_code", _("This line belongs to another region than %(region)s.") % {"region": self.place.region}
            )
        return region

    def _unit(self, region: Region | None) -> Unit | None:
        if region is None:
            return None
        code, name = self._cell("unit_code"), self._cell("unit_name")
        if code:
            unit = self.place.units.get((region.pk, code))
            if unit is None:
                self._bad("unit_code", self._no_unit(_("%(region)s has no budget unit with this code."), region))
            elif name and search_key(name) not in names_of(unit):
                self._bad(
                    "unit_name", _("This code belongs to %(unit)s: correct the code or the name.") % {"unit": unit}
                )
            return unit
        found = self.place.units_by_name.get((region.pk, search_key(name)), []) if name else []
        if len(found) == 1:
            return found[0]
        text = _("The unit is missing: give its code.")
        if name:
            text = _("Several budget units have this name: give the unit's code.")
            text = text if found else self._no_unit(_("%(region)s has no budget unit with this name."), region)
        self._bad("unit_name" if name else "unit_code", text)
        return None

    def _no_unit(self, text: str, region: Region) -> str:
        if self.place.only_units is not None:
            return _("This is not a budget unit of your department.")
        return text % {"region": region}

    def _code(self, region: Region | None) -> str:
        """The code; it begins as its region's codes do, for another region's numbers are not used up from here."""
        text = self._cell("code").translate(FULL).upper()
        if text and not CODE.regex.match(text):  # type: ignore[union-attr]
            self._bad("code", _("A project code has 21 characters: 8 digits, then 13 digits or capitals."))
        elif text and region is not None and text[:6] not in self.place.divisions[region.pk]:
            words = {"code": text[:6], "region": region}
            self._bad("code", _("%(code)s is not the division code of %(region)s, now or before.") % words)
        return text

    def _word(self, name: str, words: Mapping[str, Any], default: str, message: str | Promise) -> str:
        text = plain(self._cell(name))
        if not text:
            return default
        found = words.get(text) or words.get(text.partition("-")[0]) or words.get(text.partition("-")[2])
        if found is None:
            self._bad(name, message)
        return str(found or "")

    def _known(self, name: str, known: Mapping[str, Any], message: str | Promise) -> Any:
        text = self._cell(name)
        if not text:
            return None
        found = known.get(search_key(text)) or known.get(search_key(text.partition("-")[0]))
        if found is None:
            self._bad(name, message)
        return found

    def _fund(self, year: int) -> Code | None:
        text = self._cell("fund")
        if not text:
            return None
        code = self.place.funds.get((year, text.translate(FULL).partition("-")[0].strip()))
        if code is None:
            self._bad("fund", _("This code is not in the classification of %(year)s.") % {"year": year})
        elif not code.is_leaf:
            self._bad("fund", _("%(code)s is not a code of the last level. Choose one below it.") % {"code": code})
        return code

    def _tags(self) -> list[PolicyTag]:
        found = {}
        for text in (
            self._cell("tags").replace("、", ",").replace("，", ",").replace("；", ",").replace(";", ",").split(",")
        ):
            word = strip(text)
            tag = self.place.tags.get(search_key(word)) if word else None
            if word and tag is None:
                self._bad("tags", _("There is no policy tag “%(tag)s”.") % {"tag": word[:40]})
            elif tag is not None:
                found[tag.pk] = tag
        return list(found.values())

    def _years(self) -> dict[str, int]:
        """Set-up, first and last year; each defaults to the one before it."""
        found: dict[str, int] = {}
        last = self.place.year
        for name in YEARS:
            text = self._cell(name)
            if text:
                try:
                    last = year_of(text.removesuffix("年").removesuffix("年度").removesuffix("度"))
                except ValueError as error:
                    self._bad(name, str(error))
            found[name] = last
        if found["end_year"] < found["start_year"]:
            self._bad("end_year", _("The last year lies before the first one."))
        if found["setup_year"] not in self.place.years:
            text = _("The year %(year)s does not exist in the system.") % {"year": found["setup_year"]}
            self._bad("setup_year", text)
        return found

    def _day(self, name: str) -> datetime.date | None:
        """A day as people and spreadsheets write it; the number of a spreadsheet's calendar is converted."""
        text = self._cell(name).translate(FULL)
        if not text:
            return None
        if text.isdigit() and len(text) == 5 and int(text) in SERIALS:
            self.serials += 1
            return SERIAL_START + datetime.timedelta(days=int(text))
        words = text.split()[0].replace("年", "-").replace("月", "-").rstrip("日").replace("/", "-").replace(".", "-")
        if words.isdigit() and len(words) == 8:
            words = f"{words[:4]}-{words[4:6]}-{words[6:]}"
        try:
            year, month, day = map(int, words.split("-"))
            return datetime.date(year_of(year), month, day)
        except ValueError:
            self._bad(name, _("%(text)s is not a date like 2027-01-01.") % {"text": text[:40]})
        return None

    def _money(self, years: Mapping[str, int]) -> list[tuple[int, Decimal]]:
        """(year, amount) of each year that has one; the total alone is the first year's."""
        parts = [(year, self._amount(year_name(year))) for year in sorted(self.head.years)]
        money = [(year, amount) for year, amount in parts if amount]
        self._yearly = bool(money)
        for year, _amount in money:
            if not years["start_year"] <= year <= years["end_year"]:
                self._bad(year_name(year), _("%(year)s lies outside the term of the project.") % {"year": year})
        total = self._amount("total")
        if not money:
            return [(years["start_year"], total)] if total else []
        together = sum((amount for _year, amount in money), Decimal(0))
        if total is not None and total != together:
            values = {"sum": f"{together:,.2f}", "total": f"{total:,.2f}"}
            self._bad("total", _("The years make %(sum)s, the total says %(total)s.") % values)
        return money

    def _amount(self, name: str) -> Decimal | None:
        text = self._cell(name)
        if not text or text in DASHES:
            return None
        factor = self.head.factors.get(name, 1)
        try:
            has_unit = text.endswith(("元", "万", "亿"))
            amount = read_decimal(text, 2) if has_unit or factor == 1 else read_decimal(text, 8) * factor
        except ValueError as error:
            self._bad(name, str(error))
            return None
        if amount != rounded(amount) or amount >= MAX_AMOUNT:
            self._bad(name, _("This is not an amount in yuan with at most two decimals."))
            return None
        return rounded(amount)

    def _text(self, name: str) -> str:
        try:
            return READ_TEXT[name](self._cells.get(name, ""))
        except ValueError as error:
            self._bad(name, str(error))
            return ""

    def _cell(self, name: str) -> str:
        return strip(self._cells.get(name, ""))

    def _bad(self, column: str, message: str | Promise) -> None:
        self.errors.append(CellError(self._row, column, self._cells.get(column, "")[:100], str(message)))

    def bad_formula(self, row: int, column: str) -> None:
        """A cell that holds a formula instead of its value."""
        self.errors.append(CellError(row, column, "=", _("This cell holds a formula. Replace it by its value.")))


FULL = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
