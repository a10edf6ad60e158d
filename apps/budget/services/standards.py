"""Expenditure standards on their way: a finance office states one, its head approves it, then it is in force.

A change in a base table has a first year and an approval (基础信息管理: 支出标准). Whole files of standards are imported
by the system administrator (`basetables.put_standard`), whose record is that of the file.
"""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import ExpenditureStandard, StandardChange
from apps.budget.services.basetables import refuse_unknown_class, write_standard
from apps.budget.services.locks import refuse_closed_year, refuse_unknown_year
from apps.budget.transitions import STANDARD_CHANGE
from apps.evidence import services as evidence
from apps.lowcode.services.cases import lock_case, send_on
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

SUBJECT = "budget.standard"


@act
def state_standard(
    actor: Actor, region: Region, values: Mapping[str, Any], returned: StandardChange | None = None
) -> StandardChange:
    """Hand a standard of the region in for approval; `returned` is the one that was given back and is mended by this.

    `values` by name: kind, economic, category, nature, amount, valid_from, valid_to, source.
    """
    require(policies.may_state_standard(actor, region.pk))
    change = returned or StandardChange(region=region, league_id=region.league_id)
    if returned is not None:
        lock_case(SUBJECT, returned.pk)
        StandardChange.objects.select_for_update(of=("self",), no_key=True).get(pk=returned.pk)
        returned.refresh_from_db(fields=["state"])
        require(policies.may_mend_standard(actor, returned))
    for name, value in values.items():
        setattr(change, name, value)
    change.author_id = actor.user_id
    _refuse_unfit(change)
    held = _standard_of(change)
    if held is not None and _says_the_same(held, change):
        raise RuleViolation(_("This standard is in force already."))
    change.before = held.amount if held is not None else None
    if returned is None:
        _begin(change)
    else:
        _hand_in_again(change, values)
    facts = {"amount": change.amount, "before": change.before, "valid_from": change.valid_from, "source": change.source}
    evidence.append("budget.standard_stated", change, actor, economic=change.economic, **facts)
    send_on(actor, SUBJECT, change)
    change.refresh_from_db()
    return change


def _begin(change: StandardChange) -> None:
    """Of two that are stated at the same moment the database refuses one."""
    try:
        with transaction.atomic():
            change.save()
    except IntegrityError as error:
        raise RuleViolation(_("This standard is under way already.")) from error


def _hand_in_again(change: StandardChange, values: Mapping[str, Any]) -> None:
    written = {name: getattr(change, name) for name in (*values, "before", "author_id")}
    advance(STANDARD_CHANGE, change, "submit", return_reason="", **written)


def _refuse_unfit(change: StandardChange) -> None:
    """It names the document that sets it, and begins in a year that is open: what closed years were computed by stays."""
    if not change.source:
        raise RuleViolation(_("Name the document that sets the standard."))
    refuse_unknown_year(change.valid_from)
    refuse_closed_year(change.valid_from)
    try:
        change.full_clean(exclude=["league", "author"])
        standard = _made(change, _standard_of(change))
        standard.full_clean(exclude=["region", "category"], validate_unique=False, validate_constraints=False)
        refuse_unknown_class(standard)
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error


def _standard_of(change: StandardChange) -> ExpenditureStandard | None:
    """The region's own standard that the change would replace."""
    return ExpenditureStandard.objects.filter(**change.key).first()


def _says_the_same(held: ExpenditureStandard, change: StandardChange) -> bool:
    return all(getattr(held, name) == value for name, value in change.content.items())


def _made(change: StandardChange, held: ExpenditureStandard | None) -> ExpenditureStandard:
    """The standard as the change wants it. Approved, it is verified: who approves has its document before them."""
    standard = held or ExpenditureStandard(**change.key)
    for name, value in change.content.items():
        setattr(standard, name, value)
    standard.is_verified = True
    return standard


def approve_standard(actor: Actor, change: StandardChange) -> None:
    """The flow has approved: the standard is in force; asked again what may have become wrong meanwhile."""
    _refuse_unfit(change)
    list(ExpenditureStandard.objects.select_for_update(of=("self",)).filter(**change.key).values("pk"))
    write_standard(actor, _made(change, _standard_of(change)))
    advance(STANDARD_CHANGE, change, "enforce", ended_at=timezone.now())
    evidence.append("budget.standard_approved", change, actor, economic=change.economic, amount=change.amount)


def return_standard(actor: Actor, change: StandardChange, reason: str) -> None:
    """The flow has given it back to the office that stated it."""
    advance(STANDARD_CHANGE, change, "return", return_reason=reason[:2000])
    evidence.append("budget.standard_returned", change, actor, reason=reason)


def refuse_standard(actor: Actor, change: StandardChange, reason: str) -> None:
    """The flow has refused it: the standard stays as it is."""
    advance(STANDARD_CHANGE, change, "refuse", return_reason=reason[:2000], ended_at=timezone.now())
    evidence.append("budget.standard_refused", change, actor, reason=reason)


def withdrawn_standard(actor: Actor, change: StandardChange, reason: str) -> None:
    """Who stated it has taken it back."""
    if is_open(STANDARD_CHANGE, change, "withdraw"):
        advance(STANDARD_CHANGE, change, "withdraw", ended_at=timezone.now())
        evidence.append("budget.standard_withdrawn", change, actor)
