"""A table file with lines of a document: its head found, its rows as text by column."""

from collections.abc import Iterator
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


def read_table(document: AuthorityDocument, path: Path, name: str) -> list[tuple[int, dict[str, str]]]:
    """(row as a spreadsheet numbers it, column → text) of every line. Raises RuleViolation."""
    rows = enumerate(([cell_text(cell).strip(BLANKS) for cell in row] for row in rows_of(path, name)), 1)
    places = _places(document, rows, name)
    found: list[tuple[int, dict[str, str]]] = []
    for number, texts in rows:
        cells = {column: texts[place] for place, column in places.items() if place < len(texts)}
        if any(cells.values()) and not TOTALS & {text.translate(BLANK) for text in texts}:
            found.append((number, cells))
        if len(found) > MOST_ROWS:
            text = _("A document takes %(most)s lines from a file at most.")
            raise RuleViolation(text % {"most": MOST_ROWS})
    if not found:
        raise RuleViolation(_("The file %(name)s has no line.") % {"name": name})
    return found


def _places(document: AuthorityDocument, rows: Iterator[tuple[int, list[str]]], name: str) -> dict[int, str]:
    """Where the columns stand; takes the rows down to the head."""
    wanted = {HEADS[column]: column for column in names_of(document, full=True)}
    for _number, texts in islice(rows, TOP):
        places = _head(texts, wanted)
        if places:
            _refuse_lacking(document, name, set(places.values()))
            return places
    heads = "、".join(wanted)
    raise RuleViolation(_("%(name)s has no head with the columns %(wanted)s.") % {"name": name, "wanted": heads})


def _head(texts: list[str], wanted: dict[str, str]) -> dict[int, str]:
    """Place → column, when this row is a head: it names an amount and something else."""
    plain = [text.translate(BLANK) for text in texts]
    for end in IN_YUAN:
        plain = [text.removesuffix(end) for text in plain]
    places: dict[int, str] = {}
    for place, text in enumerate(plain):
        if text in wanted and wanted[text] not in places.values():
            places[place] = wanted[text]
    return places if "amount" in places.values() and len(places) > 1 else {}


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
