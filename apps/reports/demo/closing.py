"""结转, 结账: what is left goes into the next year or out of the books, and the books are closed."""

from decimal import Decimal

from django.db.models import Sum

from apps.budget.demo.acting import sign
from apps.codes.models import Code, FiscalYear, YearState
from apps.codes.services import copy_classification, put_year
from apps.ledger import services as ledger
from apps.ledger.models import Authority, AuthorityDocument, Balance, Books, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.reports.demo.stage import Stage, equal
from imbudget.kit.actor import system_actor

ACTOR = system_actor("play_year")


def prepare_next_year(stage: Stage) -> str:
    """The year that the rest is carried into, with this year's classification where it has none of its own."""
    following = stage.year + 1
    if not FiscalYear.objects.filter(pk=following).exists():
        put_year(ACTOR, following, {"state": YearState.OPEN, "compiling": False})
    if not Code.objects.filter(year=following).exists():
        copy_classification(ACTOR, stage.year, following)
    ledger.open_books(stage.officer, stage.region, following)
    return f"the books of {following} are open beside those of {stage.year}"


def write_off(stage: Stage) -> str:
    """What was given to nobody leaves the books."""
    pools = Authority.objects.filter(region=stage.region, year=stage.year, state="unallocated")
    rows = pools.filter(balance__available__gt=0).select_related("balance").order_by("pk")
    lines = [LineInput(row.balance.available, origin=row) for row in rows]
    document = stage.post(DocumentKind.WRITE_OFF, stage.head("关于核销年末未分配指标的通知", 12, 30), lines)
    return f"{document.number}: {document.total:,.2f}"


def carry_over(stage: Stage) -> str:
    """Everything that units have left goes into the next year, line by line."""
    left = _available(stage, stage.year)
    document = ledger.draw_up_rest(stage.officer, _books(stage), DocumentKind.CARRY_OVER)
    head = stage.head("关于结转下年使用指标的通知", 12, 31)
    ledger.save_document(stage.officer, document, document.revision, head)
    ledger.submit_document(stage.officer, document)
    sign(document)
    equal("carried over and left", document.total, left)
    equal("carried over and received by next year", _available(stage, stage.year + 1), left)
    return f"{document.number}: {document.lines.count()} lines, {document.total:,.2f}"


def close(stage: Stage) -> str:
    """The books of the year are closed; what came in has been paid, written off or carried over."""
    ledger.close_books(stage.officer, _books(stage))
    equal("left in the closed books", _available(stage, stage.year), Decimal(0))
    came = _documents(stage, DocumentKind.APPROVAL) + _documents(stage, DocumentKind.REVENUE)
    went = _documents(stage, DocumentKind.WRITE_OFF) + _documents(stage, DocumentKind.CARRY_OVER)
    equal("what came in and what became of it", came, stage.paid + went)
    return f"{came:,.2f} came in, {stage.paid:,.2f} paid, {went:,.2f} carried over or written off"


def _books(stage: Stage) -> Books:
    return Books.objects.select_related("region").get(region=stage.region, year=stage.year)


def _documents(stage: Stage, kind: str) -> Decimal:
    rows = AuthorityDocument.objects.filter(region=stage.region, year=stage.year, kind=kind, state="posted")
    return rows.aggregate(total=Sum("total"))["total"] or Decimal(0)


def _available(stage: Stage, year: int) -> Decimal:
    rows = Balance.objects.filter(authority__region=stage.region, authority__year=year)
    return rows.aggregate(total=Sum("available"))["total"] or Decimal(0)
