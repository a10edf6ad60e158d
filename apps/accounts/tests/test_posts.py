"""Posts: who may give them, who may hold what, and what they let their holder do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from guardian.models import UserObjectPermission

from apps.accounts import services
from apps.accounts.actors import actor_of
from apps.accounts.models import Post, User
from apps.accounts.roles import ROLES, codename
from apps.accounts.tests.factories import ACTOR, UserFactory, client_of, make_actor, make_post, sign_in
from apps.evidence.models import Entry
from apps.regions.models import Department
from apps.regions.tests.factories import DepartmentFactory, Tree, UnitFactory, make_tree
from imbudget.kit.actor import NOBODY, Reach
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing.threads import at_once

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = timedelta(days=1)
ADMINISTRATORS = [code for code, role in ROLES.items() if role.administrator]


@pytest.fixture
def tree(db: None) -> Tree:
    return make_tree()


def rows_of(user: User) -> set[str]:
    return set(UserObjectPermission.objects.filter(user=user).values_list("permission__codename", flat=True))


@pytest.mark.covers("B4")
@pytest.mark.parametrize("first", ADMINISTRATORS)
@pytest.mark.parametrize("second", ["region_officer", "auditor", *ADMINISTRATORS])
def test_an_administrator_holds_no_second_post(tree: Tree, first, second):
    user = make_post(first, tree.root).user
    with pytest.raises(NotAllowed, match="exactly one post"):
        make_post(second, tree.root, user)
    assert user.posts.count() == 1


@pytest.mark.parametrize("admin", ADMINISTRATORS)
def test_someone_at_work_does_not_become_administrator(tree: Tree, admin):
    user = make_post("banner_officer", tree.banner).user
    with pytest.raises(NotAllowed, match="exactly one post"):
        make_post(admin, tree.root, user)


def test_a_post_given_for_later_counts_for_the_separation(tree: Tree):
    user = make_post("system_admin", tree.root, valid_from=TODAY() + 30 * DAY).user
    with pytest.raises(NotAllowed, match="exactly one post"):
        make_post("auditor", tree.root, user)


def test_after_the_old_post_has_ended_a_new_one_may_begin(tree: Tree):
    user = make_post("system_admin", tree.root, valid_from=TODAY() - 9 * DAY, valid_to=TODAY() - DAY).user
    assert make_post("auditor", tree.root, user)


def test_business_posts_go_together(tree: Tree):
    user = make_post("banner_officer", tree.banner).user
    make_post("finance_leader", tree.banner, user)
    assert user.posts.count() == 2


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("banner_officer", "league"),
        ("league_officer", "banner"),
        ("region_officer", "league"),
        ("system_admin", "banner"),
        ("unit_clerk", "banner"),
        ("department_reviewer", "banner"),
    ],
)
def test_a_role_stands_at_its_own_kind_of_node_only(tree: Tree, role, place):
    with pytest.raises(NotAllowed, match="does not stand"):
        make_post(role, getattr(tree, place))


@pytest.mark.covers("B5")
def test_only_the_security_administrator_gives_posts_and_never_to_themselves(tree: Tree):
    security, user = make_actor("security_admin", tree.root), UserFactory()
    services.appoint(security, user, "banner_officer", tree.banner)
    for role, node in (("system_admin", tree.root), ("audit_admin", tree.root), ("region_officer", tree.root)):
        with pytest.raises(NotAllowed, match="Only the security administrator"):
            services.appoint(make_actor(role, node), UserFactory(), "auditor", tree.banner)
    with pytest.raises(NotAllowed, match="themselves"):
        services.appoint(security, User.objects.get(pk=security.user_id), "auditor", tree.root)


@pytest.mark.covers("B4")
@pytest.mark.django_db(transaction=True)
def test_two_appointments_at_once_do_not_join_what_must_be_apart():
    tree, user = make_tree(), UserFactory()
    roles = [("system_admin", tree.root), ("banner_officer", tree.banner), ("audit_admin", tree.root)]
    results = at_once([lambda pair=pair: services.appoint(ACTOR, user, *pair) for pair in roles])
    assert sum(isinstance(result, Post) for result in results) == 1
    assert all(isinstance(result, Post | NotAllowed) for result in results)
    assert user.posts.count() == 1


def test_giving_a_post_writes_its_rights_at_its_node_and_the_record(tree: Tree):
    user = make_post("banner_officer", tree.banner).user
    assert rows_of(user) == {grant.replace(".", "_") for grant in ROLES["banner_officer"].grants}
    assert set(UserObjectPermission.objects.values_list("object_pk", flat=True)) == {str(tree.banner.pk)}
    assert Entry.objects.get(event="accounts.post_given").facts["user"] == user.username


def test_ending_a_post_removes_its_rights_but_not_those_of_another_post(tree: Tree):
    officer = make_post("banner_officer", tree.banner, valid_from=TODAY() - 9 * DAY)
    make_post("auditor", tree.banner, officer.user)
    services.end_post(ACTOR, officer, TODAY() - DAY)
    assert rows_of(officer.user) == {
        "budget_see",
        "budget_export",
        "projects_see",
        "projects_export",
        "ledger_see",
        "ledger_export",
        "disbursement_see",
        "disbursement_export",
        "subsidy_see",
        "monitoring_see",
        "performance_see",
        "evidence_see",
        "review_see",
        "persons_inspect",
    }
    assert Entry.objects.filter(event="accounts.post_ended").count() == 1


def test_a_post_cannot_end_before_it_began(tree: Tree):
    post = make_post("banner_officer", tree.banner)
    with pytest.raises(RuleViolation, match="before it began"):
        services.end_post(ACTOR, post, TODAY() - DAY)


@pytest.mark.covers("B3")
@pytest.mark.parametrize(
    ("start", "end", "held"), [(0, 0, True), (0, None, True), (-5, 0, True), (-5, -1, False), (1, None, False)]
)
def test_a_post_counts_on_its_days_only(tree: Tree, start, end, held):
    dates = {"valid_from": TODAY() + start * DAY, "valid_to": None if end is None else TODAY() + end * DAY}
    post = make_post("banner_officer", tree.banner, **dates)
    assert (actor_of(post) != NOBODY) is held
    browser = sign_in(_client(), post.user)
    assert browser.get(reverse("budget:sheets")).status_code == (200 if held else 403)


def _client():
    from django.test import Client

    return Client()


@pytest.mark.covers("B3")
def test_a_user_switched_off_may_nothing(tree: Tree):
    post = make_post("banner_officer", tree.banner, UserFactory(gone=True))
    assert actor_of(post) == NOBODY


def test_rights_taken_from_the_table_are_gone_at_once(tree: Tree):
    post = make_post("banner_officer", tree.banner)
    UserObjectPermission.objects.filter(permission__codename="budget_accept").delete()
    actor = actor_of(post)
    assert not actor.can("budget.accept")
    assert actor.can("budget.see")


@pytest.mark.covers("B1", "B4")
def test_rights_added_to_the_table_beyond_the_role_are_worth_nothing(tree: Tree):
    from guardian.shortcuts import assign_perm

    post = make_post("auditor", tree.banner)
    assign_perm("budget_accept", post.user, tree.banner)
    assert not actor_of(post).can("budget.accept")


@pytest.mark.covers("B4")
def test_a_superuser_without_a_post_sees_nothing(tree: Tree):
    user = UserFactory(is_superuser=True, is_staff=True)
    browser = sign_in(_client(), user)
    assert browser.get(reverse("budget:sheets")).status_code == 403
    assert browser.get(reverse("admin:index")).status_code in {302, 403}


@pytest.mark.covers("B6")
@pytest.mark.parametrize(
    ("role", "place", "reach"),
    [
        ("region_officer", "root", Reach.EVERYTHING),
        ("league_officer", "league", Reach.LEAGUE),
        ("banner_officer", "banner", Reach.REGION),
        ("auditor", "league", Reach.LEAGUE),
        ("system_admin", "root", Reach.NOTHING),
    ],
)
def test_how_far_a_post_sees(tree: Tree, role, place, reach):
    actor = make_actor(role, getattr(tree, place))
    assert actor.reach == reach
    assert actor.region_id == getattr(tree, place).pk
    assert actor.address == "10.0.0.1"


def test_a_department_sees_the_units_of_its_divisions_too(tree: Tree):
    department = DepartmentFactory(region=tree.banner)
    division = Department.objects.create(region=tree.banner, parent=department, code="118001", name_zh_hans="二级")
    own, below = UnitFactory(region=tree.banner), UnitFactory(region=tree.banner, department=division)
    UnitFactory(region=tree.banner, department=DepartmentFactory(region=tree.banner, code="205"))
    assert make_actor("department_reviewer", department).unit_ids == (own.pk, below.pk)


def test_the_database_holds_a_post_at_one_node_and_its_dates_in_order(tree: Tree):
    post = make_post("banner_officer", tree.banner)
    unit = UnitFactory(region=tree.banner)
    with pytest.raises(IntegrityError, match="post_at_one_node"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(unit=unit)
    with pytest.raises(IntegrityError, match="post_dates_in_order"), transaction.atomic():
        Post.objects.filter(pk=post.pk).update(valid_to=post.valid_from - DAY)


def test_many_rights_are_written_as_few_are(tree: Tree):
    """And those that another post gave already stay as they are."""
    user, few, many = UserFactory(), *sorted(("auditor", "region_officer"), key=lambda role: len(ROLES[role].grants))
    services.appoint(ACTOR, user, few, tree.root)  # what is looked up once in a process is known from now on
    counts = []
    for role in (few, many):
        with CaptureQueriesContext(connection) as caught:
            services.appoint(ACTOR, UserFactory(), role, tree.root)
        counts.append(len(caught))
    assert len(ROLES[few].grants) < len(ROLES[many].grants)
    assert counts[0] == counts[1]
    services.give_rights(user, tree.root, {codename(grant) for grant in ROLES[many].grants})
    held = UserObjectPermission.objects.filter(user=user).values_list("permission__codename", flat=True)
    assert sorted(held) == sorted({codename(grant) for role in (few, many) for grant in ROLES[role].grants})


def test_a_right_that_does_not_exist_is_not_passed_over(tree: Tree):
    with pytest.raises(Permission.DoesNotExist, match="nothing"):
        services.give_rights(UserFactory(), tree.root, {"budget_see", "nothing"})


def test_the_home_page_opens_before_any_year_exists(tree: Tree):
    for role, node in (("banner_officer", tree.banner), ("unit_clerk", UnitFactory(region=tree.banner))):
        browser = client_of(role, node)
        assert browser.get("/").status_code == 200
        assert browser.get(reverse("budget:progress")).status_code == 200
        assert browser.post(reverse("budget:sheet_open")).status_code in {302, 403}
        assert browser.post(reverse("budget:compilation_open")).status_code == 403


def test_one_acts_in_one_post_and_switches_between_ones_own(tree: Tree):
    first = make_post("league_officer", tree.league)
    second = make_post("auditor", tree.league, first.user)
    browser = sign_in(_client(), first.user)
    assert browser.get(reverse("evidence:entries")).status_code == 403
    browser.post(reverse("accounts:switch"), {"post": second.pk})
    assert browser.get(reverse("evidence:entries")).status_code == 200
    assert Entry.objects.get(event="accounts.post_switched").subject_id == str(second.pk)
    assert browser.get(reverse("budget:import")).status_code == 403


@pytest.mark.parametrize("wanted", ["other", "", "x", "0"])
def test_nobody_switches_to_a_post_that_is_not_theirs(tree: Tree, wanted):
    other = make_post("region_officer", tree.root)
    browser = client_of("banner_officer", tree.banner)
    browser.post(reverse("accounts:switch"), {"post": other.pk if wanted == "other" else wanted})
    assert browser.get("/").context["actor"].role == "banner_officer"


def test_a_post_in_the_session_that_has_ended_falls_back(tree: Tree):
    first = make_post("league_officer", tree.league)
    second = make_post("finance_leader", tree.league, first.user)
    browser = sign_in(_client(), first.user, second)
    Post.objects.filter(pk=second.pk).update(valid_from=TODAY() - 9 * DAY, valid_to=TODAY() - DAY)
    assert browser.get("/").context["actor"].role == "league_officer"
