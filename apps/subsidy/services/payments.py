"""From a roster to payment requests and back: drawn up in chunks, settled row by row, failed ones corrected and paid anew.

Money moves by disbursement alone. A line is in exactly one hand at every moment: not asked for, being paid, failed, paid,
or stopped and given back.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import starmap
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext as _

from apps.disbursement.models import Business, PayAccount, PaymentRequest
from apps.disbursement.services import RowInput, draw_up
from apps.disbursement.services.rows import MOST_ROWS
from apps.evidence import services as evidence
from apps.ledger.models import Authority
from apps.subsidy import policies
from apps.subsidy.models import Outcome, PersonList, Roster, RosterLine, RosterPayment
from apps.subsidy.selectors.authorities import refuse_other_category
from apps.subsidy.services.rosters import lock_roster
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

TREASURY = system_actor("subsidy")
READ = 2_000  # lines read at a time: each is decrypted
LINK = """
UPDATE subsidy_rosterline l SET outcome = 'requested', request_id = %(request)s, request_row = n.row,
       tries = l.tries + 1, reason = ''
FROM unnest(%(lines)s::bigint[]) WITH ORDINALITY n (line, row) WHERE l.id = n.line AND l.outcome IN ('waiting', 'failed')
"""
# Only lines that are on their way take an outcome: a receipt that comes again changes nothing.
SETTLE = """
UPDATE subsidy_rosterline l
SET outcome = r.outcome, reason = r.reason, paid_on = r.paid_on, is_corrected = false
FROM disbursement_paymentrow r
WHERE r.request_id = %(request)s AND l.request_id = %(request)s AND l.request_row = r.number
  AND l.outcome = 'requested' AND r.outcome IN ('paid', 'failed') AND r.amount = l.amount
"""
GIVE_BACK = """
UPDATE subsidy_rosterline l SET outcome = 'stopped', reason = %(reason)s
FROM disbursement_paymentrow b JOIN disbursement_paymentrow r ON r.id = b.source_id
WHERE b.request_id = %(refund)s AND r.request_id = %(paid)s AND l.request_id = %(paid)s AND l.request_row = r.number
  AND l.outcome = 'paid' AND b.outcome = 'paid' AND b.amount = l.amount
"""
LOST = """
UPDATE subsidy_rosterline l SET outcome = 'waiting', request_id = NULL, request_row = NULL, tries = l.tries - 1
FROM disbursement_paymentrequest r
WHERE l.roster_id = %(roster)s AND l.outcome = 'requested' AND r.id = l.request_id AND r.state IN ('refused', 'withdrawn')
"""


@dataclass(frozen=True, slots=True)
class Source:
    """Out of which authority and account a request pays, for what, and which payment it follows."""

    authority: Authority
    account: PayAccount
    purpose: str
    again: RosterPayment | None = None


@act
def draw_up_payments(
    actor: Actor, roster: Roster, authority: Authority, account: PayAccount, purpose: str = ""
) -> list[PaymentRequest]:
    """Draw up requests for all lines that wait, at most 10,000 rows each; nothing is held before they are handed in."""
    require(policies.may_pay(actor, roster))
    lock_roster(roster)
    refuse_other_category(roster, authority)
    free_lost(roster)
    waiting = roster.lines.filter(outcome=Outcome.WAITING, amount__gt=0)
    due = waiting.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    if not due:
        raise RuleViolation(_("No line waits to be paid."))
    if due > authority.balance.available:
        text = _("The roster needs %(due)s, and the authority has %(left)s left.")
        raise RuleViolation(text % {"due": f"{due:,.2f}", "left": f"{authority.balance.available:,.2f}"})
    source = Source(authority, account, purpose or purpose_of(roster))
    return [_request(actor, roster, source, chunk).request for chunk in _chunks(waiting.order_by("number"))]


@act
def pay_again(actor: Actor, roster: Roster) -> list[PaymentRequest]:
    """Ask again for failed lines that were corrected: for each request whose rows failed one that follows it."""
    require(policies.may_pay(actor, roster))
    lock_roster(roster)
    free_lost(roster)
    made = []
    payments = roster.payments.select_related("request__account", "authority__unit", "authority__year")
    for payment in payments.order_by("pk"):
        failed = roster.lines.filter(outcome=Outcome.FAILED, is_corrected=True, request=payment.request)
        for chunk in _chunks(failed.order_by("number")):
            again = _("%(purpose)s, paid again") % {"purpose": purpose_of(roster)}
            source = Source(payment.authority, payment.request.account, again, payment)
            made.append(_request(actor, roster, source, chunk).request)
    if not made:
        raise RuleViolation(_("No failed line has been corrected yet."))
    return made


def purpose_of(roster: Roster) -> str:
    """What the bank and the payee read: the short name, year and instalment."""
    return f"{roster.subsidy.short_name}{roster.year_id}-{roster.instalment}"


class Due(NamedTuple):
    """What a request says of a line; `request_row` is its row of the request that failed."""

    pk: int
    request_row: int | None
    name: str
    card: str
    amount: Decimal
    bank: str
    bank_code: str


def _chunks(lines: Any) -> Iterator[list[Due]]:
    # All of them first: the requests that are made of them change what was asked for.
    due = list(starmap(Due, lines.values_list(*Due._fields).iterator(READ)))
    return (due[at : at + MOST_ROWS] for at in range(0, len(due), MOST_ROWS))


def _request(actor: Actor, roster: Roster, source: Source, lines: Sequence[Due]) -> RosterPayment:
    earlier = source.again.request if source.again else None
    failed = _failed_rows(earlier) if earlier else {}
    rows = [
        RowInput(line.name, line.card, line.amount, line.bank, line.bank_code, repeats=failed.get(line.request_row))
        for line in lines
    ]
    head = {"account": source.account, "business": "subsidy", "settlement": "1", "purpose": source.purpose[:140]}
    request = draw_up(actor, source.authority, head, rows, again=earlier)
    payment = RosterPayment.objects.create(
        roster=roster, request=request, authority=source.authority, again=source.again, count=len(rows)
    )
    with connection.cursor() as cursor:
        cursor.execute(LINK, {"request": request.pk, "lines": [line.pk for line in lines]})
        if cursor.rowcount != len(rows):
            raise RuleViolation(_("Somebody else has just asked for some of these lines. Reload the page."))
    evidence.append(
        "subsidy.payment_drawn_up",
        roster,
        actor,
        request=request.number,
        count=len(rows),
        total=request.total,
        again=source.again.request.number if source.again else "",
    )
    return payment


def _failed_rows(request: PaymentRequest) -> dict[int | None, int]:
    """Keys of the rows that the bank did not pay, by their numbers: each is paid anew once."""
    return dict(request.rows.filter(outcome="failed").values_list("number", "pk"))


def settle(request: PaymentRequest) -> None:
    """Take what the bank said of a request's rows into the roster; called in the transaction that wrote it there."""
    if request.business == Business.REFUND:
        _give_back(request)
        return
    payment = RosterPayment.objects.filter(request=request).select_related("roster").first()
    if payment is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"request": request.pk})
        settled = cursor.rowcount
    if settled:
        evidence.append(
            "subsidy.payment_settled", payment.roster, TREASURY, request=request.number, rows=settled, paid=request.paid
        )


def _give_back(refund: PaymentRequest) -> None:
    """The treasury has a payee's money back: the line is given back, no longer paid."""
    payment = RosterPayment.objects.filter(request=refund.about_id).select_related("roster").first()
    if payment is None:
        return
    with connection.cursor() as cursor:
        cursor.execute(GIVE_BACK, {"refund": refund.pk, "paid": refund.about_id, "reason": refund.purpose[:360]})
    evidence.append("subsidy.line_refunded", payment.roster, TREASURY, request=refund.number, total=refund.total)


def free_lost(roster: Roster) -> int:
    """Lines of requests that were refused or given up are free again; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(LOST, {"roster": roster.pk})
        return cursor.rowcount


@act
def stop_line(actor: Actor, line: RosterLine, reason: str) -> None:
    """Stop one line that is not on its way or paid: its money is given back."""
    require(policies.may_stop(actor, line.roster))
    if not reason.strip():
        raise RuleViolation(_("Say why the payment is stopped."))
    lock_roster(line.roster)
    free_lost(line.roster)
    if not stop_lines(actor, line.roster, [line.pk], reason.strip()):
        raise RuleViolation(_("The line is being paid, paid or stopped already: it cannot be stopped now."))


@act
def stop_dead(actor: Actor, roster: Roster) -> int:
    """Stop every line whose payee is on a list of dead persons by now; returns how many."""
    require(policies.may_stop(actor, roster))
    lock_roster(roster)
    regions = list(roster.region.get_ancestors(include_self=True).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT l.id FROM subsidy_rosterline l JOIN subsidy_listedperson p ON p.id_index = l.id_index"
            " WHERE l.roster_id = %s AND l.id_index <> '' AND p.list = %s AND p.region_id = ANY(%s)"
            " AND l.outcome IN ('waiting', 'failed')",
            [roster.pk, str(PersonList.DEAD), regions],
        )
        keys = [key for (key,) in cursor.fetchall()]
    return stop_lines(actor, roster, keys, _("on the list of dead persons")) if keys else 0


def stop_lines(actor: Actor, roster: Roster, keys: Sequence[int], reason: str) -> int:
    """Stop these lines where they may still be stopped; the caller holds the roster's lock."""
    open_ = roster.lines.filter(pk__in=keys, outcome__in=(Outcome.WAITING, Outcome.FAILED))
    numbers = list(open_.values_list("number", flat=True))
    total = open_.aggregate(total=Sum("amount"))["total"] or Decimal(0)
    open_.update(outcome=Outcome.STOPPED, reason=reason[:360])
    if numbers:
        evidence.append("subsidy.line_stopped", roster, actor, lines=numbers[:200], total=total, reason=reason[:360])
    return len(numbers)
