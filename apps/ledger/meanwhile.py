"""Where a document that somebody else saved meanwhile differs from what a form sends: both values, side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from apps.ledger.linecolumns import CATALOGS, ENDS, HEADS, NAMED, names_of, stored
from apps.ledger.models import AuthorityDocument
from apps.ledger.services.documents import HEAD
from imbudget.kit.money import parse_amount

MOST_SHOWN = 50
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place of the document, what was sent for it, and what stands there now."""

    place: str
    sent: str
    stored: str


def differences(
    document: AuthorityDocument, head: Mapping[str, Any], rows: Sequence[Row] | None, full: bool
) -> list[Difference]:
    """Of the document as it stands now; without `rows` only the head was sent."""
    found = []
    for name in HEAD:
        now = getattr(document, name)
        if name in head and (head[name] or "") != (now or ""):
            label = _label(name)
            found.append(Difference(label, _shown(head[name]), _shown(now)))
    if rows is not None:
        found += _lines(names_of(document, full), list(rows), stored(document, full))
    return found[:MOST_SHOWN]


def _lines(names: Sequence[str], sent: Sequence[Row], now: Sequence[Row]) -> list[Difference]:
    """Lines that differ: those of one place side by side, else alone."""
    mine_keys, their_keys = ([tuple(_key(row, name) for name in names) for row in rows] for rows in (sent, now))
    found = []
    for kind, first, last, start, end in SequenceMatcher(None, mine_keys, their_keys, False).get_opcodes():
        if kind == "equal":
            continue
        for at, (mine, theirs) in enumerate(zip_longest(sent[first:last], now[start:end])):
            differing = [name for name in names if not (mine and theirs) or _key(mine, name) != _key(theirs, name)]
            place = _("line %(number)s") % {"number": (start if theirs else first) + at + 1}
            found.append(Difference(place, _row(mine, differing), _row(theirs, differing)))
    return found


def _key(row: Row, name: str) -> str:
    text = row.get(name, "").strip()
    if name == "amount":
        try:
            return str(parse_amount(text).normalize())
        except ValueError:
            return text
    return text.partition("-")[0].strip() if name in {*ENDS, *CATALOGS, *NAMED} else text


def _row(row: Row | None, names: Sequence[str]) -> str:
    return "；".join(f"{HEADS[name]} {row[name]}" for name in names if row.get(name)) if row else ""


def _label(name: str) -> str:
    field: Any = AuthorityDocument._meta.get_field(name)
    return str(field.verbose_name)


def _shown(value: Any) -> str:
    return date_format(value) if hasattr(value, "year") else str(value or "")
