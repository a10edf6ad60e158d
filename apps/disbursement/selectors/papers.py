"""What whoever signs a contract or a plan reads beside the signature, and the pages show."""

from typing import Any

from apps.disbursement.models import Contract, UsePlan


def contract_to_sign(contract: Contract) -> dict[str, Any]:
    """The contract with its stages."""
    return {"contract": contract, "stages": list(contract.stages.all())}


def plan_lines(plan: UsePlan) -> dict[str, Any]:
    """The lines of a plan, with what they are about."""
    related = ("authority__function", "authority__department_economic", "fund", "function")
    return {"plan": plan, "lines": list(plan.lines.select_related(*related))}
