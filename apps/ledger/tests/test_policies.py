"""Who may do what in the ledger, and who may not."""

from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.roles import ROLES
from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import make_world
from apps.ledger import policies, services
from apps.ledger.models import Account, Authority, Books, DocumentKind, PostingRule
from apps.ledger.services import chart
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import SYSTEM, head, issue, make_document, make_pool, post
from imbudget.kit.actor import NOBODY
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing.upon import kept_upon

D = Decimal


@kept_upon(make_world)
def make_people(world):
    """Holders of posts around the banner's unit."""
    tree = world.tree
    return {
        "clerk": make_actor("unit_clerk", world.unit),
        "head": make_actor("unit_head", world.unit),
        "neighbour": make_actor("unit_head", world.neighbour_unit),
        "department": make_actor("department_reviewer", world.unit.department),
        "officer": make_actor("banner_officer", tree.banner),
        "other_officer": make_actor("banner_officer", tree.neighbour),
        "league_officer": make_actor("league_officer", tree.league),
        "region_officer": make_actor("region_officer", tree.root),
        "leader": make_actor("finance_leader", tree.banner),
        "auditor": make_actor("auditor", tree.banner),
        "admin": make_actor("system_admin", tree.root),
        "nobody": NOBODY,
        "system": SYSTEM,
    }


@pytest.fixture
def people(world):
    return make_people(world)


def allowed(people, policy):
    return {name for name, actor in people.items() if policy(actor)}


def test_who_draws_up_documents(world, people):
    banner, unit = world.tree.banner, world.unit.pk
    for kind in DocumentKind:
        assert allowed(people, lambda a, k=kind: policies.may_draw_up(a, banner, k)) == {"officer", "system"}
    ask = lambda kind: allowed(people, lambda a: policies.may_draw_up(a, banner, kind, unit))  # noqa: E731
    assert ask(DocumentKind.REALLOCATION) == {"clerk", "head", "officer", "system"}
    assert ask(DocumentKind.SUPPLEMENT) == {"officer", "system"}


def test_who_changes_a_document(world, people):
    offices = services.draw_up(people["officer"], world.tree.banner, 2027, DocumentKind.CUT, head())
    units = services.draw_up(people["clerk"], world.tree.banner, 2027, DocumentKind.REALLOCATION, head(), world.unit.pk)
    for policy in (policies.may_edit, policies.may_submit, policies.may_abandon):
        assert allowed(people, lambda a, p=policy: p(a, offices)) == {"officer", "system"}
        assert allowed(people, lambda a, p=policy: p(a, units)) == {"clerk", "head"}
    assert allowed(people, lambda a: policies.may_withdraw(a, units)) == set()
    for stranger in ("neighbour", "other_officer", "league_officer", "leader"):
        with pytest.raises(NotAllowed):
            services.draw_up(people[stranger], world.tree.banner, 2027, DocumentKind.REVENUE, head())
        for act in (services.submit_document, services.abandon_document, services.withdraw_document):
            with pytest.raises(NotAllowed):
                act(people[stranger], offices)
        with pytest.raises(NotAllowed):
            services.save_document(people[stranger], offices, 1, {}, [])


def test_who_uses_authority(world, people):
    authority = issue(world, make_pool(world), "100.00")
    assert allowed(people, lambda a: policies.may_use(a, authority)) == {"clerk", "head", "system"}
    pool = Authority.objects.get(state="unallocated")
    assert allowed(people, lambda a: policies.may_use(a, pool)) == {"system"}


def test_who_opens_and_closes_books(world, people):
    assert allowed(people, lambda a: policies.may_open_books(a, world.tree.banner)) == {"officer", "system"}
    books = services.open_books(people["officer"], world.tree.banner, 2027)
    assert allowed(people, lambda a: policies.may_close_books(a, books)) == {"officer", "system"}
    with pytest.raises(NotAllowed):
        services.open_books(people["league_officer"], world.tree.banner, 2028)
    with pytest.raises(NotAllowed):
        services.close_books(people["leader"], books)
    services.close_books(people["officer"], books)
    assert allowed(people, lambda a: policies.may_close_books(a, Books.objects.get())) == set()
    with pytest.raises(RuleViolation):
        services.open_books(SYSTEM, world.tree.banner, 2035)


def test_who_keeps_the_chart(people):
    assert allowed(people, policies.may_keep_chart) == {"admin", "system"}
    call_command("load_ledger_chart", verbosity=0)
    account, rule = Account.objects.get(role="executable"), PostingRule.objects.get(event="paid")
    for act in (
        lambda: chart.put_account(people["officer"], "executable", {"code": "9999"}),
        lambda: chart.put_rule(people["officer"], "paid", "1101", "2101", {}),
        lambda: chart.save_row(people["officer"], account),
    ):
        with pytest.raises(NotAllowed):
            act()
    account.code = "2302"
    chart.save_row(people["admin"], account)
    assert Account.objects.get(role="executable").code == "2302"
    with pytest.raises(RuleViolation):
        chart.put_rule(SYSTEM, "paid", "0000", "2101", {})
    assert chart.put_rule(SYSTEM, "paid", rule.debit.code, rule.credit.code, {}) == "same"


def test_who_sees_authority_and_postings(world, people):
    authority = issue(world, make_pool(world), "100.00")
    see = {
        name: set(Authority.objects.visible_to(actor).values_list("state", flat=True)) for name, actor in people.items()
    }
    assert see["clerk"] == see["head"] == {"executable"}
    assert (
        see["officer"]
        == see["leader"]
        == see["league_officer"]
        == see["region_officer"]
        == {"executable", "unallocated"}
    )
    assert see["neighbour"] == see["other_officer"] == see["nobody"] == set()
    assert set(Authority.objects.visible_to(people["clerk"])) == {authority}
    may = allowed(people, policies.may_see_ledger)
    assert may >= {"clerk", "officer", "auditor", "leader"}
    assert not may & {"admin", "nobody"}
    assert {"ledger.keep", "ledger.close"} <= ROLES["banner_officer"].grants


def test_without_a_chart_nothing_is_posted(world):
    services.open_books(SYSTEM, world.tree.banner, 2027)
    document = make_document(
        world.tree.banner, DocumentKind.REVENUE, [LineInput(D(1), elements={"fund": world.codes.fund})]
    )
    with pytest.raises(RuleViolation, match="chart of accounts is not complete"):
        post(document)
    assert not Authority.objects.exists()


def test_the_chart_is_loaded_once_and_refuses_bad_rows(db, tmp_path, capsys):
    for _time in range(2):
        call_command("load_ledger_chart")
    assert capsys.readouterr().out.splitlines()[-2:] == ["accounts.csv: same 9", "rules.csv: same 18"]
    file = tmp_path / "rules.csv"
    for row in ("paid,0000,2101", "flying,1101,2101"):
        file.write_text(f"event,debit,credit,verified,source\n{row},no,\n", encoding="utf-8")
        with pytest.raises(CommandError):
            call_command("load_ledger_chart", str(file), table="rules")
    assert PostingRule.objects.count() == 18
