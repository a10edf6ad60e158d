"""Sessions: limits, ends, and the passwords that must be changed first."""

import time

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.tests.factories import ACTOR, PASSWORD, UserFactory, sign_in
from apps.evidence.models import Entry

pytestmark = pytest.mark.django_db
LOGIN = reverse("accounts:login")
NEW = "Shamo&Luotuo58"


def try_sign_in(username: str, password: str, client: Client | None = None):
    return (client or Client()).post(LOGIN, {"username": username, "password": password})


def set_session(browser: Client, **values: float) -> None:
    session = browser.session
    for name, value in values.items():
        session[name] = value
    session.save()


def test_signing_in_by_the_page_begins_a_session():
    user, browser = UserFactory(), Client()
    assert try_sign_in(user.username, PASSWORD, browser).url == "/"
    assert browser.get("/").status_code == 200
    assert Entry.objects.filter(event="accounts.signed_in", actor_id=str(user.pk)).count() == 1


@pytest.mark.covers("A4")
def test_a_new_session_key_is_given_at_sign_in():
    user, browser = UserFactory(), Client()
    browser.get(LOGIN)
    set_session(browser, before=1.0)
    before = browser.session.session_key
    try_sign_in(user.username, PASSWORD, browser)
    assert browser.session.session_key != before


@pytest.mark.covers("A3")
def test_five_failures_lock_the_account_even_for_the_right_password():
    user = UserFactory()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        try_sign_in(user.username, "wrong")
    assert try_sign_in(user.username, PASSWORD).status_code == 429
    assert try_sign_in(UserFactory().username, PASSWORD).status_code == 302


def test_four_failures_do_not_lock():
    user = UserFactory()
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        assert try_sign_in(user.username, "wrong").status_code == 200
    assert try_sign_in(user.username, PASSWORD).status_code == 302


@pytest.mark.covers("A3")
def test_the_answer_does_not_tell_whether_a_name_exists():
    user = UserFactory()
    known = try_sign_in(user.username, "wrong").context["form"].non_field_errors()
    unknown = try_sign_in("nobody-here", "wrong").context["form"].non_field_errors()
    gone = try_sign_in(UserFactory(gone=True).username, PASSWORD).context["form"].non_field_errors()
    assert known == unknown == gone


@pytest.mark.covers("A1")
def test_names_differ_by_more_than_case():
    UserFactory(username="Bayar")
    with pytest.raises(IntegrityError, match="username_once"), transaction.atomic():
        UserFactory(username="bayar")


@pytest.mark.covers("A4")
@pytest.mark.parametrize(
    ("values", "ended"),
    [
        ({"used": 31 * 60}, "idle"),
        ({"began": 8 * 3600 + 60}, "long"),
        ({"used": 29 * 60}, ""),
        ({"began": 7 * 3600}, ""),
    ],
)
def test_a_session_ends_when_idle_or_old(values, ended):
    browser = sign_in(Client(), UserFactory())
    set_session(browser, **{name: time.time() - ago for name, ago in values.items()})
    response = browser.get("/")
    assert response.status_code == (302 if ended else 200)
    if ended:
        assert response.url == f"{LOGIN}?ended={ended}"
        assert browser.get("/").status_code == 302


def test_work_keeps_a_session_alive_and_polling_does_not():
    browser = sign_in(Client(), UserFactory())
    ago = time.time() - 20 * 60
    set_session(browser, used=ago)
    browser.get("/", headers={"X-Background": "1"})
    assert browser.session["used"] == ago
    browser.get("/")
    assert browser.session["used"] > ago


def test_a_part_of_a_page_is_told_to_leave_as_a_whole():
    browser = sign_in(Client(), UserFactory())
    set_session(browser, used=time.time() - 31 * 60)
    response = browser.get("/", headers={"HX-Request": "true"})
    assert (response.status_code, response["HX-Redirect"]) == (204, f"{LOGIN}?ended=idle")


@pytest.mark.covers("A4", "G1")
def test_signing_out_everywhere_ends_every_session():
    user = UserFactory()
    one, other = sign_in(Client(), user), sign_in(Client(), user)
    one.post(reverse("accounts:logout_everywhere"))
    assert other.get("/").url == f"{LOGIN}?ended=elsewhere"
    assert one.get("/").status_code == 302


@pytest.mark.covers("A4")
def test_signing_out_ends_this_session_only():
    user = UserFactory()
    one, other = sign_in(Client(), user), sign_in(Client(), user)
    one.post(reverse("accounts:logout"))
    assert one.get("/").status_code == 302
    assert other.get("/").status_code == 200


@pytest.mark.covers("A2")
@pytest.mark.parametrize(
    "changes",
    [
        {"must_change_password": True},
        {"password_changed_at": None},
        {"password_changed_at": timezone.now() - timezone.timedelta(days=91)},
    ],
    ids=["given by someone else", "never changed", "90 days old"],
)
def test_an_old_or_given_password_is_changed_before_any_work(changes):
    browser = sign_in(Client(), UserFactory(**changes))
    for address in ("/", reverse("budget:sheets"), reverse("admin:index")):
        assert browser.get(address).url == reverse("accounts:password")
    assert browser.get(reverse("accounts:password")).status_code == 200


def test_changing_the_password_opens_the_work_and_ends_other_sessions():
    user = UserFactory(newcomer=True)
    browser, other = sign_in(Client(), user), sign_in(Client(), user)
    data = {"present": PASSWORD, "new": NEW, "again": NEW}
    assert browser.post(reverse("accounts:password"), data).status_code == 302
    assert browser.get("/").status_code == 200
    assert other.get("/").url.startswith(LOGIN)
    assert try_sign_in(user.username, NEW).status_code == 302


@pytest.mark.parametrize(
    "data",
    [
        {"present": "wrong", "new": NEW, "again": NEW},
        {"present": PASSWORD, "new": NEW, "again": NEW + "x"},
        {"present": PASSWORD, "new": PASSWORD, "again": PASSWORD},
        {"present": PASSWORD, "new": "short1A!", "again": "short1A!"},
    ],
    ids=["present wrong", "two differ", "the same again", "too short"],
)
def test_a_bad_change_of_password_changes_nothing(data):
    user = UserFactory()
    response = sign_in(Client(), user).post(reverse("accounts:password"), data)
    assert response.status_code == 422
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


@pytest.mark.covers("A2")
@pytest.mark.parametrize(
    "password",
    [
        "Wang12345678!",
        "Aa1!aaaaXy",
        "Qwertyui#99",
        "Dcba#Mori77x",
        "Short1!aB",
        "onlysmallletters",
        "smallandDIGITS",
        "Bayar#Ulaan77",
        "x" * 12,
    ],
)
def test_weak_passwords_are_refused(password):
    with pytest.raises(ValidationError):
        validate_password(password, UserFactory(username="bayar"))


@pytest.mark.parametrize("password", [NEW, PASSWORD + "x", "草原Muren#58ab", "correct Horse 7 battery"])
def test_good_passwords_pass(password):
    validate_password(password, UserFactory(username="bayar"))


@pytest.mark.covers("A2")
def test_the_last_five_passwords_are_refused_and_the_sixth_may_return():
    user = UserFactory()
    used = [PASSWORD, *(f"Kumiss&Airag{pair}" for pair in ("27", "38", "49", "52", "63", "74"))]
    for password in used[1:]:
        services.change_password(ACTOR, user, password)
    for password in used[1:]:
        assert services.was_used_before(user, password)
    assert not services.was_used_before(user, PASSWORD)


@pytest.mark.covers("D1")
@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "x"])
def test_nobody_is_sent_to_another_site(address):
    browser = sign_in(Client(), UserFactory())
    for name in ("accounts:language", "accounts:money_unit"):
        assert browser.post(reverse(name), {"next": address, "language": "mvf"}).url == "/"
    user = UserFactory()
    response = Client().post(f"{LOGIN}?next={address}", {"username": user.username, "password": PASSWORD})
    assert response.url in {"/", "x"}


def test_the_language_stays_with_the_person():
    user = UserFactory()
    browser = sign_in(Client(), user)
    browser.post(reverse("accounts:language"), {"language": "mvf"})
    page = browser.get("/")
    assert page["Content-Language"] == "mn-Mong-CN"
    assert 'lang="mn-Mong-CN"' in page.content.decode()
    response = try_sign_in(user.username, PASSWORD)
    assert response.cookies[settings.LANGUAGE_COOKIE_NAME].value == "mvf"


@pytest.mark.covers("D1")
def test_a_form_without_its_token_is_refused_with_a_page():
    browser = Client(enforce_csrf_checks=True)
    response = browser.post(LOGIN, {"username": "x", "password": "y"})
    assert response.status_code == 403
    assert "errors/csrf.html" in [template.name for template in response.templates]
