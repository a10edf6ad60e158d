"""Passkeys and certificates as second factors: what holds, and what does not."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings as django_settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts import services
from apps.accounts.models import Factor, User
from apps.accounts.tests.authenticator import PRESENT, Authenticator
from apps.accounts.tests.factories import ACTOR, PASSWORD, UserFactory, make_actor, sign_in
from apps.accounts.tests.test_second_factor import ASKED, LOGIN, signed_in_by_password
from apps.regions.tests.factories import make_tree
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.covers("A6")]
ADD = reverse("accounts:passkey_add")
HOST = "localhost"
HEADER = "X-SSL-Client-Cert"


def browser_at_host() -> Client:
    return Client(headers={"Host": HOST})


def with_passkey() -> tuple[User, Authenticator]:
    """A user who has added a passkey by the page."""
    user, browser = UserFactory(), browser_at_host()
    sign_in(browser, user)
    device = Authenticator(HOST, f"http://{HOST}")
    options = json.loads(browser.get(ADD).context["options"])
    answer = browser.post(ADD, {"label": "telephone", "passkey": device.made(options)})
    assert len(answer.context["codes"]) == 8
    return user, device


def asked(user: User) -> tuple[Client, dict[str, Any]]:
    browser = browser_at_host()
    browser.post(LOGIN, {"username": user.username, "password": PASSWORD})
    return browser, json.loads(browser.get(ASKED).context["options"])


def test_a_passkey_is_added_and_opens_the_work() -> None:
    user, device = with_passkey()
    browser, options = asked(user)
    assert browser.get("/").status_code == 302
    assert browser.post(ASKED, {"proof-passkey": device.signed(options)}).status_code == 302
    assert browser.get("/").status_code == 200
    assert Factor.objects.get(user=user).counter == 1


def test_a_challenge_is_good_once() -> None:
    user, device = with_passkey()
    browser, options = asked(user)
    answer = device.signed(options)
    browser.post(ASKED, {"proof-passkey": answer})
    again = browser_at_host()
    again.post(LOGIN, {"username": user.username, "password": PASSWORD})
    again.get(ASKED)
    assert again.post(ASKED, {"proof-passkey": answer}).status_code == 422


@pytest.mark.parametrize("wrong", ["another key", "another site", "not verified", "another person", "nonsense"])
def test_what_does_not_hold_is_refused(wrong: str) -> None:
    user, device = with_passkey()
    browser, options = asked(user)
    if wrong == "another key":
        other = Authenticator(HOST, f"http://{HOST}")
        other.id = device.id
        answer = other.signed(options)
    elif wrong == "another site":
        device.origin = "https://evil.example"
        answer = device.signed(options)
    elif wrong == "not verified":
        answer = device.signed(options, PRESENT)
    elif wrong == "another person":
        answer = with_passkey()[1].signed(options)
    else:
        answer = '{"id": "' + device.signed(options)[8:30] + '", "response": []}'
    assert browser.post(ASKED, {"proof-passkey": answer}).status_code == 422
    assert browser.get("/").status_code == 302


def test_a_cloned_key_is_noticed_by_its_count() -> None:
    user, device = with_passkey()
    Factor.objects.filter(user=user).update(counter=9)
    browser, options = asked(user)
    assert browser.post(ASKED, {"proof-passkey": device.signed(options)}).status_code == 422


def test_an_answer_that_does_not_hold_adds_nothing() -> None:
    user, browser = UserFactory(), browser_at_host()
    sign_in(browser, user)
    device = Authenticator(HOST, "https://evil.example")
    options = json.loads(browser.get(ADD).context["options"])
    for answer in (device.made(options), "{", '{"id": 1}', device.made(options | {"challenge": "AAAA"})):
        assert browser.post(ADD, {"label": "x", "passkey": answer}).status_code == 422
    assert not Factor.objects.filter(user=user).exists()


def test_where_browsers_know_no_passkeys_none_is_offered() -> None:
    browser = Client(headers={"Host": "127.0.0.1"})
    sign_in(browser, UserFactory())
    assert browser.get(ADD).status_code == 403
    assert ADD not in browser.get(reverse("accounts:security")).content.decode()


# --- certificates -----------------------------------------------------------------------------------------


def certificate(days: int = 30) -> str:
    """A self-signed certificate as PEM; its chain is the web server's to check."""
    key, now = ec.generate_private_key(ec.SECP256R1()), timezone.now()
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "巴雅尔")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=90)).not_valid_after(now + timedelta(days=days))
    return made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()


def told(pem: str, verified: str = "SUCCESS") -> dict[str, str]:
    return {HEADER: quote(pem), "X-SSL-Client-Verify": verified}


@pytest.fixture
def by_header(settings: Any) -> None:
    settings.CLIENT_CERTIFICATE_HEADER = HEADER
    settings.TRUSTED_PROXIES = ["127.0.0.1"]


def bound(pem: str) -> User:
    user = UserFactory()
    services.add_certificate(ACTOR, user, pem)
    return user


@pytest.mark.covers("身份鉴别")
def test_a_bound_certificate_opens_the_work(by_header: None) -> None:
    pem = certificate()
    browser = signed_in_by_password(bound(pem))
    assert browser.get("/", headers=told(pem)).status_code == 302
    assert browser.post(ASKED, {"proof-certificate": "1"}, headers=told(pem)).status_code == 302
    assert browser.get("/").status_code == 200


@pytest.mark.parametrize("wrong", ["another", "unverified", "expired", "no proxy", "setting off", "nonsense"])
def test_no_other_certificate_does(by_header: None, settings: Any, wrong: str) -> None:
    pem = certificate()
    user = bound(pem)
    headers = told(pem)
    if wrong == "another":
        headers = told(certificate())
    elif wrong == "unverified":
        headers = told(pem, "FAILED:unable to get local issuer certificate")
    elif wrong == "expired":
        old = certificate(-1)
        Factor.objects.create(user=user, kind="certificate", credential="x", confirmed_at=timezone.now())
        headers = told(old)
    elif wrong == "no proxy":
        settings.TRUSTED_PROXIES = ["10.0.0.1"]
    elif wrong == "setting off":
        settings.CLIENT_CERTIFICATE_HEADER = ""
    else:
        headers = told("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
    browser = signed_in_by_password(user)
    assert browser.post(ASKED, {"proof-certificate": "1"}, headers=headers).status_code == 422
    assert browser.get("/", headers=headers).status_code == 302


def test_the_security_administrator_binds_one_certificate_to_one_person(client: Client) -> None:
    tree = make_tree()
    security = make_actor("security_admin", tree.root)
    pem, user = certificate(), UserFactory()
    with pytest.raises(NotAllowed):
        services.add_certificate(make_actor("system_admin", tree.root), user, pem)
    with pytest.raises(NotAllowed, match="themselves"):
        services.add_certificate(security, User.objects.get(pk=security.user_id), pem)
    browser = sign_in(client, User.objects.get(pk=security.user_id))
    form = {"user": user.pk, "label": "UKey 7", "certificate": pem}
    assert browser.post(reverse("admin:accounts_factor_add"), form).status_code == 302
    for bad, why in ((pem, "bound to somebody"), (certificate(-1), "not valid now"), ("x", "no certificate")):
        with pytest.raises(RuleViolation, match=why), translation.override(None):
            services.add_certificate(security, UserFactory(), bad)
    assert django_settings.CLIENT_CERTIFICATE_HEADER == ""
