"""After a payment: what failed is paid again, what comes back is restored, what was misclassified is corrected."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement import policies
from apps.disbursement.models import Business, Outcome, PaymentRequest, PaymentRow, Voucher
from apps.disbursement.selectors.comeback import days_of_booking
from apps.disbursement.selectors.failed import not_yet_repeated
from apps.disbursement.services import daybooks, effects
from apps.disbursement.services.requests import draw_up
from apps.disbursement.services.rows import RowInput, as_input
from apps.disbursement.services.unbelieved import Unbelieved
from apps.disbursement.transitions import REQUEST, VOUCHER
from apps.evidence import services as evidence
from apps.ledger.models import Authority
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance


@act
def pay_again(actor: Actor, request: PaymentRequest) -> PaymentRequest:
    """A draft that pays what failed of a request and was not paid again since; account and name can be mended in it."""
    require(policies.may_pay_again(actor, request))
    PaymentRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    rows = [_repeating(row) for row in not_yet_repeated(request)]
    if not rows:
        raise RuleViolation(_("All that failed of this request is paid again already."))
    names = ("account", "business", "settlement", "purpose", "period", "contract", "stage")
    head = {name: getattr(request, name) for name in names}
    return draw_up(actor, request.authority, head, rows, again=request)


def _repeating(row: PaymentRow) -> RowInput:
    given = as_input(row)
    values = {name: getattr(given, name) for name in RowInput.__slots__} | {"repeats": row.pk, "source": None}
    return RowInput(**values)


@act
def draw_up_refund(actor: Actor, row: PaymentRow, amount: Decimal, purpose: str) -> PaymentRequest:
    """A draft that says: the payee has returned this part of what the row paid, in yuan, to the treasury."""
    if row.request.business == Business.SUBSIDY and amount != row.left:
        raise RuleViolation(
            _("A subsidy comes back whole or not at all: %(left)s yuan were paid.") % {"left": f"{row.left:,.2f}"}
        )
    return _draw_up(actor, row, row.request.authority, {"business": Business.REFUND, "purpose": purpose}, amount)


@act
def draw_up_correction(
    actor: Actor, row: PaymentRow, authority: Authority, amount: Decimal, purpose: str
) -> PaymentRequest:
    """A draft that says: this part of what the row paid should have been paid out of another authority."""
    return _draw_up(actor, row, authority, {"business": Business.CORRECTION, "purpose": purpose}, amount)


def _draw_up(
    actor: Actor, row: PaymentRow, authority: Authority, head: Mapping[str, Any], amount: Decimal
) -> PaymentRequest:
    about = row.request
    require(policies.may_change(actor, row))
    if amount > row.left:
        raise RuleViolation(
            _("Only %(left)s of what was paid to %(payee)s is left to give back or to correct.")
            % {"left": f"{row.left:,.2f}", "payee": row.payee_name}
        )
    given = RowInput(row.payee_name, row.payee_account, amount, row.payee_bank, row.payee_bank_code, source=row.pk)
    values = {"account": about.account, "settlement": about.settlement, **head}
    return draw_up(actor, authority, values, [given], about=about)


@act
def confirm_refund(actor: Actor, request: PaymentRequest, bank_reference: str, received_on: date) -> None:
    """The treasury has the money back (退款到账), as the statement shows: the authority has it again.

    Only where the treasury's dialect has no message for refunds; elsewhere its receipt says so.
    """
    require(policies.may_confirm_refund(actor, request))
    PaymentRequest.objects.select_for_update(of=("self",), no_key=True).get(pk=request.pk)
    request.refresh_from_db(fields=["state"])
    require(policies.may_confirm_refund(actor, request))
    if received_on > timezone.localdate():
        raise RuleViolation(_("This day has not come yet."))
    _touch(request, {received_on, *days_of_booking(request, bank_reference)})
    effects.book(request, request.total)
    request.rows.update(outcome=Outcome.PAID, paid_on=received_on, bank_reference=bank_reference[:42])
    advance(REQUEST, request, "pay", paid=request.total)
    voucher = Voucher.objects.get(request=request)
    advance(VOUCHER, voucher, "answer", state_word=bank_reference[:360], answered_at=timezone.now())
    effects.tell_followers(request)
    evidence.append(
        "disbursement.refunded", request, actor, total=request.total, reference=bank_reference, received_on=received_on
    )


def _touch(request: PaymentRequest, days: Collection[date]) -> None:
    """The day that was entered and that of the statement have to be compared again; a closed one takes nothing more."""
    try:
        daybooks.touch(request.account, days)
    except Unbelieved as closed:
        text = _("The day %(day)s of this account is closed: reopen it first.")
        raise RuleViolation(text % {"day": f"{min(days):%Y-%m-%d}"}) from closed
