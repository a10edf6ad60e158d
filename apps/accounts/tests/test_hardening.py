"""Addresses that try many names, weak passwords, one session, and accounts that nobody uses."""

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings as django_settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.passwords import one_time_password
from apps.accounts.tests.factories import ACTOR, PASSWORD, UserFactory, client_of, make_post, sign_in
from apps.audit.models import Record
from apps.evidence.models import Entry
from apps.regions.tests.factories import make_tree
from imbudget import environment

pytestmark = pytest.mark.django_db
LOGIN = reverse("accounts:login")


def attempt(username: str, password: str = "wrong", address: str = "10.1.1.1") -> Any:  # noqa: S107
    return Client(REMOTE_ADDR=address).post(LOGIN, {"username": username, "password": password})


@pytest.mark.covers("A3")
def test_an_address_that_tries_many_names_is_slowed_and_not_locked(settings: Any) -> None:
    settings.ADDRESS_NAMES = 3
    user = UserFactory()
    for number in range(3):
        assert attempt(f"nobody{number}").status_code == 200
    slow = attempt(user.username, PASSWORD)
    assert slow.status_code == 429
    assert 0 < int(slow["Retry-After"]) <= 2
    assert attempt(user.username, PASSWORD, "10.1.1.2").status_code == 302
    assert Record.objects.filter(kind="accounts.address_slowed").count() == 1
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(seconds=5))
    assert attempt(user.username, PASSWORD).status_code == 302


@pytest.mark.covers("A3")
def test_one_name_typed_in_many_ways_is_counted_as_one() -> None:
    user = UserFactory(username="tuya")
    for variant in ("tuya", "TUYA", "Tuya", "ｔｕｙａ", "tuya "):
        attempt(variant)
    assert attempt("tuya", PASSWORD).status_code == 429
    services.unlock(ACTOR, user)
    assert attempt("tuya", PASSWORD).status_code == 302


@pytest.mark.covers("A3")
def test_a_name_that_nobody_has_costs_a_hash_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The time of the answer tells nothing: the password is hashed once, whether there is somebody or not."""
    from django.contrib.auth.hashers import MD5PasswordHasher

    hashed: list[str] = []
    encode = MD5PasswordHasher.encode

    def counted(self: Any, password: str, salt: str) -> str:
        hashed.append(password)
        return encode(self, password, salt)

    user, gone = UserFactory(), UserFactory(gone=True)
    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    for name in (user.username, gone.username, "nobody-at-all"):
        hashed.clear()
        attempt(name, "Wrong#Word77")
        assert hashed == ["Wrong#Word77"], name


WEAK = ["1qaz2wsx#EDC", "!QAZ2wsx3edc", "woaini1314!A", "Nmg@2024Nmg", "Nmg#Yusuan27", "Caizheng@2025", "P@ssw0rd2024"]
WEAK += ["Huhehaote#2023", "Zhang19850312!", "Baobao5201314!", "Test@Guest2020", "Qwe!asd@zxc1", "Neimenggu#168"]


@pytest.mark.covers("A2")
@pytest.mark.parametrize("password", WEAK)
def test_passwords_of_chinese_offices_are_refused(password: str) -> None:
    with pytest.raises(ValidationError):
        validate_password(password, UserFactory(username="bayar"))


@pytest.mark.covers("A2")
def test_ones_own_name_is_a_weak_piece() -> None:
    with pytest.raises(ValidationError):
        validate_password("Oyunchimeg@2024", UserFactory(name="Oyunchimeg"))


@pytest.mark.covers("A2")
def test_one_time_passwords_pass_their_own_rules() -> None:
    user = UserFactory()
    assert len({one_time_password(user) for _number in range(20)}) == 20


@pytest.mark.covers("身份鉴别")
def test_passwords_can_be_hashed_with_sm3(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [
        "apps.accounts.hashers.PBKDF2SM3PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    ]
    from hashlib import pbkdf2_hmac

    hashed = make_password(PASSWORD, salt="salt")
    algorithm, rounds, _salt, _hash = hashed.split("$")
    assert algorithm == "pbkdf2_sm3"
    assert check_password(PASSWORD, hashed)
    assert not check_password(PASSWORD + "x", hashed)
    assert int(rounds) >= 600_000
    assert pbkdf2_hmac("sm3", PASSWORD.encode(), b"salt", int(rounds))


@pytest.mark.covers("A4")
def test_one_session_where_the_setting_says_so(settings: Any) -> None:
    user, first = UserFactory(), Client()
    first.post(LOGIN, {"username": user.username, "password": PASSWORD})
    settings.ONE_SESSION = True
    second = Client()
    second.post(LOGIN, {"username": user.username, "password": PASSWORD})
    assert first.get("/").url == f"{LOGIN}?ended=elsewhere"
    assert second.get("/").status_code == 200


@pytest.mark.covers("A4", "G1")
@pytest.mark.parametrize("name", ["logout", "logout_everywhere"])
def test_signing_out_leaves_nothing_in_the_browser(name: str) -> None:
    browser = sign_in(Client(), UserFactory())
    assert browser.get("/")["Cache-Control"] == "no-store"
    answer = browser.post(reverse(f"accounts:{name}"))
    assert answer["Clear-Site-Data"] == '"cache", "storage"'
    assert browser.get("/").status_code == 302


@pytest.mark.covers("A4")
@pytest.mark.parametrize("value", ["4", "31", "0", "-1", "x", "１５", "1.5"])
def test_limits_of_sessions_stay_within_their_bounds(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("SESSION_IDLE_MINUTES", value)
    with pytest.raises(ImproperlyConfigured, match="from 5 to 30"):
        environment.number("SESSION_IDLE_MINUTES", 30, 5, 30)


# --- accounts to look at ----------------------------------------------------------------------------------

PAGE = reverse("accounts:accounts")


def named(client: Client, what: str) -> set[str]:
    return {row["object"].read("username") for row in client.get(PAGE, {"what": what}).context["rows"]}


@pytest.mark.covers("B3")
def test_unused_left_and_shared_accounts_are_reported() -> None:
    tree, now = make_tree(), timezone.now()
    system = client_of("system_admin", tree.root)
    long_ago = now - timedelta(days=django_settings.DORMANT_DAYS + 1)
    unused = make_post("auditor", tree.banner, UserFactory(last_login=long_ago)).user
    never = make_post("auditor", tree.banner, UserFactory(date_joined=long_ago)).user
    used = make_post("auditor", tree.banner, UserFactory(last_login=now, date_joined=long_ago)).user
    left = UserFactory(last_login=now)
    UserFactory(gone=True, last_login=long_ago)
    found = named(system, "unused")
    assert {unused.username, never.username} <= found
    assert not {used.username, left.username} & found
    assert left.username in named(system, "left")
    assert not {unused.username, used.username} & named(system, "left")
    for number in range(4):
        attempt(used.username, PASSWORD, f"10.2.2.{number}")
    assert named(system, "shared") == {used.username}
    assert named(client_of("audit_admin", tree.root), "shared") == {used.username}


@pytest.mark.covers("B3")
@pytest.mark.parametrize("role", ["security_admin", "auditor", "region_officer"])
def test_nobody_else_reads_the_report(role: str) -> None:
    assert client_of(role, make_tree().root).get(PAGE).status_code == 403


def test_the_report_asks_as_much_for_many_as_for_few() -> None:
    tree, now = make_tree(), timezone.now()
    system = client_of("system_admin", tree.root)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert system.get(PAGE, {"what": "unused"}).status_code == 200
        return len(found)

    for _number in range(2):
        make_post("auditor", tree.banner, UserFactory(last_login=now - timedelta(days=200)))
    queries()
    few = queries()
    for _number in range(8):
        make_post("auditor", tree.banner, UserFactory(last_login=now - timedelta(days=200)))
    assert queries() <= few


@pytest.mark.covers("B3")
def test_the_clock_switches_off_what_is_unused_where_the_setting_says_so(settings: Any) -> None:
    tree, long_ago = make_tree(), timezone.now() - timedelta(days=200)
    unused = make_post("auditor", tree.banner, UserFactory(last_login=long_ago)).user
    keeper = make_post("audit_admin", tree.root, UserFactory(last_login=long_ago)).user
    browser = sign_in(Client(), unused)
    assert services.switch_off_dormant() == 0
    settings.DORMANT_OFF_DAYS = 180
    assert services.switch_off_dormant() == 1
    assert not User.objects.get(pk=unused.pk).is_active
    assert User.objects.get(pk=keeper.pk).is_active
    assert browser.get("/").status_code == 302
    assert Entry.objects.filter(event="accounts.dormant_deactivated", subject_id=str(unused.pk)).exists()
    assert services.switch_off_dormant() == 0
