"""What is shipped comes in once and follows new releases, and never sets back what people have changed."""

import io
from decimal import Decimal

import pytest
from django.core.management import call_command

from apps.accounts.tests.factories import make_actor
from apps.performance import services
from apps.performance.management.commands import load_performance
from apps.performance.models import FrameworkItem, GoalRule, IndicatorSet, LibraryIndicator, ScheduleCurve, Scheme
from apps.performance.services.library import save_row
from apps.projects.models import ProjectCategory

pytestmark = pytest.mark.django_db
D = Decimal
PARTS = ("schemes", "sets", "indicators", "goal_rules", "framework", "schedules")
real = load_performance._rows


def few(name: str):
    """Three rows of each file are as good as two hundred."""
    rows = list(real(name))
    items = {"D1", "D2", "D3"}
    if name.startswith("framework"):
        return [row for row in rows if row.get("code", row.get("item")) in items]
    return rows[:3]


@pytest.fixture
def loaded(world, monkeypatch):
    monkeypatch.setattr(load_performance, "_rows", few)
    for code in {row["category"] for row in few("schedules")} | {
        code for row in few("sets") for code in row["categories"].split()
    }:
        ProjectCategory.objects.get_or_create(code=code, defaults={"name": code})
    load()
    return make_actor("system_admin", world.tree.root)


def load() -> str:
    out = io.StringIO()
    call_command("load_performance", stdout=out)
    return out.getvalue()


def test_a_second_run_says_and_changes_nothing(loaded):
    assert load() == ""


def test_what_an_administrator_changed_stays_and_is_named(loaded):
    scheme = Scheme.objects.get(kind="self")
    scheme.source = "自治区补充规定"
    services.save_scheme(loaded, scheme)
    of = IndicatorSet.objects.order_by("pk").first()
    of.is_active = not of.is_active
    save_row(loaded, of)
    indicator = LibraryIndicator.objects.order_by("pk").first()
    indicator.value = "77"
    save_row(loaded, indicator)
    rule = GoalRule.objects.order_by("pk").first()
    rule.source = "自治区补充规定"
    services.save_goal_rule(loaded, rule)
    item = FrameworkItem.objects.get(code="D1")
    services.save_item(loaded, item, [("另一要点", "")])
    curve, gone = ScheduleCurve.objects.filter(category__isnull=False).order_by("pk")[:2]
    curve.source = "自治区补充规定"
    services.save_schedule(loaded, curve)
    services.drop_schedule(loaded, gone)
    said = load()
    assert [line.split(":")[0] for line in said.splitlines()] == list(PARTS)
    assert indicator.code in said
    for row in (scheme, of, indicator, rule, curve):
        before = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        row.refresh_from_db()
        assert {name: getattr(row, name) for name in before} == before, row
    assert [point.text_zh_hans for point in item.ticks.all()] == ["另一要点"]
    assert not ScheduleCurve.objects.filter(category=gone.category_id).exists()


def test_what_nobody_has_touched_follows_the_shipped_file(loaded, monkeypatch):
    newer = [row | {"source": "新办法"} for row in few("schemes")]
    monkeypatch.setattr(load_performance, "_rows", lambda name: newer if name == "schemes" else few(name))
    assert load() == ""
    assert set(Scheme.objects.values_list("source", flat=True)) == {"新办法"}
