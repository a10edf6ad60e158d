"""Users and posts that were written past the product open nothing, and honest changes keep their stamps."""

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from apps.accounts import services
from apps.accounts.actors import actor_of
from apps.accounts.models import Post, User
from apps.accounts.selectors import forged_rows
from apps.accounts.tests.factories import ACTOR, PASSWORD, UserFactory, make_post, sign_in
from imbudget.kit.actor import NOBODY
from imbudget.kit.errors import RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.covers("访问控制信息完整性", "E1")]


def forge(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def signs_in(user: User) -> bool:
    answer = Client().post(reverse("accounts:login"), {"username": user.username, "password": PASSWORD})
    return bool(answer.status_code == 302)


def test_a_user_whom_the_product_made_signs_in():
    assert signs_in(UserFactory())


@pytest.mark.parametrize(
    "change", ["is_superuser = true", "is_staff = true", "username = 'other'", "mac = ''", "mac = 'x:y'", "mac = 'é:é'"]
)
def test_a_forged_user_does_not_sign_in(change):
    user = UserFactory()
    forge(f"UPDATE accounts_user SET {change} WHERE id = %s", user.pk)  # noqa: S608 - fixed texts
    user.refresh_from_db()
    assert not signs_in(user)
    assert any(f"accounts_user {user.pk} " in problem for problem in forged_rows())


def test_an_account_switched_on_in_the_database_stays_off():
    user = UserFactory(gone=True)
    forge("UPDATE accounts_user SET is_active = true WHERE id = %s", user.pk)
    assert not signs_in(user)


def test_a_session_ends_for_a_forged_user(world):
    post = make_post("unit_clerk", world.unit)
    client = sign_in(Client(), post.user)
    assert client.get(reverse("dashboard:home")).status_code == 200
    forge("UPDATE accounts_user SET is_superuser = true WHERE id = %s", post.user_id)
    assert client.get(reverse("dashboard:home")).status_code == 302


def test_the_password_of_another_user_opens_nothing():
    mine, theirs = UserFactory(), UserFactory()
    forge("UPDATE accounts_user SET password = %s, mac = %s WHERE id = %s", mine.password, mine.mac, theirs.pk)
    theirs.refresh_from_db()
    assert not signs_in(theirs)


@pytest.mark.parametrize("change", ["role = 'unit_head'", "valid_from = valid_from - 5", "valid_to = '2999-01-01'"])
def test_a_forged_post_is_not_offered(world, change):
    post = make_post("unit_clerk", world.unit)
    forge(f"UPDATE accounts_post SET {change} WHERE id = %s", post.pk)  # noqa: S608 - fixed texts
    forged = Post.objects.with_nodes().select_related("user").get(pk=post.pk)
    assert actor_of(forged) == NOBODY
    answer = sign_in(Client(), post.user).get(reverse("dashboard:home"))
    assert answer.wsgi_request.posts == []
    assert any(f"accounts_post {post.pk} " in problem for problem in forged_rows())


def test_a_stamp_of_another_post_does_not_fit(world):
    one, other = make_post("unit_clerk", world.unit), make_post("unit_clerk", world.unit)
    forge("UPDATE accounts_post SET mac = %s WHERE id = %s", one.mac, other.pk)
    other.refresh_from_db()
    assert (one.is_genuine, other.is_genuine) == (True, False)


def test_a_forged_post_gets_no_rights_by_aligning(world):
    post = make_post("unit_clerk", world.unit)
    forge("UPDATE accounts_post SET role = 'unit_head' WHERE id = %s", post.pk)
    services.align_rights(ACTOR)
    assert not post.user.userobjectpermission_set.exists()


def test_an_honest_change_does_not_make_a_forged_row_genuine():
    user = UserFactory()
    forge("UPDATE accounts_user SET is_superuser = true WHERE id = %s", user.pk)
    user.refresh_from_db()
    services.remember_language(ACTOR, user, "mvf")  # nothing of it is stamped: it goes on, and stays forged
    for change in (lambda: services.set_active(ACTOR, user, False), user.save):
        with pytest.raises(RuleViolation):
            change()
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.refresh_from_db()
    assert not user.is_genuine


def test_honest_changes_stay_genuine(world):
    post = make_post("unit_clerk", world.unit)
    user = post.user
    stale = User.objects.get(pk=user.pk)
    services.set_active(ACTOR, user, False)
    stale.set_password(PASSWORD + "x")
    stale.save(update_fields=["password"])  # knows nothing of what was switched off meanwhile
    Post.objects.update(valid_from="2020-01-01")
    assert forged_rows() == []
    assert User.objects.get(pk=user.pk).is_active is False


def test_keys_are_replaced(world, settings):
    make_post("unit_clerk", world.unit)
    old = settings.INTEGRITY_KEYS
    settings.INTEGRITY_KEYS = {"new": b"\x09" * 32} | old
    assert forged_rows() == []
    call_command("rotate_keys", verbosity=0)
    settings.INTEGRITY_KEYS = {"new": b"\x09" * 32}
    assert forged_rows() == []
    assert services.stamp_anew() == 0
    settings.INTEGRITY_KEYS = old
    assert len(forged_rows()) > 1


def test_a_forged_row_stops_the_replacement_of_keys():
    user = UserFactory()
    forge("UPDATE accounts_user SET is_staff = true WHERE id = %s", user.pk)
    with pytest.raises(RuleViolation, match="verify_rights"):
        services.stamp_anew()


def test_the_command_names_what_it_finds(world, capsys):
    post = make_post("unit_clerk", world.unit)
    call_command("verify_rights")
    forge("INSERT INTO auth_group (id, name) VALUES (5, 'x')")
    forge("UPDATE accounts_post SET role = 'unit_head' WHERE id = %s", post.pk)
    with pytest.raises(CommandError, match="problems"):
        call_command("verify_rights")
    said = capsys.readouterr().err
    assert f"accounts_post {post.pk} " in said
    assert "auth_group 5" in said
