"""Which modules a region has, who switches it on, and what a page that is not open yet says."""

import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.actors import actor_of, posts_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import ACTOR, client_of, make_actor, make_post, sign_in
from apps.evidence.models import Entry
from apps.regions import services
from apps.regions.models import RegionPhase, RolloutPhase
from apps.regions.modules import MODULES
from apps.regions.selectors import standings, words_of_closed
from apps.regions.tests.factories import Tree, UnitFactory, make_tree
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing import html
from imbudget.navigation import MENU, module_at

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LONG_AGO, SOON = TODAY - timedelta(days=100), TODAY + timedelta(days=10)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def pilot() -> RolloutPhase:
    return RolloutPhase.objects.create(number=1, name_zh_hans="试点", modules=["budget", "projects"])


@pytest.fixture
def whole() -> RolloutPhase:
    return RolloutPhase.objects.create(number=3, name_zh_hans="全覆盖", modules=list(MODULES))


def closed_at(region) -> set[str]:
    return set(make_actor("finance_leader", region).closed)


ALL = set(MODULES)
LESS = ALL - {"budget", "projects"}


def test_without_a_row_everything_is_open(tree, pilot):
    assert closed_at(tree.banner) == set()


def test_a_region_has_the_modules_of_its_phase_and_those_below_go_with_it(tree, pilot):
    services.switch_on(ACTOR, [tree.league], pilot, LONG_AGO)
    assert closed_at(tree.league) == closed_at(tree.banner) == closed_at(tree.neighbour) == LESS
    assert closed_at(tree.root) == closed_at(tree.far_banner) == set()
    unit = UnitFactory(region=tree.banner)
    assert make_actor("unit_clerk", unit).closed == LESS
    assert make_actor("department_reviewer", unit.department).closed == LESS


def test_the_nearest_region_with_rows_decides(tree, pilot, whole):
    services.switch_on(ACTOR, [tree.root], pilot, LONG_AGO)
    services.switch_on(ACTOR, [tree.league], whole, LONG_AGO)
    services.switch_on(ACTOR, [tree.banner], pilot, LONG_AGO)
    assert [closed_at(place) for place in (tree.root, tree.league, tree.banner, tree.neighbour, tree.far_banner)] == [
        LESS,
        set(),
        LESS,
        set(),
        LESS,
    ]


def test_before_its_own_day_a_region_waits_even_below_one_that_is_on(tree, whole):
    services.switch_on(ACTOR, [tree.league], whole, LONG_AGO)
    services.switch_on(ACTOR, [tree.banner], whole, SOON)
    assert closed_at(tree.banner) == ALL
    assert closed_at(tree.neighbour) == set()


@pytest.mark.parametrize(("since", "closed"), [(TODAY, set()), (TODAY + timedelta(days=1), ALL)])
def test_a_phase_begins_on_its_day(tree, whole, since, closed):
    services.switch_on(ACTOR, [tree.league], whole, since)
    assert closed_at(tree.league) == closed


def test_the_newest_row_that_has_begun_is_in_force(tree, pilot, whole):
    services.switch_on(ACTOR, [tree.league], pilot, LONG_AGO)
    services.switch_on(ACTOR, [tree.league], whole, SOON)
    assert closed_at(tree.league) == LESS
    RegionPhase.objects.filter(phase=whole).update(since=TODAY)
    assert closed_at(tree.league) == set()


def test_one_question_tells_the_same_of_all_regions(tree, pilot, whole):
    """The page of the roll-out and the gate go by two pieces of code: they may not tell different things."""
    services.switch_on(ACTOR, [tree.league, tree.banner], pilot, LONG_AGO)
    services.switch_on(ACTOR, [tree.league], whole, TODAY)
    services.switch_on(ACTOR, [tree.far_banner], whole, SOON)
    found = standings()
    for region in (tree.root, tree.league, tree.banner, tree.neighbour, tree.other_league, tree.far_banner):
        row = found[region.pk].on(TODAY) if region.pk in found else None
        expected = (ALL - set(row.phase.modules) if row else ALL) if region.pk in found else set()
        assert closed_at(region) == expected


def test_an_actor_costs_no_query_more_once_the_process_knows_the_rollout(tree, pilot):
    post = make_post("banner_officer", tree.banner)
    counts = []
    for switched in (False, True, True):
        if switched and not RegionPhase.objects.exists():
            services.switch_on(ACTOR, [tree.league], pilot, LONG_AGO)
        with CaptureQueriesContext(connection) as caught:
            (found,) = Post.objects.on().with_nodes().filter(user=post.user)
            found.user = post.user
            closed = actor_of(found).closed
        counts.append(len(caught))
        assert closed == (LESS if switched else set())
    assert counts == [2, 3, 2]  # the posts with their nodes, and the rights; once after each change the roll-out


def test_a_module_that_is_switched_is_switched_for_the_next_request(tree, pilot, whole):
    """Whoever has switched it: a process trusts what it remembers only while the rows themselves are the same."""
    officer = client_of("banner_officer", tree.banner)
    page, elsewhere = reverse("monitoring:alarms"), reverse("budget:sheets")
    for phase, since, expected in ((whole, LONG_AGO, 200), (pilot, TODAY, 403)):
        services.switch_on(ACTOR, [tree.banner], phase, since)
        assert officer.get(page).status_code == expected
        assert officer.get(elsewhere).status_code == 200
    for modules, expected in ((["monitoring"], 200), (["budget"], 403), (["monitoring", "budget"], 200)):
        RolloutPhase.objects.filter(pk=pilot.pk).update(modules=modules)  # by no service: nobody is told of it
        assert officer.get(page).status_code == expected, modules
    RegionPhase.objects.filter(phase=pilot).update(since=SOON)
    assert officer.get(page).status_code == 200  # the whole phase is in force again
    RegionPhase.objects.all().delete()
    RolloutPhase.objects.all().delete()
    assert officer.get(page).status_code == 200


def test_what_was_taken_back_by_its_transaction_was_never_switched(tree, whole):
    post = make_post("banner_officer", tree.banner)
    services.switch_on(ACTOR, [tree.banner], whole, LONG_AGO)
    for phase in ("甲", "乙"):
        point = transaction.savepoint()
        closing = RolloutPhase.objects.create(number=8, name_zh_hans=phase, modules=["budget"])
        services.switch_on(ACTOR, [tree.banner], closing, TODAY)
        assert actor_of(Post.objects.with_nodes().get(pk=post.pk)).closed == ALL - {"budget"}
        transaction.savepoint_rollback(point)
        assert actor_of(Post.objects.with_nodes().get(pk=post.pk)).closed == set()


def test_a_phase_begins_at_midnight_in_processes_that_run_on(tree, whole, monkeypatch):
    post = make_post("banner_officer", tree.banner)
    services.switch_on(ACTOR, [tree.banner], whole, SOON)
    (found,) = posts_of.rows(user=post.user_id, day=TODAY)
    assert actor_of(found).closed == ALL
    monkeypatch.setattr(timezone, "localdate", lambda *args: SOON)
    (found,) = posts_of.rows(user=post.user_id, day=SOON)
    assert actor_of(found).closed == set()


SENTENCES = [
    (
        [("whole", SOON)],
        f"“monitoring of payments” opens in 新城区 on {SOON}, with the phase “全覆盖” of the roll-out.",
    ),
    (
        [("pilot", LONG_AGO)],
        f"“monitoring of payments” is closed in 新城区: since {LONG_AGO} the region is in the phase “试点” of the"
        " roll-out, which does not open it, and no day is set for it yet.",
    ),
    ([("pilot", SOON)], "“monitoring of payments” is closed in 新城区: the region is not switched on yet."),
    (
        [("pilot", LONG_AGO), ("whole", SOON)],
        f"“monitoring of payments” opens in 新城区 on {SOON}, with the phase “全覆盖” of the roll-out.",
    ),
]


@pytest.mark.parametrize(("rows", "sentence"), SENTENCES)
def test_a_closed_page_says_when_it_opens(tree, pilot, whole, rows, sentence):
    for phase, since in rows:
        services.switch_on(ACTOR, [tree.banner], {"pilot": pilot, "whole": whole}[phase], since)
    actor = make_actor("finance_leader", tree.banner)
    assert "monitoring" in actor.closed
    assert words_of_closed(actor, "monitoring") == sentence


def test_pages_of_closed_modules_are_refused_and_not_in_the_menu(tree, pilot):
    officer = client_of("banner_officer", tree.banner)
    before = {item.href for group in officer.get("/").context["menu"] for item in group.items}
    services.switch_on(ACTOR, [tree.banner], pilot, LONG_AGO)
    after = {item.href for group in officer.get("/").context["menu"] for item in group.items}
    assert reverse("monitoring:alarms") in before - after
    assert {reverse("budget:sheets"), reverse("reports:published"), reverse("lowcode:inbox")} <= after
    for address in before - after:
        answer = officer.get(address)
        assert answer.status_code == 403
        assert "试点" in html.text(answer)
    for address in after:
        assert officer.get(address).status_code == 200, address
    assert officer.post(reverse("disbursement:request_new")).status_code == 403
    assert client_of("banner_officer", tree.far_banner).get(reverse("monitoring:alarms")).status_code == 200


def test_papers_of_a_closed_module_are_closed_with_it(tree, whole):
    whole.modules = ["ledger"]
    whole.save()
    services.switch_on(ACTOR, [tree.banner], whole, LONG_AGO)
    officer = client_of("banner_officer", tree.banner)
    for address in (reverse("reports:summary", args=["csv"]), reverse("reports:published")):
        answer = officer.get(address)
        assert answer.status_code == 403
        assert "全覆盖" in html.text(answer)


def test_two_regions_with_the_same_rights_have_menus_of_their_own(tree, pilot):
    services.switch_on(ACTOR, [tree.banner], pilot, LONG_AGO)
    menus = []
    for place in (tree.banner, tree.far_banner):
        page = client_of("banner_officer", place).get("/").content.decode()
        menus.append(re.findall(r'<nav class="side" id="menu".*?</nav>', page, re.DOTALL)[0])
    assert 'href="/monitoring/' not in menus[0]
    assert 'href="/monitoring/' in menus[1]


def test_every_module_has_pages_and_every_group_of_work_is_a_module():
    led_to = {module_at(name) for _label, items in MENU for _word, name, _grant, _icon in items}
    assert set(MODULES) - {"performance"} <= led_to
    assert led_to - set(MODULES) <= {
        "",
        "accounts",
        "dashboard",
        "lowcode",
        "desk",
        "regions",
        "evidence",
        "audit",
        "persons",
    }


def test_an_expert_is_told_why_the_desk_is_closed(tree, pilot):
    services.switch_on(ACTOR, [tree.banner], pilot, LONG_AGO)
    expert = client_of("expert", tree.banner)
    assert expert.get(reverse("review:desk")).status_code == 403
    assert expert.get("/").status_code == 200  # not sent in circles


def test_only_the_system_administrator_switches_on(tree, pilot):
    for role, place in (("region_officer", tree.root), ("security_admin", tree.root), ("banner_officer", tree.banner)):
        actor = make_actor(role, place)
        for verb, arguments in (
            (services.switch_on, ([tree.banner], pilot, TODAY)),
            (services.save_phase, (pilot,)),
            (services.put_phase, (4, {"name_zh_hans": "x"})),
        ):
            with pytest.raises(NotAllowed):
                verb(actor, *arguments)
    assert not RegionPhase.objects.exists()
    actor = make_actor("system_admin", tree.root)
    (row,) = services.switch_on(actor, [tree.banner], pilot, SOON, "内财办〔2026〕1号")
    assert row.league_id or RegionPhase.objects.get().league_id == tree.league.pk
    entry = Entry.objects.filter(event="regions.switched_on").latest("pk")
    assert entry.facts["region"] == tree.banner.code
    assert entry.facts["modules"] == ["budget", "projects"]
    with pytest.raises(NotAllowed):
        services.take_back_switch(make_actor("region_officer", tree.root), row)


def test_days_of_a_region_go_on_in_their_order(tree, pilot, whole):
    services.switch_on(ACTOR, [tree.banner], pilot, TODAY)
    for day in (TODAY, LONG_AGO):
        with pytest.raises(RuleViolation, match="begins after that day"):
            services.switch_on(ACTOR, [tree.neighbour, tree.banner], whole, day)
    assert RegionPhase.objects.count() == 1  # all or none


def test_what_is_to_come_is_taken_back_and_what_has_begun_is_not(tree, pilot, whole):
    (begun,) = services.switch_on(ACTOR, [tree.banner], pilot, TODAY)
    (coming,) = services.switch_on(ACTOR, [tree.banner], whole, SOON)
    services.take_back_switch(ACTOR, coming)
    with pytest.raises(RuleViolation, match="Let it enter another phase"):
        services.take_back_switch(ACTOR, begun)
    assert list(RegionPhase.objects.all()) == [begun]
    assert RegionPhase.history.filter(history_type="-").count() == 1


@pytest.mark.parametrize("modules", [["nothing"], ["budget", "budget"], "budget", {"budget": 1}, [["budget"]]])
def test_modules_are_known_ones(pilot, modules):
    pilot.modules = modules
    with pytest.raises(ValidationError):
        services.save_phase(ACTOR, pilot)


def test_the_phases_are_loaded_once():
    call_command("load_rollout", verbosity=0)
    assert list(RolloutPhase.objects.values_list("number", "name_zh_hans")) == [(1, "试点"), (2, "推广"), (3, "全覆盖")]
    before = RolloutPhase.history.count()
    call_command("load_rollout", verbosity=0)
    assert RolloutPhase.history.count() == before


@pytest.fixture
def system(tree) -> Client:
    post = make_post("system_admin", tree.root)
    return sign_in(Client(), post.user)


def test_the_administration_switches_on_all_that_are_planned(system, tree, pilot):
    tree.league.phase = 9
    for region, number in ((tree.banner, 1), (tree.neighbour, 1), (tree.far_banner, 2)):
        type(region).objects.filter(pk=region.pk).update(phase=number)
    type(tree.root).objects.filter(level__lt=2).update(phase=9)
    type(tree.root).objects.filter(pk=tree.farther_banner.pk).update(phase=2)
    form = {"phase": pilot.pk, "region": "", "planned": "on", "since": SOON.isoformat(), "basis": ""}
    address = reverse("admin:regions_regionphase_add")
    assert system.post(address, form | {"planned": ""}).status_code == 200  # neither a region nor all
    assert not RegionPhase.objects.exists()
    assert system.post(address, form).status_code == 302
    assert set(RegionPhase.objects.values_list("region", flat=True)) == {tree.banner.pk, tree.neighbour.pk}
    row = RegionPhase.objects.earliest("pk")
    change = reverse("admin:regions_regionphase_change", args=[row.pk])
    assert system.get(change).status_code == 200
    assert system.post(change, form | {"region": tree.far_banner.pk}).status_code == 403
    assert system.post(reverse("admin:regions_regionphase_delete", args=[row.pk]), {"post": "yes"}).status_code == 302
    assert RegionPhase.objects.count() == 1


def test_the_administration_keeps_phases(system, pilot):
    address = reverse("admin:regions_rolloutphase_change", args=[pilot.pk])
    form = {
        "number": "1",
        "name_zh_hans": "试点",
        "name_mvf": "",
        "starts_on": "2026-07-01",
        "modules": ["budget", "ledger"],
        "basis": "",
    }
    assert system.post(address, form).status_code == 302
    pilot.refresh_from_db()
    assert (pilot.modules, pilot.starts_on) == (["budget", "ledger"], date(2026, 7, 1))
    assert system.post(address, form | {"modules": ["nothing"]}).status_code == 200
    pilot.refresh_from_db()
    assert pilot.modules == ["budget", "ledger"]
