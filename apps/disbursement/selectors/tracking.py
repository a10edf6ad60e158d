"""The way of one payee's money: from the upper level's documents to the bank's booking and the day that closed over it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement.models import (
    Business,
    DayBook,
    Difference,
    InMessage,
    OutMessage,
    PaymentRow,
    Side,
    StatementEntry,
    Voucher,
    VoucherState,
)
from apps.disbursement.selectors.comeback import left_as
from apps.disbursement.selectors.plans import plan_part, plans_control
from apps.ledger.models import Authority
from imbudget.kit.actor import Actor

FARTHEST = 8  # documents upwards that are followed
# Each authority was made out of another one, or rests on what the upper level sent by the document above its own.
UPWARDS = """
WITH RECURSIVE way AS (
    SELECT id, document_id, region_id, origin_id, 1 AS step FROM ledger_authority WHERE id = %(first)s
    UNION ALL
    SELECT n.id, n.document_id, n.region_id, n.origin_id, w.step + 1
    FROM way w JOIN ledger_authoritydocument d ON d.id = w.document_id
    CROSS JOIN LATERAL (
        SELECT o.id, o.document_id, o.region_id, o.origin_id FROM ledger_authority o
        WHERE o.id = w.origin_id
           OR w.origin_id IS NULL AND o.document_id = d.upper_id AND o.state = 'sent' AND o.receiving_region_id = w.region_id
        ORDER BY o.id LIMIT 1
    ) n
    WHERE w.step < %(farthest)s
)
SELECT id FROM way ORDER BY step
"""


@dataclass(frozen=True, slots=True)
class Station:
    """One station: what it is, when, what is said of it, its amount, where it leads; `state` colours its tag."""

    kind: str
    title: str
    at: date | datetime | None = None
    detail: str = ""
    amount: Decimal | None = None
    href: str = ""
    state: str = ""
    state_label: str = ""


def stations_of(actor: Actor, row: PaymentRow) -> list[Station]:
    """All stations in the order of the money; those that are not reached yet are missing."""
    voucher = Voucher.objects.filter(request=row.request_id).defer("body").first()
    return [
        *reversed(list(_authorities(actor, row))),
        _plan(row),
        *_request(row),
        *(_voucher(actor, voucher) if voucher is not None else ()),
        *_booked(actor, row),
        *_day(actor, row),
        *_changes(row),
    ]


def _authorities(actor: Actor, row: PaymentRow) -> Iterator[Station]:
    """The authority that is paid out of, and what it was made of, upwards to the first document. Two queries."""
    first = row.request.authority_id
    with connection.cursor() as cursor:
        cursor.execute(UPWARDS, {"first": first, "farthest": FARTHEST})
        found = [pk for (pk,) in cursor.fetchall()]
    known = Authority.objects.select_related("document", "region", "balance").in_bulk(found)
    for authority in (known[pk] for pk in found):
        document = authority.document
        seen = authority.region_id == actor.region_id or authority.pk == first
        yield Station(
            kind=_("authority"),
            title=f"{document.number or '–'} {document.title}",
            at=document.dated,
            detail=f"{authority.region} · № {authority.pk} · {authority.get_state_display()}",
            amount=authority.balance.amount,
            href=authority.get_absolute_url() if seen and actor.can("ledger.see") else "",
        )


def _plan(row: PaymentRow) -> Station:
    """The plan of use that the payment goes by, as it stands now; or that its region pays without plans."""
    request, kind = row.request, _("plan of use")
    if request.business == Business.REFUND:
        return Station(kind=kind, title="–", detail=_("Money that comes back goes by no plan."))
    if not plans_control(request.region_id):
        return Station(kind=kind, title="–", detail=_("The region pays without plans of use."))
    day = timezone.localtime(request.submitted_at or request.created_at).date()
    part = plan_part(request.authority, day)
    if part.line is None:
        return Station(kind=kind, title="–", detail=_("No approved plan covers this payment."))
    said = _("month %(month)s: %(of_month)s approved, %(planned)s up to then; this payment uses %(used)s")
    plan = part.line.plan
    return Station(
        kind=kind,
        title=f"{plan.number} · № {part.line.number}",
        at=plan.created_at,
        detail=said
        % {
            "month": part.month,
            "of_month": f"{part.of_month:,.2f}",
            "planned": f"{part.planned:,.2f}",
            "used": f"{row.amount:,.2f}",
        },
        amount=part.planned,
        href=plan.get_absolute_url(),
        state=plan.state,
        state_label=plan.get_state_display(),
    )


def _request(row: PaymentRow) -> Iterator[Station]:
    request = row.request
    yield Station(
        kind=_("payment request"),
        title=f"{request.number} {request.purpose}",
        at=request.submitted_at or request.created_at,
        detail=str(request.unit),
        amount=row.amount,
        href=request.get_absolute_url(),
        state=request.state,
        state_label=request.get_state_display(),
    )


def _voucher(actor: Actor, voucher: Voucher) -> Iterator[Station]:
    messages: list[OutMessage | InMessage] = [
        *OutMessage.objects.filter(voucher=voucher).select_related("link").defer("raw"),
        *InMessage.objects.filter(voucher=voucher).select_related("link").defer("raw"),
    ]
    is_kept = not messages and voucher.state == VoucherState.MADE
    yield Station(
        kind=_("payment voucher"),
        title=voucher.number,
        at=voucher.made_at,
        detail=f"SM3 {voucher.digest[:16]}",
        state=voucher.state,
        state_label=_("kept, not sent") if is_kept else voucher.get_state_display(),
    )
    for message in sorted(messages, key=_moment):
        yield Station(
            kind=_("message sent") if isinstance(message, OutMessage) else _("message received"),
            title=f"{message.link}{_(': ')}{message}",
            at=_moment(message),
            detail=message.trouble,
            href=message.get_absolute_url() if actor.can("disbursement.treasury") else "",
            state=message.state,
            state_label=message.get_state_display(),  # type: ignore[union-attr]
        )


def _moment(message: OutMessage | InMessage) -> datetime:
    return (message.sent_at or message.due) if isinstance(message, OutMessage) else message.received_at


def _booked(actor: Actor, row: PaymentRow) -> Iterator[Station]:
    """What the receipt says, and the bookings of the statements that count."""
    if row.outcome != "waiting":
        yield Station(
            kind=_("receipt"),
            title=row.bank_reference or row.reason or row.reason_code or "–",
            at=row.paid_on,
            detail=row.reason,
            amount=row.amount if row.outcome == "paid" else None,
            state=row.outcome,
            state_label=row.get_outcome_display(),
        )
    entries = StatementEntry.objects.filter(reference__in={row.reference, left_as(row).reference})
    if row.request.business == Business.REFUND:
        entries = entries.filter(amount__gt=0)
    current = entries.filter(statement__is_current=True).select_related("statement__message")
    for entry in current.defer("statement__message__raw").order_by("booked_on", "statement__side"):
        said = entry.statement
        yield Station(
            kind=_("booking of the bank") if said.side == Side.BANK else _("booking of the treasury"),
            title=entry.bank_reference or entry.reference,
            at=entry.booked_on,
            detail=f"{_('statement')} {said.number}",
            amount=-entry.amount,
            href=said.message.get_absolute_url() if actor.can("disbursement.treasury") else "",
        )


def _changes(row: PaymentRow) -> Iterator[Station]:
    """What was given back or corrected of it afterwards."""
    for change in row.taken_back.select_related("request").order_by("pk"):
        request = change.request
        yield Station(
            kind=request.get_business_display(),
            title=f"{request.number} {request.purpose}",
            at=request.submitted_at or request.created_at,
            detail=change.reason,
            amount=-change.amount,
            href=request.get_absolute_url(),
            state=request.state,
            state_label=request.get_state_display(),
        )


def _day(actor: Actor, row: PaymentRow) -> Iterator[Station]:
    book = DayBook.objects.filter(account=row.request.account_id, day=row.paid_on).first() if row.paid_on else None
    if book is None:
        return
    difference = Difference.objects.filter(book=book, row=row).exclude(state="gone").first()
    agrees = difference is None and book.has_bank and book.has_treasury
    waits = _("the statements are awaited") if difference is None else difference.get_kind_display()
    yield Station(
        kind=_("reconciliation"),
        title=f"{book.day:%Y-%m-%d}",
        at=book.closed_at or book.compared_at,
        detail=_("ledger, bank and treasury agree") if agrees else waits,
        href=book.get_absolute_url() if actor.can("disbursement.treasury") else "",
        state=book.state,
        state_label=book.get_state_display(),
    )
