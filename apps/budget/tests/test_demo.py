"""The demonstration: loaded by the product's own commands, rolled up over three pilot cities, equal at every level."""

import io
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from apps.accounts.models import Post, User
from apps.budget.demo import people
from apps.budget.models import BudgetLine, BudgetSheet, Compilation, CompilationState, Summary
from apps.budget.services.compilations import snapshot_digest
from apps.evidence.selectors.verifying import verify
from apps.projects.models import ChangeKind, Project, ProjectChange, ProjectState
from apps.projects.selfchecks import CHECKS as PROJECT_CHECKS
from apps.regions.models import Region, Unit
from apps.review.models import Objection, Review
from apps.review.tests.drawing import sealing  # noqa: F401 - a fixture

CITIES = ("150100", "150200", "150700")
REASON = "催报后仍未报送"


def run(name: str, *args: str, **options: object) -> str:
    out = io.StringIO()
    call_command(name, *args, stdout=out, **options)
    return out.getvalue()


def banners_of(city: str) -> list[str]:
    regions = Region.objects.filter(parent__code=city, units__isnull=False).distinct()
    return list(regions.order_by("code").values_list("code", flat=True))


def every_fate_of_a_project_is_shown() -> None:
    states = set(Project.objects.values_list("state", flat=True))
    assert states >= set(ProjectState.values) - {ProjectState.DEPARTMENT_RESERVE}
    assert Project.objects.count() > 140
    assert set(Review.objects.values_list("state", flat=True)) == {"scoring", "published", "closed"}
    assert Project.objects.filter(state="stored", reviewed__gt=0).count() == 2
    assert Objection.objects.get().state == "accepted"
    assert set(ProjectChange.objects.values_list("kind", "state")) == {
        (ChangeKind.TERMINATION, "applied"),
        (ChangeKind.CHANGE, "submitted"),
        (ChangeKind.CHANGE, "returned"),
        (ChangeKind.CHANGE, "applied"),
    }
    for check in PROJECT_CHECKS.values():
        check.run()


@pytest.mark.django_db
@pytest.mark.usefixtures("sealing")  # a test's transaction is never over, and draws wait for what it wrote
def test_the_demonstration_rolls_up_by_commands_alone(settings):
    settings.DEMO = True
    run("load_demo")
    assert "loaded already" in run("load_demo")
    accounts = run("load_demo", "--accounts")
    assert people.PASSWORD in accounts
    assert accounts.count("\nzj15") == 5
    assert {post.role for post in Post.objects.all()} >= {"unit_clerk", "banner_officer", "league_officer", "auditor"}
    assert Unit.objects.count() > 300

    every_fate_of_a_project_is_shown()

    # What is still open: Baotou's reports wait at the city, Hulunbuir's sheets wait at the banners.
    with pytest.raises(CommandError, match="--as"):
        run("compile_budget", "150200", accept=True, missing_reason=REASON)
    for region in ("150200", *banners_of("150700"), "150700"):
        run("compile_budget", region, username=f"ys{region}", accept=True, report=True, missing_reason=REASON)
    printed = run("compile_budget", "150000", username="ys150000", accept=True, missing_reason=REASON)

    root = Compilation.objects.get(region__code="150000", year=2027)
    accepted = BudgetLine.objects.filter(year=2027, sheet__state="accepted").aggregate(sum=Sum("amount"))["sum"]
    assert root.snapshot.total == accepted
    assert f"{accepted:,.2f}" in printed
    assert root.snapshot.digest == snapshot_digest(root.snapshot)
    cities = Compilation.objects.filter(region__code__in=CITIES, year=2027)
    assert {city.state for city in cities} == {CompilationState.ACCEPTED}
    own = BudgetSheet.objects.filter(region__code="150000", year=2027, state="accepted")
    assert sum(city.snapshot.total for city in cities) + own.aggregate(sum=Sum("total"))["sum"] == accepted
    for city in cities:
        banners = Compilation.objects.filter(region__parent=city.region, year=2027, state=CompilationState.ACCEPTED)
        level = BudgetSheet.objects.filter(region=city.region, year=2027, state="accepted")
        own_level = level.aggregate(sum=Sum("total"))["sum"] or Decimal(0)
        assert sum(banner.snapshot.total for banner in banners) + own_level == city.snapshot.total
    assert Summary.objects.filter(year=2027, accepted=True).aggregate(sum=Sum("amount"))["sum"] == accepted

    table = run("show_progress", "150000")
    assert all(f"{city.snapshot.total:,.2f}" in table for city in cities)
    assert verify().problems == []


@pytest.mark.covers("B2")
@pytest.mark.django_db
def test_known_passwords_are_refused_outside_a_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        run("load_demo")
    assert not User.objects.exists()
