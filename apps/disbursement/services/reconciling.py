"""三方对账: our ledger, the bank and the treasury compared day by day, by the set; closing and reopening a day.

A day is compared when something of it has come or changed (`is_stale`), in a handful of statements however many payments
it has. What differs stands in `Difference` rows; one that is gone afterwards disappears by itself.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement import policies
from apps.disbursement.models import DayBook, DayState, Difference
from apps.disbursement.models.reconciliation import UNSETTLED
from apps.disbursement.services import daybooks
from apps.disbursement.services.daysql import STEPS
from apps.disbursement.transitions import DAY, DIFFERENCE
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

AT_ONCE = 100


def reconcile_due() -> int:
    """Compare what is stale, the oldest days first; the number of days compared."""
    stale = list(DayBook.objects.filter(is_stale=True, state=DayState.OPEN).order_by("day", "pk")[:AT_ONCE])
    for day in sorted({book.day for book in stale}):
        reconcile([book for book in stale if book.day == day])
    return len(stale)


@transaction.atomic
def reconcile(books: Sequence[DayBook]) -> None:
    """Compare these days of accounts; closed ones are left alone. All or nothing of it, and again as often as one likes."""
    held = DayBook.objects.select_for_update(of=("self",), no_key=True).order_by("day", "account_id")
    rows = list(held.filter(pk__in=[book.pk for book in books], state=DayState.OPEN).values_list("pk", "day"))
    if not rows:
        return
    values: dict[str, Any] = {"books": [pk for pk, _day in rows], "days": sorted({day for _pk, day in rows})}
    with connection.cursor() as cursor:
        for step in STEPS:
            cursor.execute(step, values)


@act
def close_day(actor: Actor, book: DayBook) -> None:
    """Close a day on which all three books agree; from then on it takes nothing more."""
    require(policies.may_close_day(actor, book))
    daybooks.lock(book)
    reconcile([book])
    book.refresh_from_db()
    _refuse_unready(book)
    advance(DAY, book, "close", closed_by_id=actor.user_id, closed_at=timezone.now())
    evidence.append(
        "disbursement.day_closed",
        book,
        actor,
        ledger=book.ledger_sum,
        bank=book.bank_sum,
        treasury=book.treasury_sum,
        matched=book.matched,
    )


def _refuse_unready(book: DayBook) -> None:
    if book.day >= timezone.localdate():
        raise RuleViolation(_("The day is not over yet."))
    if not book.has_bank or not book.has_treasury:
        raise RuleViolation(_("The statements of both the bank and the treasury are needed to close a day."))
    if book.unsettled:
        raise RuleViolation(_("There are differences that nobody has settled: a day closes with none."))


@act
def reopen_day(actor: Actor, book: DayBook, reason: str) -> None:
    """Open a closed day again, with the reason."""
    require(policies.may_reopen_day(actor, book))
    daybooks.lock(book)
    advance(DAY, book, "reopen", reopen_reason=reason[:2000], is_stale=True, closed_at=None, closed_by=None)
    evidence.append("disbursement.day_reopened", book, actor, reason=reason[:2000])


@act
def explain_difference(actor: Actor, difference: Difference, reason: str) -> None:
    """Say why the books differ where no money has to move; somebody else settles it."""
    require(policies.may_explain(actor, difference))
    advance(
        DIFFERENCE,
        difference,
        "explain",
        reason=reason[:2000],
        explained_by_id=actor.user_id,
        explained_at=timezone.now(),
    )
    evidence.append(
        "disbursement.difference_explained", difference.book, actor, key=difference.key, reason=reason[:2000]
    )


@act
def accept_difference(actor: Actor, difference: Difference) -> None:
    """Settle a difference that somebody else has explained."""
    require(policies.may_accept(actor, difference))
    advance(DIFFERENCE, difference, "accept", accepted_by_id=actor.user_id, accepted_at=timezone.now())
    _count(difference)
    evidence.append("disbursement.difference_accepted", difference.book, actor, key=difference.key)


@act
def reject_difference(actor: Actor, difference: Difference) -> None:
    """Not content with the explanation: the difference is open again."""
    require(policies.may_accept(actor, difference))
    advance(DIFFERENCE, difference, "reject")
    evidence.append("disbursement.difference_rejected", difference.book, actor, key=difference.key)


def _count(difference: Difference) -> None:
    unsettled = Difference.objects.filter(book_id=difference.book_id, state__in=UNSETTLED).count()
    DayBook.objects.filter(pk=difference.book_id).update(unsettled=unsettled)
