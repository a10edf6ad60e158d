"""What the database's own refusals mean to a person, and amounts that it would refuse without a sentence."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation
from imbudget.kit.money import MAX_AMOUNT, rounded

BOOKS_NOT_OPEN = "LB001"


def refuse_odd(amount: Decimal) -> None:
    """Raise RuleViolation for what is no amount of money that can be moved."""
    if not amount.is_finite() or not 0 < amount <= MAX_AMOUNT or amount != rounded(amount):
        raise RuleViolation(_("The amount must be above zero and has two decimals at most."))


@contextmanager
def worded() -> Iterator[None]:
    """Turn the ledger's refusals into sentences; anything else is a defect and passes."""
    try:
        yield
    except DatabaseError as error:
        cause = error.__cause__
        if getattr(cause, "sqlstate", "") == BOOKS_NOT_OPEN:
            raise RuleViolation(_("The books of this year are not open: nothing can be posted in them.")) from error
        constraint = getattr(getattr(cause, "diag", None), "constraint_name", "") or ""
        if isinstance(error, IntegrityError) and constraint.startswith("balance_"):
            raise RuleViolation(
                _("There is not enough authority left for this. Reload the page and look again.")
            ) from error
        raise
