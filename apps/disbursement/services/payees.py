"""The register of payees: what it says of a request, what it learns from payments, how it is kept."""

from collections.abc import Mapping
from itertools import starmap
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.disbursement import numbers, policies
from apps.disbursement.models import Business, Outcome, Payee, PayeeKind, PayeeOrigin, PaymentRequest, PaymentRow
from apps.disbursement.models.request import CHANGES
from apps.disbursement.names import looks_like_person, name_key
from apps.disbursement.selectors.register import index_of, known_payees
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.fields import mask_account

FIELDS = ("kind", "name", "account", "bank_name", "bank_code", "id_number", "is_staff")
MOST_TOLD = 5


class Named(NamedTuple):
    """What a request says of a payee."""

    number: int
    payee_name: str
    payee_account: str


def compare_with_register(request: PaymentRequest) -> list[str]:
    """Raise RuleViolation where an account belongs to somebody else or is closed; return what is to be looked at."""
    rows = list(starmap(Named, request.rows.order_by("number").values_list(*Named._fields)))
    indexes = [index_of(row.payee_account) for row in rows]
    known = known_payees(request.region_id, indexes)
    refused, odd = [], []
    for row, index in zip(rows, indexes, strict=True):
        payee = known.get(index)
        if payee is not None and (reason := _difference(row, payee)):
            refused.append(reason)
        elif numbers.looks_like_card(row.payee_account) and not numbers.passes_luhn(row.payee_account):
            odd.append(row)
    if refused:
        more = len(refused) - MOST_TOLD
        tail = [_("and %(count)s more") % {"count": more}] if more > 0 else []
        raise RuleViolation(" ".join([*refused[:MOST_TOLD], *tail]))
    return _odd_cards(odd)


def _difference(row: Named, payee: Payee) -> str:
    words = {"number": row.number, "account": payee.masked_account, "given": row.payee_name, "known": payee.name}
    if name_key(row.payee_name) != payee.key:
        text = _("Payee %(number)s: the account %(account)s belongs to “%(known)s”, not to “%(given)s”.")
        return text % words
    if not payee.is_open:
        text = _("Payee %(number)s: the account %(account)s of “%(known)s” is closed: %(reason)s")
        return text % {**words, "reason": payee.closed_reason}
    return ""


def _odd_cards(rows: list[Named]) -> list[str]:
    if not rows:
        return []
    named = "、".join(f"{row.number} {row.payee_name} {mask_account(row.payee_account)}" for row in rows[:MOST_TOLD])
    text = _("Card numbers whose check digit does not fit (%(count)s): %(named)s. Compare them with the cards.")
    return [text % {"count": len(rows), "named": named}]


def register_paid(request: PaymentRequest) -> None:
    """Who was paid for the first time is known from now on; the people of subsidies stand in their own register."""
    if request.business in CHANGES | {Business.SUBSIDY}:
        return
    rows = list(request.rows.filter(outcome=Outcome.PAID))
    by_index = {index_of(row.payee_account): row for row in rows}
    known = known_payees(request.region_id, by_index)
    new = {index: row for index, row in by_index.items() if index not in known}
    Payee.objects.bulk_create([_of_row(request, row) for row in new.values()], ignore_conflicts=True)


def _of_row(request: PaymentRequest, row: PaymentRow) -> Payee:
    return Payee(
        region_id=request.region_id,
        unit_id=request.unit_id,
        kind=PayeeKind.PERSON if looks_like_person(row.payee_name) else PayeeKind.ORGANISATION,
        name=row.payee_name,
        key=name_key(row.payee_name),
        account=row.payee_account,
        bank_name=row.payee_bank,
        bank_code=row.payee_bank_code,
        origin=PayeeOrigin.PAYMENT,
    )


@act
def enter_payee(actor: Actor, values: Mapping[str, Any], origin: str = PayeeOrigin.ENTERED) -> Payee:
    """Put a payee into the register of the actor's region. Raises RuleViolation with all that is wrong with it."""
    require(policies.may_enter_payee(actor))
    if actor.region_id is None:
        raise RuleViolation(_("Payees are entered by the units that pay them and by the treasury's desk."))
    payee = Payee(region_id=actor.region_id, unit_id=actor.unit_ids[0] if actor.unit_ids else None, origin=origin)
    return _keep(actor, payee, values)


@act
def change_payee(actor: Actor, payee: Payee, values: Mapping[str, Any]) -> Payee:
    """Correct a payee; who was paid under the old name stays as it was."""
    require(policies.may_change_payee(actor, payee))
    return _keep(actor, payee, values)


@act
def close_payee(actor: Actor, payee: Payee, reason: str) -> None:
    """Nobody pays into this account any more; why is told to whoever tries."""
    require(policies.may_change_payee(actor, payee))
    payee.is_open, payee.closed_reason = False, reason[:360]
    payee.save()
    evidence.append("disbursement.payee_closed", payee, actor, reason=reason)


@act
def reopen_payee(actor: Actor, payee: Payee) -> None:
    """The account may be paid into again."""
    require(policies.may_change_payee(actor, payee))
    payee.is_open, payee.closed_reason = True, ""
    payee.save()
    evidence.append("disbursement.payee_saved", payee, actor, reopened=True)


def _keep(actor: Actor, payee: Payee, values: Mapping[str, Any]) -> Payee:
    for name in FIELDS:
        if name in values:
            setattr(payee, name, values[name])
    payee.key = name_key(payee.name)
    payee.id_number = numbers.plain(payee.id_number)
    payee.account_index = index_of(payee.account)
    _refuse_wrong_number(payee)
    try:
        payee.full_clean(exclude=["league"])
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    payee.save()
    evidence.append("disbursement.payee_saved", payee, actor, kind=payee.kind, staff=payee.is_staff)
    return payee


def _refuse_wrong_number(payee: Payee) -> None:
    """An ID number of 18 digits for people, a unified social credit code for the others; none is allowed."""
    if not payee.id_number:
        return
    if payee.kind == PayeeKind.PERSON:
        if not numbers.is_id_number(payee.id_number):
            raise RuleViolation(_("This is no ID number: it has 18 characters, and the last one must fit the others."))
    elif not numbers.is_credit_code(payee.id_number):
        raise RuleViolation(
            _("This is no unified social credit code: it has 18 characters, and the last one must fit the others.")
        )
