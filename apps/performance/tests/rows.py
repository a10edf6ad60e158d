"""One of everything in performance of the first banner, for tests that open every address."""

from typing import Any

from apps.budget.tests.factories import World
from apps.performance import services
from apps.performance.models import MonitoringForm, SpotCheck
from apps.performance.tests.evaluating import Office


def evaluated_year(world: World) -> dict[str, Any]:
    """A year that was monitored and evaluated, under a spot check, with a rectification and the use of its result."""
    office = Office(world)
    form: MonitoringForm = office.form()
    evaluation = office.approved()
    check: SpotCheck = services.choose_check(office.officer, evaluation, "复核")
    return {
        "year": office.of,
        "form": form,
        "evaluation": evaluation,
        "check": check,
        "rectification": office.rectification(),
        "use": office.use(),
    }


def by_address(rows: dict[str, Any]) -> dict[str, Any]:
    """Beginning of an address's name → the row it is about."""
    return {
        "performance:call": rows["form"].call,
        "performance:form": rows["form"],
        "performance:rectification_new": rows["year"],
        "performance:rectification": rows["rectification"],
        "performance:evaluation": rows["evaluation"],
        "performance:spot_choose": rows["evaluation"],
        "performance:spot": rows["check"],
        "performance:result": rows["use"],
        "performance:": rows["year"],
    }
