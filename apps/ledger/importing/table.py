"""A table file with lines of a document: its head found, its rows as text by column."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from django.utils.translation import gettext as _

from apps.ledger.linecolumns import HEADS, WHOLE, names_of
from apps.ledger.models import AuthorityDocument, DocumentKind
from imbudget.kit.errors import RuleViolation
from imbudget.kit.tablefile import cell_text, rows_of
from imbudget.kit.text import BLANKS

TOP = 15  # rows among which the head is looked for
MOST_ROWS = 50_000
TOTALS = frozenset({"合计", "总计", "小计"})
BLANK = dict.fromkeys(map(ord, f"{BLANKS} \t\r\n*"))
IN_YUAN = ("(元)", "（元）")


@dataclass(slots=True)
class Lines:
    """The rows of a file by their number in it, column → text; `unread` are heads that nobody here knows."""

    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def read_table(document: AuthorityDocument, path: Path, name: str) -> Lines:
    """Every line of a file. Raises RuleViolation."""
    wanted, found = {HEADS[column]: column for column in names_of(document, full=True)}, Lines()
    source = rows_of(path, name, lambda row: _is_head(_columns(wanted, map(cell_text, row))))
    rows = enumerate(([cell_text(cell).strip(BLANKS) for cell in row] for row in source), 1)
    places = _places(document, wanted, rows, name, found)
    for number, texts in rows:
        cells = {column: texts[place] for place, column in places.items() if place < len(texts)}
        if any(cells.values()) and not TOTALS & {text.translate(BLANK) for text in texts}:
            found.rows.append((number, cells))
        if len(found.rows) > MOST_ROWS:
            text = _("A document takes %(most)s lines from a file at most.")
            raise RuleViolation(text % {"most": MOST_ROWS})
    if not found.rows:
        raise RuleViolation(_("The file %(name)s has no line.") % {"name": name})
    return found


def _columns(wanted: dict[str, str], texts: Iterable[str]) -> dict[int, str]:
    """Place → column, of those that are known."""
    plain = [_plain(text) for text in texts]
    return {place: wanted[text] for place, text in enumerate(plain) if text in wanted}


def _is_head(places: dict[int, str]) -> bool:
    """It names an amount and something else."""
    return "amount" in places.values() and len(places) > 1


def _places(
    document: AuthorityDocument,
    wanted: dict[str, str],
    rows: Iterator[tuple[int, list[str]]],
    name: str,
    found: Lines,
) -> dict[int, str]:
    """Where the columns stand; takes the rows down to the head."""
    for _number, texts in islice(rows, TOP):
        _refuse_other_unit(texts)
        places = _columns(wanted, texts)
        if _is_head(places):
            _refuse_twice(places)
            _refuse_lacking(document, name, set(places.values()))
            found.unread = [text for place, text in enumerate(texts) if text and place not in places]
            return places
    heads = "、".join(wanted)
    raise RuleViolation(_("%(name)s has no head with the columns %(wanted)s.") % {"name": name, "wanted": heads})


def _plain(text: str) -> str:
    """A head without blanks, marks and the unit of amounts that is taken here."""
    plain = text.translate(BLANK)
    for end in IN_YUAN:
        plain = plain.removesuffix(end)
    return plain


def _refuse_other_unit(texts: list[str]) -> None:
    other = next((text for text in map(_plain, texts) if text.startswith(HEADS["amount"]) and "万元" in text), "")
    if other:
        raise RuleViolation(
            _("The amounts of the column %(head)s stand in 万元: write them in yuan.") % {"head": other}
        )


def _refuse_twice(places: dict[int, str]) -> None:
    for column, times in Counter(places.values()).items():
        if times > 1:
            raise RuleViolation(_("The column %(name)s stands there twice.") % {"name": HEADS[column]})


def _refuse_lacking(document: AuthorityDocument, name: str, given: set[str]) -> None:
    lacking = [HEADS[column] for column in required(document) if column not in given]
    if lacking:
        text = _("%(name)s lacks the columns %(missing)s.")
        raise RuleViolation(text % {"name": name, "missing": "、".join(lacking)})


def required(document: AuthorityDocument) -> list[str]:
    """The columns without which no line of this document can be read."""
    first = "fund" if document.kind == DocumentKind.REVENUE else "origin"
    names = [] if document.kind == DocumentKind.ADJUSTMENT else [first]
    return names if document.kind in WHOLE else [*names, "amount"]
