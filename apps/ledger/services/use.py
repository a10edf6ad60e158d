"""What payments do with authority: reserve, release, spend, refund. Each happens once by its key.

One statement each (`ledger_use`, migration 0002): it compares the key, moves the balance only where enough is left,
and writes the posting with its entries; two clerks who press the button at once cannot overspend. Called inside a
transaction it is part of it, otherwise it is a transaction of its own.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from apps.ledger import policies
from apps.ledger.models import Authority, Event
from apps.ledger.services.errors import refuse_odd, worded
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require

# Documents and closings post under these; nobody may take such a key before them.
OWN_KEYS = ("document:", "closing:")
USE = "SELECT outcome, posting FROM ledger_use(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"


@dataclass(frozen=True, slots=True)
class Outcome:
    """The posting, and whether it stood there already from an earlier call with the same key."""

    posting_id: int
    repeated: bool


def reserve(actor: Actor, authority: Authority, amount: Decimal, key: str, summary: str = "") -> Outcome:
    """Hold back `amount` yuan of an executable authority under `key` (支付申请占用).

    Raises RuleViolation when less is left, the authority is not executable, its books are closed, or the key was used
    for something else.
    """
    return _use(actor, Event.RESERVED, authority, amount, key, "", summary)


def release(
    actor: Actor, authority: Authority, amount: Decimal, key: str, reservation: str, summary: str = ""
) -> Outcome:
    """Give back what the reservation of this key still holds, or a part of it."""
    return _use(actor, Event.RELEASED, authority, amount, key, reservation, summary)


def spend(
    actor: Actor, authority: Authority, amount: Decimal, key: str, reservation: str, summary: str = ""
) -> Outcome:
    """Book a payment that the bank has confirmed, out of its reservation (支付确认)."""
    return _use(actor, Event.PAID, authority, amount, key, reservation, summary)


def refund(
    actor: Actor, authority: Authority, amount: Decimal, key: str, reservation: str, summary: str = ""
) -> Outcome:
    """Put back what came back of a payment of the same year (当年退款).

    A refund of a year whose books are closed goes to the treasury, not to the line: it is refused here.
    """
    return _use(actor, Event.REFUNDED, authority, amount, key, reservation, summary)


def _use(  # noqa: PLR0913 - one use, all that it consists of
    actor: Actor, event: Event, authority: Authority, amount: Decimal, key: str, reservation: str, summary: str
) -> Outcome:
    require(policies.may_use(actor, authority))
    refuse_odd(amount)
    if not key or len(key) > 120:
        raise RuleViolation(_("A posting needs a key of 1 to 120 characters."))
    if key.startswith(OWN_KEYS):
        raise RuleViolation(_("This key was used for another posting already: nothing was posted."))
    digest = sm3_hex(f"{event.value}\n{authority.pk}\n{amount:.2f}\n{reservation}".encode())
    who = (actor.user_id, actor.name[:150], actor.post_label[:250])
    values = (event.value, key, digest, authority.pk, reservation, amount, *who, summary[:500])
    outcome, posting = _ask(values)
    if outcome in {"posted", "repeated"}:
        return Outcome(posting, outcome == "repeated")
    raise RuleViolation(_refusal(outcome, authority, amount))


def _ask(values: tuple[Any, ...]) -> tuple[str, int]:
    """Ask once more where another call with the same key came between: then its posting stands there."""
    try:
        return _asked(values)
    except IntegrityError as error:
        constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") or ""
        if "key" not in constraint:
            raise
        return _asked(values)


def _asked(values: tuple[Any, ...]) -> tuple[str, int]:
    if connection.in_atomic_block:
        with worded(), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(USE, values)
            return cursor.fetchone()
    with worded(), connection.cursor() as cursor:
        cursor.execute(USE, values)
        return cursor.fetchone()


def _refusal(outcome: str, authority: Authority, amount: Decimal) -> str:
    match outcome:
        case "conflict":
            return _("This key was used for another posting already: nothing was posted.")
        case "not_executable":
            return _("This authority has not been issued: it cannot be used yet.")
        case "not_reserved":
            return _("The reservation does not hold %(amount)s of this authority.") % {"amount": f"{amount:,.2f}"}
        case _:
            left = type(authority).objects.values_list("balance__available", flat=True).get(pk=authority.pk)
            return _("Only %(left)s is left of this authority; %(amount)s was asked for.") % {
                "left": f"{left:,.2f}",
                "amount": f"{amount:,.2f}",
            }
