"""The authority of a project, by year."""

from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from apps.ledger.models import Authority, AuthorityState
from apps.projects.models import Project
from imbudget.kit.actor import Actor
from imbudget.kit.registry import Unspent

CURRENT = F("balance__amount") + F("balance__increased") - F("balance__decreased")


def issued_by_year(project: Project) -> dict[int, Decimal]:
    """What finance has issued for the project, after adjustments, whether it is spent or not."""
    rows = Authority.objects.filter(project=project, state=AuthorityState.EXECUTABLE).order_by()
    return dict(rows.values_list("year").annotate(current=Sum(CURRENT)).filter(current__gt=0))


def unspent_authority(project: Project) -> list[Unspent]:
    """Authority for the project that is issued, or waits to be, and is neither paid nor taken back.

    What was recovered stands unallocated: it is the region's again, whatever project its elements still name.
    """
    states = (AuthorityState.PENDING, AuthorityState.EXECUTABLE)
    rows = Authority.objects.filter(project_code=project.code, project=project, state__in=states)
    held = rows.filter(Q(balance__available__gt=0) | Q(balance__reserved__gt=0)).order_by("pk")
    return [
        Unspent(f"№ {pk} {number}".rstrip(), available, reserved)
        for pk, number, available, reserved in held.values_list(
            "pk", "document_number", "balance__available", "balance__reserved"
        )
    ]


def authority_by_year(actor: Actor, project: Project) -> QuerySet[Authority, dict[str, Any]]:
    """What the project may spend in each year, what is paid and applied for, and what is available."""
    rows = Authority.objects.visible_to(actor).filter(project=project, state=AuthorityState.EXECUTABLE)
    return (
        rows.order_by("year")
        .values("year")
        .annotate(
            current=Sum(CURRENT),
            spent=Sum("balance__spent"),
            reserved=Sum("balance__reserved"),
            available=Sum("balance__available"),
        )
    )
