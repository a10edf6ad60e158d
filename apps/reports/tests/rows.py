"""A project's year and what its region has published, for tests of all addresses."""

from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.budget.tests.factories import World
from apps.performance.models import DisclosedLine, DisclosedProject, DisclosedResult, Disclosure, DisclosureState
from apps.performance.tests.factories import make_year
from apps.reports.selectors import posted_approvals


def by_address(world: World) -> dict[str, Any]:
    """What stands in the addresses of papers, visual reports and published figures."""
    of = make_year(world)
    now, amounts = timezone.now(), {"approved": Decimal(9), "adjusted": Decimal(9), "executed": Decimal(5)}
    made = Disclosure.objects.create(
        region=of.region, year=of.year, number=1, source="批复", as_of=now, changed_at=now, scored=1,
        state=DisclosureState.PUBLISHED, **amounts,
    )  # fmt: skip
    DisclosedLine.objects.create(disclosure=made, function="2130505", function_name="生产发展", **amounts)
    result = {"department": "119", "grade": "good", "projects": 1, "mean": 85, "budget": 9, "executed": 5}
    DisclosedResult.objects.create(disclosure=made, **result)
    DisclosedProject.objects.create(disclosure=made, number=1, code="15", name="=1+1", budget=9, executed=5)
    return {
        "reports:letter": posted_approvals().filter(region=of.region).latest("pk"),
        "reports:performance_paper": of,
        "reports:visual_year": of,
        "performance:year": of,
        "performance:disclosure": made,
    }
