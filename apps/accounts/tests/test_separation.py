"""三员分立: three administrators are three people, held by the database; posts that pay money out take two persons."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.contrib import admin
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, OperationalError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.checks import no_superuser, second_factor_required
from apps.accounts.models import Factor, FactorLoss, Post, PostProposal, User
from apps.accounts.roles import ROLES
from apps.accounts.selectors import held_rights
from apps.accounts.tests.factories import ACTOR, PASSWORD, UserFactory, client_of, make_actor, make_post, sign_in
from apps.accounts.tests.test_second_factor import enrolled
from apps.evidence.models import Entry
from apps.regions.tests.factories import Tree, UnitFactory, make_tree
from imbudget.kit.adminbase import GrantedAdmin
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing.threads import at_once

ADMINISTRATORS = [code for code, role in ROLES.items() if role.administrator]
PAYING = [code for code, role in ROLES.items() if role.two_persons]
DAY = timedelta(days=1)


@pytest.fixture
def tree(db: None) -> Tree:
    return make_tree()


def write_post(user: User, role: str, region: Any, since: Any = None, until: Any = None) -> None:
    """A row that no service has looked at."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_post (user_id, role, region_id, valid_from, valid_to) VALUES (%s, %s, %s, %s, %s)",
            [user.pk, role, region.pk, since or timezone.localdate(), until],
        )


@pytest.mark.covers("B4")
@pytest.mark.parametrize("first", ADMINISTRATORS)
@pytest.mark.parametrize("second", ["auditor", "unit_clerk", *ADMINISTRATORS])
def test_the_database_gives_an_administrator_no_second_post(tree: Tree, first: str, second: str) -> None:
    user = make_post(first, tree.root).user
    with pytest.raises(IntegrityError, match="another post beside an administrator"):
        write_post(user, second, tree.root)
    other = make_post("auditor", tree.root).user
    with pytest.raises(IntegrityError, match="another post beside an administrator"):
        write_post(other, first, tree.root)


@pytest.mark.covers("B4")
def test_a_post_is_not_turned_into_an_administrators_nor_handed_to_one(tree: Tree) -> None:
    holder = make_post("auditor", tree.root).user
    second = make_post("finance_leader", tree.root, holder)
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=second.pk).update(role="audit_admin")
    keeper = make_post("security_admin", tree.root).user
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=second.pk).update(user=keeper)
    newcomer, today = UserFactory(), timezone.localdate()
    both = [Post(user=newcomer, role=role, region=tree.root, valid_from=today) for role in ADMINISTRATORS[:2]]
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.bulk_create(both)


def test_one_after_the_other_is_no_second_post(tree: Tree) -> None:
    today = timezone.localdate()
    user = UserFactory()
    write_post(user, "system_admin", tree.root, today - 9 * DAY, today - DAY)
    write_post(user, "auditor", tree.root)
    with pytest.raises(IntegrityError):
        Post.objects.filter(user=user, role="system_admin").update(valid_to=None)


def test_the_trigger_knows_the_roles() -> None:
    listed = import_module("apps.accounts.migrations.0011_separation").ADMINISTRATORS
    assert sorted(listed.replace("'", "").split(", ")) == sorted(ADMINISTRATORS)


@pytest.mark.covers("B4")
@pytest.mark.django_db(transaction=True)
def test_two_posts_written_at_once_do_not_pass_each_other() -> None:
    tree, user = make_tree(), UserFactory()
    works = [lambda role=role: write_post(user, role, tree.root) for role in ADMINISTRATORS]
    outcomes = at_once(works)
    assert sum(outcome is None for outcome in outcomes) == 1
    assert user.posts.count() == 1


@pytest.mark.covers("A1")
def test_a_name_that_somebody_bore_is_nobody_elses(tree: Tree) -> None:
    User.objects.filter(pk=UserFactory(username="Saran").pk).delete()
    for name in ("Saran", "saran", "ｓａｒａｎ"):
        with pytest.raises(IntegrityError, match="was somebody"), transaction.atomic():
            UserFactory(username=name)
    with pytest.raises(RuleViolation, match="somebody's before"):
        services.create_user(ACTOR, User(username="SARAN", name="x"))
    renamed = UserFactory(username="gerel")
    User.objects.filter(pk=renamed.pk).update(username="Gerel")
    User.objects.filter(pk=renamed.pk).update(username="gerelmaa")
    with pytest.raises(IntegrityError, match="was somebody"), transaction.atomic():
        UserFactory(username="gerel")


@pytest.mark.covers("A1")
@pytest.mark.parametrize("variant", ["BAYAR", "ｂａｙａｒ", "Ｂayar", "bayar "])
def test_however_a_name_is_typed_it_is_one_name(tree: Tree, variant: str) -> None:
    user = UserFactory(username="Bayar")
    if variant.strip() == variant:
        with pytest.raises(IntegrityError, match="username_once"), transaction.atomic():
            UserFactory(username=variant)
    browser = Client()
    assert browser.post(reverse("accounts:login"), {"username": variant, "password": PASSWORD}).status_code == 302
    assert browser.session["_auth_user_id"] == str(user.pk)


# --- two persons ------------------------------------------------------------------------------------------


def node_of(role: str, tree: Tree) -> Any:
    return UnitFactory(region=tree.banner) if ROLES[role].node == "unit" else tree.banner


@pytest.mark.covers("B5")
def test_posts_that_pay_money_out_take_two_persons() -> None:
    assert set(PAYING) == {"unit_head", "treasury_clerk", "treasury_officer"}


@pytest.mark.covers("B5")
@pytest.mark.parametrize("role", PAYING)
def test_one_person_gives_no_post_that_pays(tree: Tree, role: str) -> None:
    security, node = make_actor("security_admin", tree.root), node_of(role, tree)
    with pytest.raises(NotAllowed, match="takes two persons"):
        services.appoint(security, UserFactory(), role, node)
    user = UserFactory()
    proposal = services.propose_post(security, user, role, node)
    assert not user.posts.exists()
    for nobody in (security, make_actor("system_admin", tree.root), make_actor("region_officer", tree.root)):
        with pytest.raises(NotAllowed):
            services.confirm_post(nobody, proposal)
    post = services.confirm_post(make_actor("security_admin", tree.root), proposal)
    assert (post.user, post.role, post.node) == (user, role, node)
    assert {right[0] for right in held_rights()} >= {user.pk}
    assert PostProposal.objects.get().post == post
    events = Entry.objects.filter(facts__user=user.username).order_by("pk").values_list("event", flat=True)
    assert list(events) == ["accounts.post_proposed", "accounts.post_given", "accounts.post_proposal_decided"]


@pytest.mark.covers("B5")
def test_the_audit_administrator_is_a_second_person_too(tree: Tree) -> None:
    proposal = services.propose_post(
        make_actor("security_admin", tree.root), UserFactory(), "treasury_clerk", tree.banner
    )
    audit = make_actor("audit_admin", tree.root)
    with pytest.raises(NotAllowed):
        services.propose_post(audit, UserFactory(), "treasury_clerk", tree.banner)
    assert services.confirm_post(audit, proposal)


@pytest.mark.covers("B5")
def test_nobody_grants_to_themselves(tree: Tree) -> None:
    one, other = make_actor("security_admin", tree.root), make_actor("security_admin", tree.root)
    with pytest.raises(NotAllowed, match="themselves"):
        services.propose_post(one, User.objects.get(pk=one.user_id), "treasury_clerk", tree.banner)
    Post.objects.filter(user=other.user_id).delete()
    proposal = services.propose_post(one, User.objects.get(pk=other.user_id), "treasury_clerk", tree.banner)
    with pytest.raises(NotAllowed, match="themselves"):
        services.confirm_post(other, proposal)
    for pk in (one.user_id, other.user_id):  # whoever writes past the services
        with pytest.raises(IntegrityError), transaction.atomic():
            PostProposal.objects.filter(pk=proposal.pk).update(
                state="confirmed", decided_by=pk, decided_at=timezone.now()
            )


def test_a_proposal_is_decided_once(tree: Tree) -> None:
    one, other = make_actor("security_admin", tree.root), make_actor("security_admin", tree.root)
    proposal = services.propose_post(one, UserFactory(), "treasury_clerk", tree.banner)
    same = PostProposal.objects.get(pk=proposal.pk)
    services.refuse_post(other, proposal)
    for act, actor in ((services.confirm_post, other), (services.withdraw_post, one)):
        with pytest.raises(RuleViolation, match="moved this on"):
            act(actor, PostProposal.objects.get(pk=same.pk))
    again = services.propose_post(one, UserFactory(), "treasury_clerk", tree.banner)
    with pytest.raises(NotAllowed):
        services.withdraw_post(other, again)
    services.withdraw_post(one, again)
    assert not Post.objects.filter(role="treasury_clerk").exists()


def test_a_right_begins_on_the_day_it_is_confirmed(tree: Tree) -> None:
    one, other = make_actor("security_admin", tree.root), make_actor("security_admin", tree.root)
    today = timezone.localdate()
    proposal = services.propose_post(one, UserFactory(), "treasury_clerk", tree.banner, today - 30 * DAY)
    assert services.confirm_post(other, proposal).valid_from == today


def test_a_paying_post_is_shortened_by_one_person_and_stretched_by_nobody(tree: Tree) -> None:
    today = timezone.localdate()
    post = make_post("treasury_officer", tree.banner, valid_to=today + 30 * DAY)
    security = make_actor("security_admin", tree.root)
    services.end_post(security, post, today + 9 * DAY)
    with pytest.raises(NotAllowed, match="takes two persons"):
        services.end_post(security, post, today + 60 * DAY)


def test_the_list_of_proposals_confirms_and_refuses(tree: Tree) -> None:
    one, audit = client_of("security_admin", tree.root), client_of("audit_admin", tree.root)
    user, other = UserFactory(), UserFactory()
    add, listed = (reverse(f"admin:accounts_postproposal_{name}") for name in ("add", "changelist"))
    form = {"role": "treasury_clerk", "region": tree.banner.pk, "valid_from": timezone.localdate().isoformat()}
    for person in (user, other):
        assert one.post(add, form | {"user": person.pk}).status_code == 302
    first, second = PostProposal.objects.order_by("pk")
    act = {"action": "confirm", "_selected_action": [first.pk]}
    one.post(listed, act)
    assert PostProposal.objects.get(pk=first.pk).state == "waiting", "whoever proposed does not confirm"
    audit.post(listed, act)
    audit.post(listed, {"action": "refuse", "_selected_action": [second.pk]})
    assert Post.objects.filter(user=user, role="treasury_clerk").count() == 1
    assert not other.posts.exists()
    shown = one.post(reverse("admin:accounts_post_add"), form | {"user": other.pk})
    assert shown.status_code == 200
    assert not other.posts.exists()
    assert client_of("system_admin", tree.root).get(listed).status_code == 403


# --- loss of the second factor ----------------------------------------------------------------------------


@pytest.mark.covers("A6")
def test_a_lost_factor_takes_two_administrators(tree: Tree) -> None:
    user, _secret = enrolled()
    system, security = make_actor("system_admin", tree.root), make_actor("security_admin", tree.root)
    browser = sign_in(Client(), user)
    with pytest.raises(NotAllowed):
        services.report_loss(security, user, "x")
    loss = services.report_loss(system, user, "Telephone stolen; recognised by identity card")
    with pytest.raises(RuleViolation, match="already"):
        services.report_loss(system, user, "again")
    for nobody in (system, make_actor("audit_admin", tree.root)):
        with pytest.raises(NotAllowed):
            services.reset_lost(nobody, loss)
    services.reset_lost(security, loss)
    assert not services.kinds_of(user)
    assert browser.get("/").status_code == 302
    assert Factor.objects.filter(user=user).exists(), "what was taken away stays to be read"
    assert FactorLoss.objects.get().state == "confirmed"


def test_nobody_resets_their_own_factor(tree: Tree) -> None:
    system, security = make_actor("system_admin", tree.root), make_actor("security_admin", tree.root)
    own, keeper = User.objects.get(pk=system.user_id), User.objects.get(pk=security.user_id)
    enrolled(own), enrolled(keeper)
    with pytest.raises(NotAllowed, match="another system administrator"):
        services.report_loss(system, own, "mine")
    loss = services.report_loss(system, keeper, "hers")
    with pytest.raises(NotAllowed, match="second person"):
        services.reset_lost(security, loss)
    call_command("reset_factor", keeper.username)
    assert not services.kinds_of(keeper)
    with pytest.raises(NotAllowed):
        services.reset_factor(security, own)


# --- the administration -----------------------------------------------------------------------------------

SECURITYS = {
    "post",
    "postproposal",
    "datakey",
    "keydestruction",
    "factor",
    "factorloss",
    "user",
    "region",
    "department",
    "unit",
    "peer",
}
NOT_SYSTEMS = {"post", "postproposal", "factor", "keydestruction"}


@pytest.mark.covers("B4")
@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_each_administrator_sees_their_own_apps_only(tree: Tree, role: str) -> None:
    """Over every address of every model of the administration, for reading and for writing."""
    client = client_of(role, tree.root)
    for model, model_admin in admin.site._registry.items():
        name = model._meta.model_name
        logs = getattr(model_admin, "view_grants", None) == frozenset({"audit.administer"})
        may = (
            isinstance(model_admin, GrantedAdmin)
            and {
                "audit_admin": True,
                "security_admin": name in SECURITYS,
                "system_admin": name not in NOT_SYSTEMS and not logs,
            }[role]
        )
        opened = client.get(reverse(f"admin:{model._meta.app_label}_{name}_changelist")).status_code
        assert (opened == 200) is may, (role, name, opened)
        for pattern in model_admin.get_urls():
            if may or not pattern.name:
                continue
            converters = getattr(pattern.pattern, "converters", {})
            args = [] if converters else ["1"] * pattern.pattern.regex.groups
            address = reverse(f"admin:{pattern.name}", args=args, kwargs=dict.fromkeys(converters, "1"))
            for answer in (client.get(address), client.post(address, {})):
                assert answer.status_code in {302, 403, 404, 405}, (role, address)
                assert answer.status_code != 302 or "/admin/" in answer.url, (role, address)


@pytest.mark.covers("B4")
def test_there_is_no_superuser(db: None) -> None:
    assert no_superuser(None, databases=["default"]) == []
    assert no_superuser(None) == []
    with pytest.raises(CommandError, match="no superuser"):
        call_command("createsuperuser", username="root", name="x", interactive=False)
    UserFactory(is_superuser=True)
    assert [found.id for found in no_superuser(None, databases=["default"])] == ["accounts.E001"]
    assert "accounts.E001" in {found.id for found in run_checks(include_deployment_checks=True)}


@pytest.mark.covers("B2")
def test_no_account_bears_a_name_that_everybody_tries(db: None) -> None:
    UserFactory(username="ＡDMIN")
    UserFactory(username="root", is_active=False)
    found = no_superuser(None)
    assert [problem.id for problem in found] == ["accounts.E003"]
    assert "ＡDMIN" in found[0].msg
    assert "root" not in found[0].msg


def test_a_database_that_cannot_be_asked_is_told_and_not_called_sound(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(User.objects, "filter", gone)
    assert [found.id for found in no_superuser(None)] == ["accounts.I001"]


@pytest.mark.covers("A6")
@pytest.mark.parametrize(
    ("mode", "found"), [("required", []), ("optional", ["accounts.E002"]), ("off", ["accounts.E002"])]
)
def test_production_requires_the_second_factor(settings: Any, mode: str, found: list[str]) -> None:
    settings.SECOND_FACTOR = mode
    assert [each.id for each in second_factor_required(None)] == found
