"""Commands for the operator of the server: the first administrators, lost passwords, rights."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from guardian.models import UserObjectPermission

from apps.accounts.models import Post, User
from apps.accounts.roles import ROLES
from apps.accounts.selectors import held_rights, wanted_rights
from apps.accounts.tests.factories import make_post
from apps.evidence.models import Entry
from apps.regions.tests.factories import make_tree

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.covers("A2", "B2", "B4")
def test_the_first_administrators_are_three_people_with_one_time_passwords() -> None:
    make_tree()
    shown = run("create_administrators").splitlines()
    for role, line in zip(("system_admin", "security_admin", "audit_admin"), shown, strict=False):
        user = User.objects.get(posts__role=role)
        assert user.check_password(line.split()[-1])
        assert user.must_change_password
        assert not user.is_superuser
    assert Entry.objects.filter(event="accounts.post_given").count() == 3


def test_administrators_are_made_once() -> None:
    make_tree()
    run("create_administrators", "--names", "sys01", "sec01", "aud01")
    with pytest.raises(CommandError, match="already"):
        run("create_administrators")
    assert User.objects.count() == 3


@pytest.mark.covers("B4")
def test_one_name_is_not_two_administrators() -> None:
    make_tree()
    with pytest.raises(CommandError, match="three different"):
        run("create_administrators", "--names", "same", "Same", "other")
    assert not User.objects.exists()


def test_administrators_need_a_region() -> None:
    with pytest.raises(CommandError, match="import_regions"):
        run("create_administrators")


def test_the_operator_resets_an_administrator() -> None:
    user = make_post("audit_admin", make_tree().root).user
    password = run("reset_password", user.username.upper()).split()[-1]
    user.refresh_from_db()
    assert user.check_password(password)
    assert Entry.objects.get(event="accounts.password_reset").actor_name == "reset_password"


def test_rights_are_aligned_with_posts() -> None:
    tree = make_tree()
    post = make_post("banner_officer", tree.banner)
    UserObjectPermission.objects.filter(user=post.user, permission__codename="budget_accept").delete()
    orphan = make_post("auditor", tree.league)
    Post.objects.filter(pk=orphan.pk).update(valid_from="2020-01-01", valid_to="2020-12-31")
    assert run("align_rights") == f"1 rights given, {len(ROLES['auditor'].grants)} withdrawn\n"
    assert held_rights() == wanted_rights()
    assert run("align_rights") == "0 rights given, 0 withdrawn\n"
    assert Entry.objects.filter(event="accounts.rights_aligned").count() == 1
