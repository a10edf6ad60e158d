"""One of everything that collection keeps, as the sweep wants it."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from apps.budget.tests.factories import World
from apps.codes.tests.factories import YEAR
from apps.performance.models import ActualValue, ProgressReport, ProjectYear, Survey
from apps.performance.tests.factories import make_year
from apps.performance.tests.surveys import load_form


def make_report(of: ProjectYear, **values: Any) -> ProgressReport:
    """A draft with a quantity."""
    given = {"number": 1, "as_of": date(YEAR, 6, 30), "percent": 50, "words": "完成补播"} | values
    report = ProgressReport.objects.create(of=of, region=of.region, unit=of.unit, **given)
    report.quantities.create(target=of.targets.first(), value=1000)
    return report


def make_open_survey(of: ProjectYear) -> Survey:
    """Open from today on."""
    today = timezone.localdate()
    return Survey.objects.create(
        target=of.targets.get(kind="satisfaction"),
        version=load_form(of.region),
        region=of.region,
        unit=of.unit,
        code="abcdefghjkmn",
        title="满意度调查",
        opens_on=today,
        closes_on=today + timedelta(days=30),
    )


def by_address(of: ProjectYear) -> dict[str, Any]:
    """Each row by the beginning of the addresses that show it."""
    target = of.targets.first()
    ActualValue.objects.create(target=target, as_of=date(YEAR, 6, 30), value=900, source="manual")
    return {
        "performance:progress_new": of,
        "performance:progress": make_report(of),
        "performance:target": target,
        "performance:value_new": target,
        "performance:survey_new": target,
        "performance:survey": make_open_survey(of),
        "performance:year": of,
    }


def make_rows(world: World) -> dict[str, Any]:
    return by_address(make_year(world))
