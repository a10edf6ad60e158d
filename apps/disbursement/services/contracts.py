"""Contracts: written by the unit, approved, paid on and closed; never paid above what they come to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.disbursement import policies
from apps.disbursement.models import Contract, ContractFile, ContractStage, ContractState, PaymentRequest
from apps.disbursement.selectors.contracts import Standing, standing
from apps.disbursement.selectors.register import index_of
from apps.disbursement.services import papers
from apps.disbursement.services.papers import CONTRACT_PAPER, Chosen
from apps.evidence import services as evidence
from apps.files.services import discard_file, take_file
from apps.ledger.services.errors import refuse_odd
from apps.lowcode.services.cases import lock_case
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

FIELDS = ("number", "name", "payee", "amount", "retention", "retention_until", "signed_on")
MOST_STAGES, MOST_FILES = 60, 30
LABEL = "disbursement.contract"


@dataclass(frozen=True, slots=True)
class StageInput:
    """A stage as entered; the amount in yuan."""

    name: str
    amount: Decimal
    due: date | None = None


@act
def draw_up_contract(
    actor: Actor, unit: Unit, values: Mapping[str, Any], stages: Sequence[StageInput] = ()
) -> Contract:
    """Begin a contract of a unit."""
    require(policies.may_draw_up_contract(actor, unit.pk))
    contract = Contract(unit=unit, region_id=unit.region_id, author_id=actor.user_id)
    _write(contract, values, stages)
    evidence.append("disbursement.contract_saved", contract, actor, amount=contract.amount)
    return contract


@act
def save_contract(
    actor: Actor, contract: Contract, revision: int, values: Mapping[str, Any], stages: Sequence[StageInput]
) -> None:
    """Make head and stages exactly these."""
    require(policies.may_edit_contract(actor, contract))
    papers.take_revision(contract, revision)
    _write(contract, values, stages)
    evidence.append("disbursement.contract_saved", contract, actor, amount=contract.amount)


def _write(contract: Contract, values: Mapping[str, Any], stages: Sequence[StageInput]) -> None:
    for name in FIELDS:
        if name in values:
            setattr(contract, name, values[name])
    refuse_odd(contract.amount)
    if contract.payee_id and (contract.payee.region_id != contract.region_id or not contract.payee.is_open):
        raise RuleViolation(_("Choose an open payee of the region's register."))
    try:
        contract.full_clean(exclude=["league", "author"])
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    if len(stages) > MOST_STAGES:
        raise RuleViolation(_("A contract has at most %(most)s stages.") % {"most": MOST_STAGES})
    contract.save()
    contract.stages.all().delete()
    for number, stage in enumerate(stages, 1):
        refuse_odd(stage.amount)
        if not stage.name.strip():
            raise RuleViolation(_("Stage %(number)s has no name.") % {"number": number})
        ContractStage.objects.create(
            contract=contract, number=number, name=stage.name[:100], amount=stage.amount, due=stage.due
        )


@act
def submit_contract(actor: Actor, contract: Contract, *, chosen: Chosen | None = None) -> None:
    """Hand a contract in; its stages, where it has any, come to its amount."""
    require(policies.may_submit_contract(actor, contract))
    lock_case(CONTRACT_PAPER.subject, contract.pk)
    papers.lock(contract)
    amounts = list(contract.stages.values_list("amount", flat=True))
    if amounts and sum(amounts) != contract.amount:
        words = {"stages": f"{sum(amounts):,.2f}", "amount": f"{contract.amount:,.2f}"}
        raise RuleViolation(_("The stages come to %(stages)s, the contract to %(amount)s.") % words)
    papers.hand_in(actor, CONTRACT_PAPER, contract, chosen)


@act
def withdraw_contract(actor: Actor, contract: Contract) -> None:
    """Take a contract back before it is decided."""
    require(policies.may_withdraw_contract(actor, contract))
    papers.take_back(actor, CONTRACT_PAPER, contract)


def approve_contract(actor: Actor, contract: Contract) -> None:
    """The flow has approved: payments may name it from now on."""
    advance(CONTRACT_PAPER.table, contract, "approve")
    evidence.append("disbursement.contract_approved", contract, actor, amount=contract.amount)


@act
def close_contract(actor: Actor, contract: Contract) -> None:
    """Nothing is paid on it any more."""
    require(policies.may_close_contract(actor, contract))
    papers.lock(contract)
    if standing(contract).held:
        raise RuleViolation(_("A payment on this contract is on its way: wait for it, or take it back."))
    advance(CONTRACT_PAPER.table, contract, "close")
    evidence.append("disbursement.contract_closed", contract, actor)


@act
def attach_to_contract(actor: Actor, contract: Contract, given: Any) -> ContractFile:
    """Attach a scan: one that came with its form, or the id of one sent ahead of it."""
    require(policies.may_attach(actor, contract))
    if contract.attachments.count() >= MOST_FILES:
        raise RuleViolation(_("A contract takes %(most)s files at most.") % {"most": MOST_FILES})
    place: dict[str, Any] = {"region": contract.region, "unit": contract.unit}
    stored = take_file(actor, given, **place, subject_label=LABEL, subject_id=str(contract.pk))
    if ContractFile.objects.filter(file=stored).exists():
        raise RuleViolation(_("The file %(name)s is attached already.") % {"name": stored.name})
    attached = ContractFile.objects.create(contract=contract, file=stored)
    evidence.append("disbursement.contract_attached", contract, actor, name=stored.name, digest=stored.digest)
    return attached


@act
def detach_from_contract(actor: Actor, attached: ContractFile) -> None:
    """Take a scan away while the contract is a draft."""
    contract, stored = attached.contract, attached.file
    require(policies.may_edit_contract(actor, contract))
    attached.delete()
    evidence.append("disbursement.contract_detached", contract, actor, name=stored.name, digest=stored.digest)
    if stored.uploaded_by_id == actor.user_id:
        discard_file(actor, stored)


def refuse_over_contract(request: PaymentRequest) -> None:
    """Raise RuleViolation where a request pays another than the contract's payee, or more than is left of it.

    The contract stays locked until the request holds its money, so that of two the second one counts the first.
    """
    if request.contract_id is None:
        return
    contract = (
        Contract.objects.select_for_update(of=("self",), no_key=True)
        .select_related("payee")
        .get(pk=request.contract_id)
    )
    if contract.state != ContractState.ACTIVE or contract.unit_id != request.unit_id:
        raise RuleViolation(_("Only a contract of the unit that is in force is paid on."))
    account = index_of(contract.payee.account)
    if any(index_of(row.payee_account) != account for row in request.rows.all()):
        words = {"payee": contract.payee.name, "account": contract.payee.masked_account}
        raise RuleViolation(_("This contract is paid to %(payee)s, account %(account)s, only.") % words)
    _refuse_more(standing(contract), request, _("the contract"))
    if request.stage is not None:
        if request.stage.contract_id != contract.pk:
            raise RuleViolation(_("This stage belongs to another contract."))
        _refuse_more(standing(contract, request.stage), request, _("the stage"))


def _refuse_more(now: Standing, request: PaymentRequest, what: str) -> None:
    if request.total > now.left:
        words = {
            "what": what,
            "payable": f"{now.payable:,.2f}",
            "paid": f"{now.paid:,.2f}",
            "held": f"{now.held:,.2f}",
            "left": f"{now.left:,.2f}",
        }
        text = _(
            "Of %(what)s %(payable)s may be paid by now (without retention money), %(paid)s is paid, "
            "%(held)s is on its way: %(left)s is left."
        )
        raise RuleViolation(text % words)
