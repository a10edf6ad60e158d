"""What a unit may choose from when it asks for a payment."""

from typing import Any

from django.db.models import Q, QuerySet

from apps.disbursement.models import Contract, ContractState, PayAccount
from apps.ledger.models import Authority, AuthorityState, Books, BooksState
from imbudget.kit.actor import Actor


def authorities_for(actor: Actor) -> QuerySet:
    """Authority of the unit that has something left, in books that are open; the newest first."""
    open_years = Books.objects.filter(region=actor.region_id, state=BooksState.OPEN).values("year")
    rows = Authority.objects.visible_to(actor).filter(
        state=AuthorityState.EXECUTABLE, unit__in=actor.unit_ids, year__in=open_years, balance__available__gt=0
    )
    return rows.select_related("balance", "function", "department_economic").order_by("-pk")


def accounts_for(actor: Actor) -> QuerySet:
    """The unit's own accounts and those of its finance office."""
    mine = Q(unit__in=actor.unit_ids) | Q(unit__isnull=True)
    return PayAccount.objects.open().filter(mine, region=actor.region_id).order_by("kind", "pk")


def contract_choices(actor: Actor) -> list[tuple[str, Any]]:
    """Contracts in force as choices, each with its stages: the key of the contract, and behind a dot that of the stage."""
    rows = Contract.objects.visible_to(actor).filter(state=ContractState.ACTIVE, unit__in=actor.unit_ids)
    found: list[tuple[str, Any]] = []
    for contract in rows.prefetch_related("stages").order_by("number"):
        stages = [(f"{contract.pk}.{stage.pk}", f"{contract.number} · {stage}") for stage in contract.stages.all()]
        found += stages or [(str(contract.pk), str(contract))]
    return found
