"""The tree of regions: put in place once, with its league, and never broken by writers at the same time."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from apps.regions import services
from apps.regions.credit_code import check_character, validate_credit_code
from apps.regions.models import Department, Region, Unit, UnitCodeChange
from apps.regions.tests.factories import ACTOR, Tree, UnitFactory, credit_code, make_region, make_tree
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(db: None) -> Tree:
    return make_tree()


def assert_tree_is_whole() -> None:
    """What nested sets promise: no number twice in a tree, children inside their parents, counts that fit."""
    rows = list(Region.objects.order_by("tree_id", "lft"))
    numbers = [(row.tree_id, number) for row in rows for number in (row.lft, row.rght)]
    assert len(set(numbers)) == len(numbers)
    for row in rows:
        below = [other for other in rows if other.tree_id == row.tree_id and row.lft < other.lft < row.rght]
        assert row.rght - row.lft == 2 * len(below) + 1
        if row.parent_id:
            parent = next(other for other in rows if other.pk == row.parent_id)
            assert parent.lft < row.lft < row.rght < parent.rght
            assert row.level == parent.level + 1


def put(code: str, **values):
    region = Region.objects.get(code=code)
    given = {"finance_code": region.finance_code, "name_zh_hans": region.name_zh_hans, "kind": region.kind}
    return services.put_region(ACTOR, code, given | {"parent": region.parent} | values, values.pop("tags", []))


def test_the_tree_of_the_tests_is_whole(tree: Tree):
    assert_tree_is_whole()
    assert [row.level for row in (tree.root, tree.league, tree.banner)] == [0, 1, 2]


def test_putting_the_same_region_again_changes_nothing(tree: Tree):
    history = Region.history.count()
    assert put("150102") == "same"
    assert Region.history.count() == history
    assert put("150102", name_zh_hans="新城") == "changed"


def test_every_node_knows_its_league(tree: Tree):
    leagues = dict(Region.objects.values_list("code", "league__code"))
    assert leagues == {
        "150000": "150000",
        "150100": "150100",
        "152200": "152200",
        "150102": "150100",
        "150121": "150100",
        "152221": "152200",
        "152223": "152200",
    }


def test_no_region_stands_below_a_banner(tree: Tree):
    with pytest.raises(RuleViolation, match="no region stands below"):
        make_region("150199", "开发区", "development_zone", tree.banner)
    zone = make_region("150199", "开发区", "development_zone", tree.league)
    assert (zone.level, zone.league_id) == (2, tree.league.pk)


def test_a_corrected_node_takes_the_new_league(tree: Tree):
    put("150102", parent=Region.objects.get(code="152200"))
    assert Region.objects.get(code="150102").league_id == tree.other_league.pk
    assert_tree_is_whole()


@pytest.mark.parametrize("code", ["150102", "150100"], ids=["units", "nodes below"])
def test_a_node_with_units_or_nodes_below_does_not_move(tree: Tree, code):
    UnitFactory(region=tree.banner)
    with pytest.raises(RuleViolation, match="reorganisation"):
        put(code, parent=Region.objects.get(code="152200"))
    assert Region.objects.get(code=code).league_id == tree.league.pk


@pytest.mark.parametrize(
    "values", [{"name_zh_hans": ""}, {"finance_code": "12"}, {"kind": "village"}, {"finance_code": "150121000"}]
)
def test_a_bad_region_is_refused(tree: Tree, values):
    with pytest.raises(ValidationError):
        put("150102", **values)
    assert Region.objects.get(code="150102").name_zh_hans == "新城区"


def test_a_node_is_never_put_below_itself(tree: Tree):
    with pytest.raises((ValidationError, RuleViolation, ValueError)):
        put("150100", parent=Region.objects.get(code="150102"))
    assert_tree_is_whole()


@pytest.mark.django_db(transaction=True)
def test_many_writers_at_once_leave_the_tree_whole():
    tree = make_tree()
    parents = [tree.league, tree.other_league, tree.league, tree.root] * 2
    works = [
        lambda number=number, parent=parent: make_region(f"1591{number:02d}", f"新{number}", "banner", parent)
        for number, parent in enumerate(parents)
    ]
    results = at_once(works)
    assert [result for result in results if isinstance(result, Exception)] == []
    assert Region.objects.count() == 15
    assert_tree_is_whole()


def test_who_changed_a_region_stands_in_its_history(tree: Tree):
    from apps.accounts.tests.factories import make_actor

    actor = make_actor("system_admin", tree.root)
    services.put_department(actor, tree.banner, "205", {"name_zh_hans": "教育局", "parent": None})
    newest = Department.history.latest("history_id")
    assert (newest.history_user_id, newest.history_change_reason) == (actor.user_id, "put_department")


def unit_values(tree: Tree, **values):
    department = Department.objects.get_or_create(region=tree.banner, code="118", name_zh_hans="财政局")[0]
    return {
        "code": "118001",
        "name_zh_hans": "新城区财政局",
        "region": tree.banner,
        "department": department,
        "nature": "administrative",
    } | values


def test_a_unit_is_known_by_its_credit_code_for_life(tree: Tree):
    assert services.put_unit(ACTOR, credit_code(1), unit_values(tree)) == "created"
    assert services.put_unit(ACTOR, credit_code(1), unit_values(tree)) == "same"
    assert services.put_unit(ACTOR, credit_code(1), unit_values(tree, code="118009")) == "changed"
    unit = Unit.objects.get()
    assert (unit.code, unit.league_id) == ("118009", tree.league.pk)
    assert UnitCodeChange.objects.get().old_code == "118001"


def test_an_import_does_not_move_a_unit_to_another_region(tree: Tree):
    services.put_unit(ACTOR, credit_code(1), unit_values(tree))
    with pytest.raises(RuleViolation, match="reorganisation"):
        services.put_unit(ACTOR, credit_code(1), unit_values(tree, region=tree.neighbour))


@pytest.mark.covers("E2", "存储机密性")
def test_the_telephone_lies_encrypted_and_out_of_history(tree: Tree):
    services.put_unit(ACTOR, credit_code(1), unit_values(tree, phone="0471-1234567"))
    assert Unit.objects.get().phone == "0471-1234567"
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM regions_unit")
        assert b"1234567" not in bytes(cursor.fetchone()[0])
    assert not hasattr(Unit.history.first(), "phone")


@pytest.mark.parametrize(
    "code",
    ["", "1", "11150000TT0000001", credit_code(1)[:-1] + "?", credit_code(1).lower(), " " + credit_code(1)[1:]],
)
def test_a_wrong_credit_code_is_refused(code):
    with pytest.raises(ValidationError):
        validate_credit_code(code)


def test_every_single_wrong_character_of_a_credit_code_is_noticed():
    good = "91350100M000100Y43"  # the standard's own example
    validate_credit_code(good)
    for place in range(17):
        other = "2" if good[place] != "2" else "3"
        with pytest.raises(ValidationError):
            validate_credit_code(good[:place] + other + good[place + 1 :])
    assert check_character(good[:17]) == "3"


def test_a_unit_counts_in_the_years_it_exists(tree: Tree):
    old = UnitFactory(region=tree.banner, valid_to=date(2025, 12, 31))
    now = UnitFactory(region=tree.banner)
    later = UnitFactory(region=tree.banner, not_yet=True)
    assert set(Unit.objects.valid_on(date(2025, 6, 1))) == {old, now}
    assert set(Unit.objects.valid_on(date(2027, 1, 1))) == {now}
    assert set(Unit.objects.valid_on(date(2099, 1, 1))) == {now, later}


@pytest.mark.parametrize("asked", ["新城", "150102", "１５０１０２"])
def test_a_region_is_found_by_part_of_its_name_or_code(tree: Tree, asked):
    from django.urls import reverse

    from apps.accounts.tests.factories import client_of

    page = client_of("region_officer", tree.root).get(reverse("regions:regions"), {"q": asked})
    assert [row["object"].code for row in page.context["rows"]] == ["150102"]
