"""Schedules of categories and items of the framework in the administration: who keeps them, what is refused, what counts where."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.evidence.models import Entry
from apps.performance import services
from apps.performance.models import FrameworkItem, ProjectYear, ScheduleCurve
from apps.performance.selectors.framework import items_of, sums_of
from apps.performance.selectors.schedules import schedule_of
from apps.performance.services.lamps import light_budgets
from apps.performance.tests.evaluating import Office, money
from apps.projects.models import ProjectCategory
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.history import missing_triggers

pytestmark = pytest.mark.django_db
D = Decimal
LATE = "0 0 0 0 0 0 0 0 0 0 50 100"
EVEN = "8 16 25 33 41 50 58 66 75 83 91 100"


@pytest.fixture
def office(world: Any) -> Office:
    return Office(world)


@pytest.fixture
def system(office: Office) -> Client:
    return client_of("system_admin", office.world.tree.root)


def to(model: Any, name: str, *args: object) -> str:
    return reverse(f"admin:performance_{model._meta.model_name}_{name}", args=args)


def schedule(of: ProjectCategory, shares: str, **values: Any) -> dict[str, Any]:
    form = {"category": of.pk, "region": "", "valid_from": 2000, "valid_to": 9999, "shares": shares}
    return form | {"source": "内财绩〔2026〕1号", "is_verified": "on"} | values


def errors(answer: Any) -> str:
    return " ".join(str(error) for group in answer.context["errors"] for error in group)


def category_of(office: Office) -> ProjectCategory:
    category = ProjectCategory.objects.first()
    ProjectYear.objects.filter(pk=office.of.pk).update(category=category)
    office.of.refresh_from_db()
    return category


def test_a_schedule_is_kept_by_form_with_its_traces(office, system):
    category, add = category_of(office), to(ScheduleCurve, "add")
    for wrong in ("1 2 3", LATE.replace("100", "99"), "9 8" + EVEN[1:], LATE.replace("0 0", "-1 0", 1), "x" * 20):
        assert errors(system.post(add, schedule(category, wrong)))
    assert errors(system.post(add, schedule(category, EVEN, source="")))
    assert errors(system.post(add, schedule(category, EVEN, valid_to=1999)))
    assert errors(system.post(add, schedule(category, EVEN, category="")))
    assert system.post(add, schedule(category, LATE)).status_code == 302
    assert errors(system.post(add, schedule(category, EVEN)))  # one of a category, a region and a year
    row = ScheduleCurve.objects.get(category=category)
    assert (row.shares[-2:], row.is_verified, row.region) == ([50, 100], True, None)
    assert schedule_of(office.of).shares == row.shares
    changed = system.post(to(ScheduleCurve, "change", row.pk), schedule(category, EVEN, valid_to=2030))
    assert changed.status_code == 302
    entries = Entry.objects.filter(event="performance.category_schedule_saved").order_by("pk")
    assert entries.count() == 2
    assert entries.last().facts["changes"]["valid_to"] == ["9999", "2030"]
    assert ScheduleCurve.history.filter(id=row.pk).count() == 2
    assert system.get(to(ScheduleCurve, "changelist")).status_code == 200
    assert system.post(to(ScheduleCurve, "delete", row.pk), {"post": "yes"}).status_code == 302
    assert not ScheduleCurve.objects.exists()
    assert Entry.objects.filter(event="performance.category_schedule_dropped").exists()
    assert missing_triggers() == []


def test_the_nearest_and_newest_schedule_of_the_year_counts_in_pages_and_in_the_lamps_of_all(office):
    category, tree = category_of(office), office.world.tree
    shares = {name: [0] * 11 + [100] for name in ("wide", "league", "old", "far")} | {"new": [100] * 12}
    make = ScheduleCurve.objects.create
    wide = make(category=category, shares=shares["wide"], source="全区")
    assert schedule_of(office.of).source == "全区"
    make(category=category, region=tree.far_banner, shares=shares["far"], source="外旗")
    make(category=category, region=tree.league, shares=shares["league"], source="盟", valid_to=office.of.year_id - 1)
    assert schedule_of(office.of).source == "全区"
    make(category=category, region=tree.league, valid_from=2020, shares=shares["old"], source="旧")
    money(office.of, "1000.00", "100.00", budget_lamp="red")
    light_budgets(office.year, 6)
    assert lamp(office) == ""  # nothing is expected before December
    make(category=category, region=tree.league, valid_from=2021, shares=shares["new"], source="新")
    assert schedule_of(office.of).source == "新"
    light_budgets(office.year, 6)
    assert lamp(office) == "red"
    make(of=office.of, shares=shares["wide"], source="本项目")
    assert schedule_of(office.of).own
    light_budgets(office.year, 6)
    assert (lamp(office), wide.valid_to) == ("", 9999)


def lamp(office: Office) -> str:
    return ProjectYear.objects.get(pk=office.of.pk).budget_lamp


def item(code: str = "D9", **values: Any) -> dict[str, Any]:
    form = {"code": code, "region": "", "valid_from": 2000, "valid_to": 9999, "part": "decision", "number": 99}
    form |= {"second_zh_hans": "项目立项", "second_mvf": "", "name_zh_hans": "立项", "name_mvf": "", "points": "5"}
    form |= {"formula": "", "ticks_zh": "有依据\n程序规范", "ticks_mn": "", "source": "10号", "is_current": "on"}
    return form | values


def test_an_item_is_kept_by_form_with_its_ticks_and_sums(office, system):
    add = to(FrameworkItem, "add")
    wrong = ({"ticks_zh": ""}, {"points": "-1"}, {"points": "61"}, {"ticks_zh": "一\n\n二"}, {"valid_to": 1999})
    for values in (*wrong, {"formula": "execution"}, {"ticks_mn": "a\nb\nc"}, {"code": "D1"}):
        assert errors(system.post(add, item(**values))), values
    answer = system.post(add, item(), follow=True)
    assert "25" in " ".join(map(str, answer.context["messages"]))
    row = FrameworkItem.objects.get(code="D9")
    assert list(row.ticks.order_by("number").values_list("number", "text_zh_hans")) == [(1, "有依据"), (2, "程序规范")]
    shown = system.get(to(FrameworkItem, "change", row.pk)).context["adminform"].form
    assert shown["ticks_zh"].value() == "有依据\n程序规范"
    system.post(to(FrameworkItem, "change", row.pk), item(ticks_zh="有依据", points="4"))
    assert row.ticks.count() == 1
    entries = Entry.objects.filter(event="performance.framework_saved").order_by("pk")
    assert entries.last().facts["changes"]["points"] == ["5.00", "4"]
    assert entries.last().facts["changes"]["ticks"] == [["有依据", "程序规范"], ["有依据"]]
    assert row.ticks.model.history.filter(item_id=row.pk).count() == 3
    assert FrameworkItem.history.filter(id=row.pk).count() == 2


def test_an_item_that_evaluations_were_made_by_keeps_its_meaning(office, system):
    office.reach()
    evaluation = office.evaluation("finance")
    used = evaluation.lines.filter(item__code="D1").get().item
    ticks = list(used.ticks.order_by("number").values_list("text_zh_hans", flat=True))
    same = item("D1", part=used.part, name_zh_hans=used.name_zh_hans, second_zh_hans=used.second_zh_hans)
    same |= {"points": used.points, "number": used.number, "ticks_zh": "\n".join(ticks), "source": used.source}
    change = to(FrameworkItem, "change", used.pk)
    for values in ({"points": "3"}, {"ticks_zh": "别的"}, {"name_zh_hans": "别的"}, {"part": "process"}):
        assert errors(system.post(change, same | values)), values
    assert system.post(change, same | {"valid_to": office.year.pk, "is_verified": "on"}).status_code == 302
    later = same | {"valid_from": office.year.pk + 1, "ticks_zh": "新要点", "points": "3"}
    assert system.post(to(FrameworkItem, "add"), later).status_code == 302
    assert {row.points for row in items_of(office.of.region, office.year.pk) if row.code == "D1"} == {D("4.00")}
    assert {row.points for row in items_of(office.of.region, office.year.pk + 1) if row.code == "D1"} == {D("3.00")}
    call_command("load_performance", "framework", verbosity=0)  # the shipped file leaves the newer one alone
    assert FrameworkItem.objects.filter(code="D1").count() == 2


def test_a_region_s_own_items_count_in_it_and_below_alone(office):
    tree, year = office.world.tree, office.year.pk
    everywhere = items_of(tree.banner, year)
    assert sums_of(everywhere) == {"decision": D(20), "process": D(20)}
    values = {"second_zh_hans": "项目立项", "name_zh_hans": "立项", "number": 1, "region": tree.league}
    admin = make_actor("system_admin", tree.root)
    for part in ("decision", "process"):
        own = FrameworkItem(code=part, part=part, points=D(10), **values)
        services.save_item(admin, own, [("有依据", "")])
    assert {row.code for row in items_of(tree.banner, year)} == {"decision", "process"}
    assert items_of(tree.far_banner, year) == everywhere
    evaluation = office.evaluation("finance")
    lines = evaluation.lines.filter(item__isnull=False)
    assert {(line.item.code, line.weight) for line in lines} == {("decision", D("20.00")), ("process", D("20.00"))}


def test_who_may_not(office, system):
    category, tree = category_of(office), office.world.tree
    row = ScheduleCurve(category=category, shares=[100] * 12, source="x")
    own = FrameworkItem(code="Z", part="decision", points=D(1), number=1, name="x", second="x")
    for role, node in (
        ("security_admin", tree.root),
        ("audit_admin", tree.root),
        ("region_officer", tree.root),
        ("banner_officer", tree.banner),
        ("unit_clerk", office.of.unit),
    ):
        actor = make_actor(role, node)
        for verb, given in (
            (services.save_schedule, (row,)),
            (services.drop_schedule, (row,)),
            (services.save_item, (own, [("x", "")])),
        ):
            with pytest.raises(NotAllowed):
                verb(actor, *given)
    assert not ScheduleCurve.objects.exists()
    ScheduleCurve.objects.create(of=office.of, shares=[100] * 12, source="本项目")
    reader = client_of("audit_admin", tree.root)
    for model in (ScheduleCurve, FrameworkItem):
        assert reader.get(to(model, "changelist")).status_code == 200
        assert reader.get(to(model, "add")).status_code == 403
        stranger = client_of("banner_officer", tree.banner)
        assert stranger.get(to(model, "changelist"), follow=True).status_code == 403
    own_row = ScheduleCurve.objects.get()
    assert (
        system.get(to(ScheduleCurve, "change", own_row.pk)).status_code == 302
    )  # a project's is no matter of this page
    with pytest.raises(RuleViolation):
        services.save_schedule(make_actor("system_admin", tree.root), own_row)
