"""The second factor: nothing opens before it, a code is good once, wrong ones lock, recovery codes are good once."""

import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import factors, services
from apps.accounts.models import Attempts, Factor, RecoveryCode, User
from apps.accounts.tests.factories import ACTOR, PASSWORD, UserFactory, make_post, sign_in
from apps.audit.models import Record
from apps.evidence.models import Entry
from apps.regions.tests.factories import make_tree
from imbudget.kit.errors import RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A6")]
LOGIN, ASKED, ADD = (reverse(f"accounts:{name}") for name in ("login", "second_factor", "app_add"))


def enrolled(user: User | None = None) -> tuple[User, str]:
    """A user with an authenticator app, whose last code was one of an hour ago."""
    user = user or UserFactory()
    factor = Factor.objects.create(
        user=user,
        kind="totp",
        secret=factors.new_secret(),
        confirmed_at=timezone.now(),
        counter=int(time.time()) // 30 - 120,
    )
    return user, factor.secret


def code_now(secret: str, steps: int = 0) -> str:
    return factors.code_at(secret, int(time.time()) // 30 + steps)


def signed_in_by_password(user: User) -> Client:
    browser = Client()
    browser.post(LOGIN, {"username": user.username, "password": PASSWORD})
    return browser


@pytest.mark.parametrize(
    ("moment", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(moment: int, code: str) -> None:
    """Appendix B, SHA-1; it shows eight digits of which ours are the last six."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert factors.code_at(secret, moment // 30) == code[2:]


def test_with_a_second_factor_the_password_alone_opens_nothing() -> None:
    user, secret = enrolled()
    browser = signed_in_by_password(user)
    for address in ("/", reverse("budget:sheets"), reverse("accounts:security"), ADD, reverse("admin:index")):
        assert browser.get(address).url.startswith(ASKED), address
    assert not Entry.objects.filter(event="accounts.signed_in").exists()
    assert browser.get(ASKED).status_code == 200
    answer = browser.post(ASKED, {"proof-code": code_now(secret), "next": reverse("accounts:security")})
    assert answer.url == reverse("accounts:security")
    assert browser.get("/").status_code == 200
    assert Entry.objects.filter(event="accounts.signed_in", actor_id=str(user.pk)).count() == 1


def test_a_new_session_key_follows_the_second_factor() -> None:
    user, secret = enrolled()
    browser = signed_in_by_password(user)
    before = browser.session.session_key
    browser.post(ASKED, {"proof-code": code_now(secret)})
    assert browser.session.session_key != before
    stolen = Client()
    stolen.cookies["sessionid"] = before
    assert stolen.get("/").status_code == 302


def test_a_code_is_good_once_and_older_ones_not_at_all() -> None:
    user, secret = enrolled()
    code = code_now(secret)
    assert services.check_code(ACTOR, user, code)
    assert not services.check_code(ACTOR, user, code)
    assert not services.check_code(ACTOR, user, code_now(secret, -1))
    assert not services.check_code(ACTOR, user, code_now(secret, 5))


def test_five_wrong_codes_lock_even_for_the_right_one() -> None:
    user, secret = enrolled()
    browser = signed_in_by_password(user)
    for _number in range(5):
        assert browser.post(ASKED, {"proof-code": "000000"}).status_code == 422
    locked = browser.post(ASKED, {"proof-code": code_now(secret)})
    assert locked.status_code == 422
    assert services.is_locked(user)
    records = Record.objects.filter(kind="accounts.factor_refused").order_by("pk")
    assert [record.facts["locked"] for record in records] == [False] * 4 + [True]
    Attempts.objects.update(locked_until=timezone.now())
    assert services.check_code(ACTOR, user, code_now(secret))


def test_a_recovery_code_is_good_once_and_kept_as_a_hash() -> None:
    user, _secret = enrolled()
    codes = services.new_recovery_codes(ACTOR, user)
    assert len(set(codes)) == 8
    kept = b"".join(bytes(row.digest) for row in RecoveryCode.objects.all())
    assert not any(factors.typed(code).encode() in kept for code in codes)
    assert services.check_code(ACTOR, user, codes[0].upper().replace("-", " "))
    assert not services.check_code(ACTOR, user, codes[0])
    assert not services.check_code(ACTOR, enrolled()[0], codes[1])
    newer = services.new_recovery_codes(ACTOR, user)
    assert not services.check_code(ACTOR, user, codes[1])
    assert services.check_code(ACTOR, user, newer[1])


def test_the_key_lies_encrypted() -> None:
    user, secret = enrolled()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM accounts_factor WHERE user_id = %s", [user.pk])
        stored = bytes(cursor.fetchone()[0])
    assert stored
    assert secret.encode() not in stored


def test_where_it_is_required_nothing_opens_before_one_is_added(settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    user = UserFactory()
    make_post("banner_officer", make_tree().banner, user)
    browser = signed_in_by_password(user)
    for address in ("/", reverse("budget:sheets"), reverse("accounts:security"), reverse("admin:index")):
        assert browser.get(address).url == ADD, address
    page = browser.get(ADD)
    key = page.context["sealed"]
    secret = services.opened_key(user, key)
    assert factors.spelled(secret) in page.content.decode()
    wrong = browser.post(ADD, {"code": "000000", "key": key})
    assert (wrong.status_code, wrong.context["sealed"]) == (422, key)
    shown = browser.post(ADD, {"code": code_now(secret), "key": key})
    assert len(shown.context["codes"]) == 8
    assert browser.get("/").status_code == 200
    again = signed_in_by_password(user)
    assert again.get("/").url.startswith(ASKED)


def test_a_session_from_before_the_setting_is_asked_too(settings: Any) -> None:
    user, _secret = enrolled()
    browser = sign_in(Client(), user)
    assert browser.get("/").status_code == 200
    settings.SECOND_FACTOR = "required"
    assert browser.get("/").url.startswith(ASKED)


def test_a_first_password_is_changed_before_a_first_factor_is_added(settings: Any) -> None:
    settings.SECOND_FACTOR = "required"
    browser = signed_in_by_password(UserFactory(newcomer=True))
    assert browser.get("/").url == reverse("accounts:password")
    new = "Shamo&Luotuo58"
    browser.post(reverse("accounts:password"), {"present": PASSWORD, "new": new, "again": new})
    assert browser.get("/").url == ADD


def test_an_old_password_is_changed_after_the_second_factor() -> None:
    user, secret = enrolled(UserFactory(must_change_password=True))
    browser = signed_in_by_password(user)
    assert browser.get(reverse("accounts:password")).url.startswith(ASKED)
    browser.post(ASKED, {"proof-code": code_now(secret)})
    new = "Shamo&Luotuo58"
    browser.post(reverse("accounts:password"), {"present": PASSWORD, "new": new, "again": new})
    assert browser.get("/").status_code == 200


def test_off_asks_nobody(settings: Any) -> None:
    settings.SECOND_FACTOR = "off"
    assert signed_in_by_password(enrolled()[0]).get("/").status_code == 200


def test_the_last_factor_stays_where_one_is_required(settings: Any) -> None:
    user, _secret = enrolled()
    services.new_recovery_codes(ACTOR, user)
    factor = user.factors.get()
    settings.SECOND_FACTOR = "required"
    with pytest.raises(RuleViolation, match="add another one"):
        services.drop_factor(ACTOR, user, factor)
    settings.SECOND_FACTOR = "optional"
    services.drop_factor(ACTOR, user, factor)
    assert not services.kinds_of(user)
    assert not user.recovery_codes.exists()


def test_nobody_removes_anothers_factor() -> None:
    other, _secret = enrolled()
    browser = sign_in(Client(), UserFactory())
    assert browser.post(reverse("accounts:factor_drop", args=[other.factors.get().pk])).status_code == 404


def test_adding_a_factor_ends_other_sessions() -> None:
    user = UserFactory()
    one, other = sign_in(Client(), user), sign_in(Client(), user)
    key = one.get(ADD).context["sealed"]
    one.post(ADD, {"code": code_now(services.opened_key(user, key)), "key": key})
    assert one.get("/").status_code == 200
    assert other.get("/").url.startswith(LOGIN)


@pytest.mark.parametrize(
    "sent", [{}, {"proof-code": "x" * 30}, {"proof-passkey": "{"}, {"proof-certificate": "1"}, {"proof-code": "１２"}]
)
def test_hostile_answers_are_refused(sent: dict[str, str]) -> None:
    browser = signed_in_by_password(enrolled()[0])
    assert browser.post(ASKED, sent).status_code == 422
    assert browser.get("/").status_code == 302


def test_a_key_that_was_shown_to_somebody_else_or_long_ago_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    user, other = UserFactory(), UserFactory()
    secret, key = services.sealed_key(other)
    browser = sign_in(Client(), user)
    for sent in (key, "", "x", "AAAA", key[:-8]):
        assert browser.post(ADD, {"code": code_now(secret), "key": sent}).status_code == 422
    assert not Factor.objects.exists()
    now = time.time()
    secret, key = services.sealed_key(user)
    monkeypatch.setattr(time, "time", lambda: now + 1801)
    assert services.opened_key(user, key) == ""
