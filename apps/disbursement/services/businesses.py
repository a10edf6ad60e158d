"""What each type of business asks of a request before it is handed in."""

from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.disbursement import numbers
from apps.disbursement.models import Business, Outcome, PaymentRequest, Settlement
from apps.disbursement.models.request import CHANGES, SETTLED
from apps.disbursement.selectors.register import index_of, known_payees
from imbudget.kit.errors import RuleViolation

WAGES = ("301", "501")  # 工资福利支出, by department and by government class
MOST_TOLD = 5


def refuse_unfit_business(request: PaymentRequest) -> None:
    """Raise RuleViolation for what its type of business does not allow."""
    if request.business in CHANGES:
        _change(request)
    else:
        rule = RULES.get(Business(request.business))
        if rule is not None:
            rule(request)
    if request.again_id:
        _again(request)


def _salary(request: PaymentRequest) -> None:
    if request.period is None:
        raise RuleViolation(_("Say which month the salaries are for."))
    authority = request.authority
    codes = [code.code for code in (authority.department_economic, authority.government_economic) if code is not None]
    if not any(code.startswith(WAGES) for code in codes):
        raise RuleViolation(_("Salaries are paid out of authority for wages and benefits (classes 301 and 501) only."))
    rows = list(request.rows.order_by("number"))
    known = known_payees(request.region_id, (index_of(row.payee_account) for row in rows))
    strangers = []
    for row in rows:
        payee = known.get(index_of(row.payee_account))
        if payee is None or not payee.is_staff or payee.unit_id != request.unit_id:
            strangers.append(f"{row.number} {row.payee_name}")
    if strangers:
        text = _(
            "Not on the staff of the unit by the register of payees (%(count)s): %(names)s. Enter them there first."
        )
        raise RuleViolation(text % {"count": len(strangers), "names": "、".join(strangers[:MOST_TOLD])})


def _card(request: PaymentRequest) -> None:
    if request.settlement != Settlement.CARD:
        raise RuleViolation(_("A business card is repaid by the way of settling “business card”."))
    today, wrong = timezone.localdate(), []
    for row in request.rows.order_by("number"):
        if row.consumed_on is None or not row.slip:
            wrong.append(
                _("Payee %(number)s: enter the day of the purchase and the number of the slip.")
                % {"number": row.number}
            )
        elif row.consumed_on > today:
            wrong.append(_("Payee %(number)s: the day of the purchase has not come yet.") % {"number": row.number})
        elif not numbers.looks_like_card(row.payee_account) or not numbers.passes_luhn(row.payee_account):
            wrong.append(_("Payee %(number)s: this is no number of a business card.") % {"number": row.number})
    if wrong:
        raise RuleViolation(" ".join(wrong[:MOST_TOLD]))


def _change(request: PaymentRequest) -> None:
    about = request.about
    if about is None or about.state not in SETTLED or about.unit_id != request.unit_id:
        raise RuleViolation(_("Only a payment of the unit that the bank has answered can be given back or corrected."))
    if request.rows.exclude(source__request=about).exists():
        raise RuleViolation(_("A refund or a correction names the payment that it changes."))
    if request.business == Business.REFUND and request.authority_id != about.authority_id:
        raise RuleViolation(_("A refund goes back to the authority that paid."))
    if request.business == Business.CORRECTION:
        _correction(request, about)


def _correction(request: PaymentRequest, about: PaymentRequest) -> None:
    if request.authority_id == about.authority_id:
        raise RuleViolation(_("Choose another authority than the one that paid."))
    if request.year_id != about.year_id or request.region_id != about.region_id:
        raise RuleViolation(_("A correction stays within the fiscal year and the region."))


def _again(request: PaymentRequest) -> None:
    """Each row pays a failed row of the earlier request, and its amount; account and name may be mended."""
    for row in request.rows.select_related("repeats"):
        earlier = row.repeats
        fits = earlier is not None and (earlier.request_id, earlier.outcome, earlier.amount) == (
            request.again_id,
            Outcome.FAILED,
            row.amount,
        )
        if not fits:
            text = _("Payee %(number)s: only what was not paid is paid again, and as much as then.")
            raise RuleViolation(text % {"number": row.number})


RULES: dict[Business, Callable[[PaymentRequest], None]] = {Business.SALARY: _salary, Business.CARD: _card}
