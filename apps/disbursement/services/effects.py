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


def _claim(request: PaymentRequest, sign: int, **only: str) -> None:
    """Add to or take from what is on its way back of the paid rows, under their locks; `only` for some rows of the request."""
    wanted: Counter = Counter()
    for source, amount in request.rows.filter(**only).values_list("source_id", "amount"):
        wanted[source] += amount
    for row in PaymentRow.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"):
        if sign > 0 and (row.outcome != Outcome.PAID or wanted[row.pk] > row.left):
            raise RuleViolation(
                _("Only %(left)s of what was paid to %(payee)s is left to give back or to correct.")
                % {"left": f"{row.left:,.2f}", "payee": row.payee_name}
            )
        row.back += sign * wanted[row.pk]
        row.save(update_fields=["back"])


def book(request: PaymentRequest, done: Decimal) -> None:
    """The treasury has answered, and `done` yuan of the request's total are a fact: the one place where that moves money.

    A payment spends them and lets the rest go. A refund gives them to the authority that paid. A correction uses them of its
    own authority and restores them where they were paid from; no cash moves. What was not done of either can be changed again.
    Payments are locked before authorities, as at the hand-in.
    """
    if request.business in CHANGES and done < request.total:
        _claim(request, -1, outcome=Outcome.FAILED)
    if request.business == Business.REFUND:
        _book_refund(request, done)
    elif request.business == Business.CORRECTION:
        _book_correction(request, done)
    else:
        _use(request, done)


def _use(request: PaymentRequest, done: Decimal) -> None:
    """Out of what the request holds."""
    words = str(request)[:200]
    if done:
        ledger.spend(TREASURY, request.authority, done, f"{request.hold}:paid", request.hold, words)
    if done < request.total:
        rest = request.total - done
        ledger.release(TREASURY, request.authority, rest, f"{request.hold}:failed", request.hold, words)


def _book_correction(request: PaymentRequest, done: Decimal) -> None:
    """In the order of the authorities, so that two corrections in opposite directions wait for each other and go on."""
    about = _changed(request)
    steps = {
        request.authority_id: lambda: _use(request, done),
        about.authority_id: lambda: _restore(request, about, done, "corrected"),
    }
    for pk in sorted(steps):
        steps[pk]()


def _book_refund(request: PaymentRequest, done: Decimal) -> None:
    _restore(request, _changed(request), done, "refunded")


def _restore(request: PaymentRequest, about: PaymentRequest, done: Decimal, word: str) -> None:
    if done:
        key = f"{request.hold}:{word}"
        ledger.refund(TREASURY, about.authority, done, key, about.hold, str(request)[:200])


def _changed(request: PaymentRequest) -> PaymentRequest:
    if request.about is None:
        raise RuleViolation(_("A refund or a correction names the payment that it changes."))
    return request.about


def used(total: Decimal, paid: Decimal, settled: bool) -> Decimal:
    """What a request takes of a limit: what it paid once the bank has answered, all of it before."""
    return paid if settled else total


def tell_followers(request: PaymentRequest) -> None:
    """Who follows payments is told that the rows of a request have their outcome, in the same transaction.

    Of a change that was refused as a whole nothing has happened: there is nothing to follow.
    """
    if request.business in CHANGES and not request.paid:
        return
    for _name, follow in registry.settled_payments.items():
        follow(request)
