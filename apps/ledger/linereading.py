"""What people write into the lines of a document, read into `LineInput`s; each cell that cannot be read says why."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.codes.models import Code, ExpenditureKind
from apps.ledger.linecolumns import CATALOGS, ENDS, MARKS, WHOLE, names_of
from apps.ledger.models import Authority, AuthorityDocument, AuthorityState, DirectFlag, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.projects.models import Project
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.money import MAX_AMOUNT, parse_with_unit
from imbudget.kit.text import clean, printable, strip

NUMBER = re.compile(r"(?:№|#)?\s*(\d{1,18})(?!\d)")
DIGITS = re.compile(r"[0-9]{3,21}")
LONGEST = {"upper_document_number": 60, "business_division": 60, "managing_division": 60, "tracking_code": 21}
TRUE = frozenset({"1", "是", "√", "true"})
Row = Mapping[str, str]


@dataclass(slots=True)
class Read:
    """The lines as they were read; `errors` name a cell as (number of the row from 1, column)."""

    lines: list[LineInput] = field(default_factory=list)
    errors: dict[tuple[int, str], str] = field(default_factory=dict)


def read_lines(actor: Actor, document: AuthorityDocument, rows: Sequence[Row]) -> Read:
    """Read all rows; what they name is asked for once for all of them. A column that a row does not have says nothing."""
    rows = [{name: printable(text) for name, text in row.items()} for row in rows]
    reader = _Reader(actor, document, rows)
    found = Read()
    for number, row in enumerate(rows, 1):
        line = reader.line(number, row, found.errors)
        if line is not None:
            found.lines.append(line)
    return found


def _before_dash(text: str) -> str:
    """The code alone, or as the pages write it: code-name."""
    return text.partition("-")[0].strip()


def _number(text: str) -> int | None:
    found = NUMBER.match(text)
    return int(found[1]) if found and int(found[1]) < 2**63 else None


class _Reader:
    def __init__(self, actor: Actor, document: AuthorityDocument, rows: Sequence[Row]) -> None:
        self.document = document
        self.names = names_of(document, full=True)
        self.authorities = self._authorities(actor, rows)
        self.codes = {name: self._codes(name, rows) for name in CATALOGS if name in self.names}
        units = Unit.objects.filter(region=document.region_id)
        projects = Project.objects.visible_to(actor).filter(region=document.region_id)
        regions = Region.objects.visible_to(actor)
        self.named: dict[str, dict[str, Any]] = {
            name: _by_code(source, _texts(rows, name))
            for name, source in (("unit", units), ("project", projects), ("receiving_region", regions))
            if name in self.names
        }

    def _authorities(self, actor: Actor, rows: Sequence[Row]) -> dict[int, Authority]:
        """Those named as an end: of the document's region and year, of its unit where a unit asks."""
        numbers = {_number(row.get(end, "")) for row in rows for end in ENDS} - {None}
        document = self.document
        seen = Authority.objects.visible_to(actor).filter(region=document.region_id, year=document.year_id)
        seen = seen.filter(unit=document.unit_id) if document.unit_id is not None else seen
        return {row.pk: row for row in seen.filter(pk__in=numbers).select_related("balance")}

    def _codes(self, name: str, rows: Sequence[Row]) -> dict[str, Code]:
        codes = Code.objects.filter(year=self.document.year_id, catalog=CATALOGS[name])
        return _by_code(codes, _texts(rows, name))

    def line(self, number: int, row: Row, errors: dict[tuple[int, str], str]) -> LineInput | None:
        """One line; None when a cell of it is wrong."""
        values: dict[str, Any] = {}
        bad = len(errors)
        for name in self.names:
            try:
                values[name] = self._cell(name, row[name].strip()) if name in row else None
            except ValueError as error:
                errors[number, name] = str(error)
        if len(errors) > bad:
            return None
        for name, text in self._missing(values):
            errors[number, name] = text
        return self._made(values) if len(errors) == bad else None

    def _cell(self, name: str, text: str) -> Any:
        if name in MARKS:
            return _mark(name, text)
        if not text:
            return None
        if name in ENDS:
            return self._authority(text)
        if name in self.codes:
            return self._known(self.codes[name], text, _("This code is not in the classification of %(year)s."))
        if name in self.named:
            return self._known(self.named[name], text, _("“%(text)s” is not known here."))
        return _READERS[name](text) if name in _READERS else _text(text, LONGEST.get(name, 500))

    def _authority(self, text: str) -> Authority:
        found = self.authorities.get(_number(text) or 0)
        if found is None:
            raise ValueError(_("There is no authority with this number for this document to move."))
        return found

    def _known(self, known: Mapping[str, Any], text: str, refusal: str) -> Any:
        found = known.get(_before_dash(text))
        if found is None:
            raise ValueError(refusal % {"text": text[:60], "year": self.document.year_id})
        return found

    def _missing(self, values: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """What a line of this kind cannot be without."""
        origin, target = values.get("origin"), values.get("target")
        if "origin" in self.names and origin is None and self.document.kind != DocumentKind.ADJUSTMENT:
            yield "origin", _("Name the authority from which the money is taken.")
        elif "fund" in self.names and origin is None and target is None and values.get("fund") is None:
            yield "fund", _("Name the fund type.")
        whole = self.document.kind in WHOLE and origin is not None
        if values["amount"] is None and not whole:
            yield "amount", _("Give the amount.")
        elif values["amount"] is None and origin is not None and not origin.balance.available:
            yield "amount", _("Nothing is left of this authority.")
        if target is not None and any(values.get(name) is not None for name in (*CATALOGS, *self.named)):
            yield "target", _("The authority named here keeps its elements: leave either this cell or theirs empty.")

    def _made(self, values: Mapping[str, Any]) -> LineInput:
        origin, target = values.get("origin"), values.get("target")
        if self.document.kind == DocumentKind.ISSUE:
            target = origin
        left = origin.balance.available if origin is not None else Decimal(0)
        kept = {"origin", "target", "amount", "summary"}
        elements = {} if target is not None else {k: v for k, v in values.items() if k not in kept and v is not None}
        if "project" in elements:
            elements["kind"] = ExpenditureKind.PROJECT
        return LineInput(
            left if values["amount"] is None else values["amount"],
            origin=origin,
            target=target,
            elements=elements,
            state=self._state(origin, target),
            summary=values["summary"] or "",
        )

    def _state(self, origin: Authority | None, target: Authority | None) -> str:
        """An adjustment that takes from what is executable gives back to what is not yet allocated."""
        if self.document.kind != DocumentKind.ADJUSTMENT or target is not None or origin is None:
            return ""
        return AuthorityState.UNALLOCATED if origin.state == AuthorityState.EXECUTABLE else ""


def _texts(rows: Sequence[Row], name: str) -> set[str]:
    return {_before_dash(row.get(name, "")) for row in rows} - {""}


def _by_code(rows: Any, codes: set[str]) -> dict[str, Any]:
    return {row.code: row for row in rows.filter(code__in=codes)} if codes else {}


def _amount(text: str) -> Decimal:
    try:
        amount = parse_with_unit(text)
    except ValueError as error:
        raise ValueError(_("Write an amount in yuan, such as 12,345.60.")) from error
    if amount <= 0:
        raise ValueError(_("The amount must be above zero."))
    if amount >= MAX_AMOUNT:
        raise ValueError(_("The amount is too large."))
    return amount


def _digits(text: str) -> str:
    if not DIGITS.fullmatch(text):
        raise ValueError(_("A revenue class has 3 to 21 digits."))
    return text


def _mark(name: str, text: str) -> Any:
    if name == "direct_flag":
        return DirectFlag.DIRECT if text.lower() in TRUE else DirectFlag.OTHER
    return text.lower() in TRUE


def _text(text: str, longest: int) -> str:
    try:
        found = strip(clean(text))
    except ValueError as error:
        raise ValueError(
            _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard.")
        ) from error
    if len(found) > longest:
        raise ValueError(_("This text is too long: at most %(longest)s characters.") % {"longest": longest})
    return found


_READERS: dict[str, Callable[[str], Any]] = {"amount": _amount, "income_code": _digits}
