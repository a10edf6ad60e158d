"""What must be true of a document before it is handed in, and again when it is posted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.db.models import F, Sum
from django.utils.translation import gettext as _

from apps.ledger.models import (
    Authority,
    AuthorityDocument,
    AuthorityState,
    Books,
    BooksState,
    DocumentKind,
    DocumentLine,
    DocumentState,
)
from apps.ledger.moves import BOOKINGS, MOVES, NEED_BASIS, NEED_REASON, NOWHERE
from apps.projects.models import Project, ProjectState
from imbudget.kit.errors import RuleViolation

MOST_NAMED = 5
RELATED = (
    *("origin__balance", "target__balance", "origin__fund", "fund", "function", "department_economic"),
    *("unit", "receiving_region__parent", "receiving_region__reports_to", "target__fund"),
)


def refuse_unsound(document: AuthorityDocument, *, posting: bool = False) -> None:
    """Raise RuleViolation with everything that is wrong, the first few lines by their number.

    What a unit asks for gets its number from the finance office under way, and has one when it is posted.
    """
    rows = list(document.lines.select_related(*RELATED).order_by("number"))
    errors = [
        *_of_number(document, posting),
        *_of_head(document, rows),
        *_of_books(document, rows),
        *_of_approval(document, rows),
    ]
    for row in rows:
        errors += [
            _("Line %(number)s: %(text)s") % {"number": row.number, "text": text} for text in _of_line(document, row)
        ]
    errors += [*_of_balances(rows), *_of_projects(document, rows)]
    if errors:
        more = len(errors) - MOST_NAMED
        tail = [_("and %(count)s more") % {"count": more}] if more > 0 else []
        raise RuleViolation(" ".join([*errors[:MOST_NAMED], *tail]))


def _of_number(document: AuthorityDocument, posting: bool) -> Iterator[str]:
    if document.unit_id is None:
        if not document.number:
            yield _("The document has no number yet.")
        if document.dated is None:
            yield _("The document has no date.")
    elif posting and not (document.number and document.dated):
        yield _("It has no number and date yet: the finance office gives them on the page of the document.")


def _of_head(document: AuthorityDocument, rows: list[DocumentLine]) -> Iterator[str]:
    if not rows:
        yield _("The document has no line.")
    if document.kind in NEED_BASIS and not document.basis:
        yield _("Name the decision or document that it rests on.")
    if document.kind in NEED_REASON and not document.reason:
        yield _("Give the reason.")


def _of_books(document: AuthorityDocument, rows: list[DocumentLine]) -> Iterator[str]:
    """Open books wherever it will be posted: of the year, of the next one, of the receiving regions."""
    needed: set[tuple[int | None, int]] = {(document.region_id, document.year_id)}
    needed |= {(row.region_id, row.year_id) for row in rows}
    if document.kind == DocumentKind.TRANSFER:
        needed |= {(row.receiving_region_id, row.year_id) for row in rows}
    open_ = set(
        Books.objects.filter(state=BooksState.OPEN, region__in={region for region, _year in needed}).values_list(
            "region_id", "year_id"
        )
    )
    for _region, year in sorted(key for key in needed if key not in open_ and key[0] is not None):
        yield _("The books of %(year)s are not open.") % {"year": year}


def _of_approval(document: AuthorityDocument, rows: list[DocumentLine]) -> Iterator[str]:
    """The yearly approval books the revenue of the year, which is done once; what comes later is revenue of its own."""
    if document.kind != DocumentKind.APPROVAL or all(row.origin_id for row in rows):
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


def _is_whole(row: DocumentLine) -> bool:
    """Whether the line issues an authority as a whole: it stays the same one and moves on."""
    return row.origin is not None and row.origin_id == row.target_id and row.origin.state == AuthorityState.PENDING


def _end_state(row: DocumentLine) -> str:
    """What the line's money is afterwards."""
    if _is_whole(row):
        return AuthorityState.EXECUTABLE
    return row.target.state if row.target else row.target_state


def _of_line(document: AuthorityDocument, row: DocumentLine) -> Iterator[str]:
    move = (row.origin.state if row.origin else NOWHERE, _end_state(row), row.year_id != document.year_id)
    if move not in MOVES[document.kind] or move not in BOOKINGS or not _stays_with_its_unit(document, row):
        yield _("this kind of document does not move authority this way.")
        return
    if row.origin is not None and row.origin_id == row.target_id and not _is_whole(row):
        yield _("the money would come back to the line it is taken from.")
    yield from _of_place(document, row)
    yield from _of_elements(document, row)


def _stays_with_its_unit(document: AuthorityDocument, row: DocumentLine) -> bool:
    """What is carried over stays with its unit and its project: giving it to another is a re-allocation."""
    if document.kind != DocumentKind.CARRY_OVER or row.origin is None:
        return True
    return (row.unit_id, row.project_code) == (row.origin.unit_id, row.origin.project_code)


def _of_place(document: AuthorityDocument, row: DocumentLine) -> Iterator[str]:
    for end in (row.origin, row.target):
        if end is not None and end.region_id != document.region_id:
            yield _("№ %(number)s belongs to another region.") % {"number": end.pk}
    if row.origin is not None and row.origin.year_id != document.year_id:
        yield _("№ %(number)s belongs to another year.") % {"number": row.origin.pk}
    year = document.year_id + (document.kind == DocumentKind.CARRY_OVER)
    if row.target is not None and row.target.year_id != year:
        yield _("№ %(number)s belongs to another year.") % {"number": row.target.pk}
    if row.unit is not None and row.unit.region_id != document.region_id:
        yield _("%(unit)s belongs to another region.") % {"unit": row.unit}
    ends = {end.unit_id for end in (row.origin, row.target) if end is not None} | {row.unit_id}
    if document.unit_id is not None and ends != {document.unit_id}:
        yield _("a unit moves its own authority only.")
    yield from _of_receiver(document, row)


def _of_receiver(document: AuthorityDocument, row: DocumentLine) -> Iterator[str]:
    receiver = row.receiving_region
    if row.target_state == AuthorityState.SENT and (receiver is None or receiver.upper != document.region):
        yield _("a transfer goes to a region right below.")


def _of_elements(document: AuthorityDocument, row: DocumentLine) -> Iterator[str]:
    fund = row.target.fund if row.target else row.fund
    if row.origin is not None and row.origin.fund.code != fund.code:
        yield _("the fund type stays what it is.")
    if row.target is not None or not row.target_state:
        return
    for code in (row.fund, row.function, row.department_economic):
        if code is not None and (not code.is_leaf or code.year_id != row.year_id):
            yield _("%(code)s is no code of the last level in %(year)s.") % {"code": code, "year": row.year_id}
    if row.target_state not in {AuthorityState.PENDING, AuthorityState.EXECUTABLE}:
        return
    if row.unit_id is None or row.function_id is None:
        yield _("authority of a unit names the unit and the function.")
    elif row.department_economic is not None and row.government_economic_id is None:
        yield _("%(code)s is not used by a unit of this nature.") % {"code": row.department_economic}


def _of_balances(rows: Iterable[DocumentLine]) -> Iterator[str]:
    """No line takes more than is left: two lines that take from the same authority are added up."""
    taken: dict[Authority, Decimal] = defaultdict(Decimal)
    times = Counter(end for row in rows for end in {row.origin_id, row.target_id})
    for row in rows:
        if row.origin is not None and not _is_whole(row):
            taken[row.origin] += row.amount
        elif row.origin is not None and (row.amount != row.origin.balance.available or times[row.origin_id] > 1):
            yield _("№ %(number)s is issued as a whole: %(amount)s.") % {
                "number": row.origin_id,
                "amount": f"{row.origin.balance.available:,.2f}",
            }
    for authority, amount in taken.items():
        if amount > authority.balance.available:
            yield _("Only %(left)s is left of № %(number)s; the document takes %(amount)s.") % {
                "left": f"{authority.balance.available:,.2f}",
                "number": authority.pk,
                "amount": f"{amount:,.2f}",
            }


def _of_projects(document: AuthorityDocument, rows: Iterable[DocumentLine]) -> Iterator[str]:
    """先有项目再安排预算: money for a project in the store only, within its term and up to what was reviewed."""
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for row in rows:
        into = row.project_id if _end_state(row) == AuthorityState.EXECUTABLE else None
        had = row.origin.project_id if row.origin and row.origin.state == AuthorityState.EXECUTABLE else None
        if into is not None and into != had:
            wanted[into] += row.amount
    if not wanted:
        return
    current = F("balance__amount") + F("balance__increased") - F("balance__decreased")
    lines = Authority.objects.filter(project__in=wanted, state=AuthorityState.EXECUTABLE)
    have = dict(lines.values_list("project").annotate(total=Sum(current)))
    for project in Project.objects.filter(pk__in=wanted).order_by("code"):
        if project.state != ProjectState.STORED or not project.start_year <= document.year_id <= project.end_year:
            yield _("%(project)s is not in the store for %(year)s.") % {"project": project, "year": document.year_id}
        cap = project.total if project.reviewed is None else min(project.total, project.reviewed)
        rest = cap - have.get(project.pk, Decimal(0))
        if wanted[project.pk] > rest:
            yield _("%(project)s may get %(rest)s more, not %(amount)s.") % {
                "project": project,
                "rest": f"{max(rest, Decimal(0)):,.2f}",
                "amount": f"{wanted[project.pk]:,.2f}",
            }
