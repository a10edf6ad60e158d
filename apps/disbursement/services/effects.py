"""What a request does with money while it is on its way: the one place that says so for each type of business.

A payment holds its total of the authority. A refund holds nothing: it claims a part of what was paid, so that nobody
gives back the same yuan twice. A correction does both: it holds what it will use of the new authority.
"""

from collections import Counter
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.disbursement.models import Business, Outcome, PaymentRequest, PaymentRow
from apps.disbursement.models.request import CHANGES
from apps.ledger import services as ledger
from imbudget.kit import registry
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.errors import RuleViolation

# What the flow gives back it gives back by its rules, not by the post of who returned the request.
TREASURY = system_actor("disbursement")


def hold(actor: Actor, request: PaymentRequest) -> None:
    """From the hand-in on. Raises RuleViolation where the authority has less, or less of a payment is left to change."""
    if request.business in CHANGES:
        _claim(request, 1)
    if request.business != Business.REFUND:
        ledger.reserve(actor, request.authority, request.total, request.hold, str(request)[:200])


def let_go(request: PaymentRequest) -> None:
    """The request comes back undecided or refused: all is as before its hand-in."""
    if request.business in CHANGES:
        _claim(request, -1)
    if request.business != Business.REFUND:
        ledger.release(
            TREASURY, request.authority, request.total, f"{request.hold}:back", request.hold, str(request)[:200]
        )


def _claim(request: PaymentRequest, sign: int) -> None:
    """Add to or take from what is on its way back of the paid rows, under their locks."""
    wanted: Counter = Counter()
    for source, amount in request.rows.values_list("source_id", "amount"):
        wanted[source] += amount
    for row in PaymentRow.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"):
        if sign > 0 and (row.outcome != Outcome.PAID or wanted[row.pk] > row.left):
            raise RuleViolation(
                _("Only %(left)s of what was paid to %(payee)s is left to give back or to correct.")
                % {"left": f"{row.left:,.2f}", "payee": row.payee_name}
            )
        row.back += sign * wanted[row.pk]
        row.save(update_fields=["back"])


def book_correction(request: PaymentRequest) -> None:
    """What was paid out of one authority was paid out of another: used there, restored here, and no cash moves.

    In the order of the authorities, so that two corrections in opposite directions wait for each other and go on.
    """
    about = request.about
    if about is None:
        raise RuleViolation(_("A refund or a correction names the payment that it changes."))
    words = str(request)[:200]
    steps = {
        request.authority_id: lambda: ledger.spend(
            TREASURY, request.authority, request.total, f"{request.hold}:paid", request.hold, words
        ),
        about.authority_id: lambda: ledger.refund(
            TREASURY, about.authority, request.total, f"{request.hold}:corrected", about.hold, words
        ),
    }
    for pk in sorted(steps):
        steps[pk]()


def book_refund(request: PaymentRequest) -> None:
    """The treasury has the money back: the authority that paid it has it again."""
    about = request.about
    if about is None:
        raise RuleViolation(_("A refund or a correction names the payment that it changes."))
    ledger.refund(
        TREASURY, request.authority, request.total, f"{request.hold}:refunded", about.hold, str(request)[:200]
    )


def used(total: Decimal, paid: Decimal, settled: bool) -> Decimal:
    """What a request takes of a limit: what it paid once the bank has answered, all of it before."""
    return paid if settled else total


def tell_followers(request: PaymentRequest) -> None:
    """Who follows payments is told that the rows of a request have their outcome, in the same transaction."""
    for _name, follow in registry.settled_payments.items():
        follow(request)
