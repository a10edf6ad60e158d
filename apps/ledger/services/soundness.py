"""What must be true of a document before it is handed in, and again when it is posted.

The rules are SQL over all lines at once (`linerules.py`); a line is read into words only where it breaks one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.codes.models import Code
from apps.ledger.models import AuthorityDocument, DocumentKind, DocumentState
from apps.ledger.moves import BOOKINGS, MOVES, NEED_BASIS, NEED_REASON
from apps.ledger.services.linerules import BOOKS, LINES, PLAN, PLAN_BACK, PROJECTS, TAKEN, WHOLE
from apps.projects.models import Project
from apps.regions.models import Unit
from imbudget.kit.errors import RuleViolation

MOST_NAMED = 5
Found = Mapping[str, Any]


def refuse_unsound(document: AuthorityDocument, *, posting: bool = False) -> None:
    """Raise RuleViolation with everything that is wrong, the first few lines by their number.

    What a unit asks for gets its number from the finance office under way, and has one when it is posted.
    """
    errors = [*_of_number(document, posting), *_of_head(document), *_of_books(document), *_of_approval(document)]
    named, count = _of_lines(document)
    errors += named
    count += len(errors) - len(named)
    if count:
        tail = [_("and %(count)s more") % {"count": count - MOST_NAMED}] if count > MOST_NAMED else []
        raise RuleViolation(" ".join([*errors[:MOST_NAMED], *tail]))


def _of_number(document: AuthorityDocument, posting: bool) -> Iterator[str]:
    if document.unit_id is None:
        if not document.number:
            yield _("The document has no number yet.")
        if document.dated is None:
            yield _("The document has no date.")
    elif posting and not (document.number and document.dated):
        yield _("It has no number and date yet: the finance office gives them on the page of the document.")


def _of_head(document: AuthorityDocument) -> Iterator[str]:
    if not document.lines.exists():
        yield _("The document has no line.")
    if document.kind in NEED_BASIS and not document.basis:
        yield _("Name the decision or document that it rests on.")
    if document.kind in NEED_REASON and not document.reason:
        yield _("Give the reason.")


def _of_books(document: AuthorityDocument) -> Iterator[str]:
    """Open books wherever it will be posted: of the year, of the next one, of the receiving regions."""
    with connection.cursor() as cursor:
        cursor.execute(BOOKS, {"document": document.pk})
        missing = cursor.fetchall()
    for _region, year in missing:
        yield _("The books of %(year)s are not open.") % {"year": year}


def _of_approval(document: AuthorityDocument) -> Iterator[str]:
    """The yearly approval books the revenue of the year, which is done once; what comes later is revenue of its own."""
    if document.kind != DocumentKind.APPROVAL or not document.lines.filter(origin=None).exists():
        return
    earlier = AuthorityDocument.objects.filter(
        kind=DocumentKind.APPROVAL,
        state=DocumentState.POSTED,
        region=document.region_id,
        year=document.year_id,
        lines__origin=None,
    )
    if earlier.exists():
        yield _("The budget of this year has an approval already: what changes now is an addition or a cut.")


def _of_lines(document: AuthorityDocument) -> tuple[list[str], int]:
    """The first errors of lines, balances and projects in words, and how many there are in all."""
    values: dict[str, Any] = {"document": document.pk, "most": MOST_NAMED, **_allowed(document.kind)}
    found: list[Found] = []
    count = 0
    with connection.cursor() as cursor:
        cursor.execute(PLAN, values)
        for question in (LINES, WHOLE, TAKEN, PROJECTS):
            cursor.execute(question, values)
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
            count += rows[0]["found"] if rows else 0
            found += rows
        cursor.execute(PLAN_BACK)
    return [_worded(row) for row in found[:MOST_NAMED]], count


def _allowed(kind: str) -> dict[str, list[Any]]:
    """The moves that lines of this kind may make, as columns."""
    moves = sorted(move for move in MOVES[kind] if move in BOOKINGS)
    return {
        "from": [str(move[0]) for move in moves],
        "to": [str(move[1]) for move in moves],
        "next": [move[2] for move in moves],
    }


def _worded(row: Found) -> str:
    text = _WORDS[row["rule"]](row)
    return _("Line %(number)s: %(text)s") % {"number": row["number"], "text": text} if "number" in row else text


def _yuan(amount: Any) -> str:
    return f"{amount:,.2f}"


_WORDS: dict[str, Callable[[Found], str]] = {
    "move": lambda row: _("this kind of document does not move authority this way."),
    "back": lambda row: _("the money would come back to the line it is taken from."),
    "region": lambda row: _("№ %(number)s belongs to another region.") % {"number": row["key"]},
    "year": lambda row: _("№ %(number)s belongs to another year.") % {"number": row["key"]},
    "foreign": lambda row: _("%(unit)s belongs to another region.") % {"unit": Unit.objects.get(pk=row["key"])},
    "own": lambda row: _("a unit moves its own authority only."),
    "receiver": lambda row: _("a transfer goes to a region right below."),
    "fund": lambda row: _("the fund type stays what it is."),
    "leaf": lambda row: (
        _("%(code)s is no code of the last level in %(year)s.")
        % {"code": Code.objects.get(pk=row["key"]), "year": row["year"]}
    ),
    "unit": lambda row: _("authority of a unit names the unit and the function."),
    "nature": lambda row: (
        _("%(code)s is not used by a unit of this nature.") % {"code": Code.objects.get(pk=row["key"])}
    ),
    "whole": lambda row: (
        _("№ %(number)s is issued as a whole: %(amount)s.") % {"number": row["key"], "amount": _yuan(row["available"])}
    ),
    "taken": lambda row: (
        _("Only %(left)s is left of № %(number)s; the document takes %(amount)s.")
        % {"left": _yuan(row["available"]), "number": row["key"], "amount": _yuan(row["amount"])}
    ),
    "store": lambda row: (
        _("%(project)s is not in the store for %(year)s.")
        % {"project": Project.objects.get(pk=row["key"]), "year": row["year"]}
    ),
    "cap": lambda row: (
        _("%(project)s may get %(rest)s more, not %(amount)s.")
        % {
            "project": Project.objects.get(pk=row["key"]),
            "rest": _yuan(max(row["rest"], 0)),
            "amount": _yuan(row["amount"]),
        }
    ),
}
