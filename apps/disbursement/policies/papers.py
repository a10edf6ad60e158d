"""Who may write what payments go by: the register of payees, contracts and plans of use."""

from django.utils.translation import gettext as _

from apps.disbursement.models import Contract, Payee, UsePlan
from apps.disbursement.transitions import CONTRACT, PLAN
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import Table, is_open


def may_enter_payee(actor: Actor) -> Verdict:
    """Put a payee into the register of one's region."""
    if not actor.can("disbursement.pay") and not actor.can("disbursement.treasury"):
        return refused(_("Payees are entered by the units that pay them and by the treasury's desk."))
    return ALLOWED


def may_change_payee(actor: Actor, payee: Payee) -> Verdict:
    """Correct, close or open a payee: who entered it, or the treasury's desk of the region."""
    if actor.can("disbursement.treasury") and actor.is_home(payee.region_id):
        return ALLOWED
    if not actor.can("disbursement.pay") or not actor.holds_unit(payee.unit_id):
        return refused(_("Only the unit that brought this payee in and the treasury's desk change it."))
    return ALLOWED


def may_draw_up_contract(actor: Actor, unit_id: int) -> Verdict:
    """Begin a contract of the unit."""
    return _may_write(actor, unit_id)


def may_edit_contract(actor: Actor, contract: Contract) -> Verdict:
    """Change a contract that was not handed in."""
    return _may_move(actor, contract, CONTRACT, "submit")


may_submit_contract = may_edit_contract


def may_withdraw_contract(actor: Actor, contract: Contract) -> Verdict:
    """Take a contract back."""
    return _may_move(actor, contract, CONTRACT, "withdraw")


def may_close_contract(actor: Actor, contract: Contract) -> Verdict:
    """End a contract in force."""
    return _may_move(actor, contract, CONTRACT, "close")


def may_attach(actor: Actor, contract: Contract) -> Verdict:
    """Attach a scan: to a draft, and certificates to a contract in force."""
    verdict = may_close_contract(actor, contract)
    return verdict or may_edit_contract(actor, contract)


def may_draw_up_plan(actor: Actor, unit_id: int) -> Verdict:
    """Begin a plan of the unit."""
    return _may_write(actor, unit_id)


def may_edit_plan(actor: Actor, plan: UsePlan) -> Verdict:
    """Change a plan that was not handed in."""
    return _may_move(actor, plan, PLAN, "submit")


may_submit_plan = may_edit_plan


def may_withdraw_plan(actor: Actor, plan: UsePlan) -> Verdict:
    """Take a plan back."""
    return _may_move(actor, plan, PLAN, "withdraw")


def may_set_payments(actor: Actor, region_id: int) -> Verdict:
    """Settle how payments of a region are controlled."""
    if not actor.can("disbursement.treasury") or not actor.is_home(region_id):
        return refused(_("Only the treasury's desk of the region settles this."))
    return ALLOWED


def _may_write(actor: Actor, unit_id: int) -> Verdict:
    if not actor.can("disbursement.pay") or not actor.holds_unit(unit_id):
        return refused(_("Only the unit itself writes its contracts and plans."))
    return ALLOWED


def _may_move(actor: Actor, document: Contract | UsePlan, table: Table, name: str) -> Verdict:
    verdict = _may_write(actor, document.unit_id)
    if verdict and not is_open(table, document, name):
        return refused(_("This step is not open as the document stands."))
    return verdict
