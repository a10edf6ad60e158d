"""The authority of a project, by year."""

from typing import Any

from django.db.models import F, QuerySet, Sum

from apps.ledger.models import Authority, AuthorityState
from apps.projects.models import Project
from imbudget.kit.actor import Actor


def authority_by_year(actor: Actor, project: Project) -> QuerySet[Authority, dict[str, Any]]:
    """What the project may spend in each year, what is paid and applied for, and what is available."""
    rows = Authority.objects.visible_to(actor).filter(project=project, state=AuthorityState.EXECUTABLE)
    current = F("balance__amount") + F("balance__increased") - F("balance__decreased")
    return (
        rows.order_by("year")
        .values("year")
        .annotate(
            current=Sum(current),
            spent=Sum("balance__spent"),
            reserved=Sum("balance__reserved"),
            available=Sum("balance__available"),
        )
    )
