"""Answers that are no page of the sweep are as safe as its pages; and what is unsafe is found."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.regions.tests.factories import make_tree
from imbudget import settings as product
from imbudget.kit.testing.passive import Page, faults_of

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D1")]


def test_refusals_are_safe_too():
    officer, stranger = client_of("banner_officer", make_tree().banner), Client()
    answers = [
        officer.get("/nothing/here/"),
        officer.get("/admin/"),
        stranger.get("/"),
        stranger.get("/public/xx/"),
        stranger.get("/", headers={"Host": "evil.example"}),
        Client(enforce_csrf_checks=True).post(reverse("accounts:login")),
        officer.put("/"),
    ]
    assert {response.status_code for response in answers} >= {302, 400, 403, 404, 405}
    for response in answers:
        assert list(faults_of(response, is_public=False)) == [], response.status_code


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ('<form method="post" action="/x/"></form>', "a form without its token"),
        ('<img src="//cdn.example/x.png">', "<img src"),
        ('<a href="javascript:x()">x</a>', "<a href"),
        ('<p onclick="x()">', "<p onclick"),
        ('<p style="color:red">', "<p style"),
        ("<script>x()</script>", "inline script"),
        ('<input type="password" name="p">', "a password"),
        ('<a target="_blank" href="/x/">', "a new window"),
    ],
)
def test_dangerous_pages_are_found(page: str, fault: str):
    assert any(found.startswith(fault) for found in Page(page).faults)


OUTSIDE = ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "javascript:alert(1)"]
OUTSIDE += [
    "https:evil.example",
    "http:///evil.example",
    "/\t/evil.example",
    "//localhost@evil.example",
    "ftp://localhost/",
]


@pytest.mark.parametrize("outside", OUTSIDE)
@pytest.mark.parametrize("name", ["login", "logout", "language", "money_unit", "switch", "password"])
def test_nothing_asked_for_leads_to_another_site(name: str, outside: str):
    """Pages of the desk and of pickers that lead back have tests of their own; all others are asked in the sweep."""
    for browser in (client_of("banner_officer", make_tree().banner), Client()):
        address = reverse(f"accounts:{name}")
        for response in (
            browser.post(address, {"next": outside}, headers={"Referer": "https://evil.example/x"}),
            browser.get(address, {"next": outside}),
        ):
            assert [fault for fault in faults_of(response, is_public=False) if fault.startswith("leads")] == []


@pytest.mark.covers("A5", "传输机密性")
def test_cookies_and_transport_are_as_strict_as_production_is():
    assert (
        product.SESSION_COOKIE_SECURE is product.CSRF_COOKIE_SECURE is product.LANGUAGE_COOKIE_SECURE is product.SECURE
    )
    assert product.SECURE_SSL_REDIRECT is product.SECURE
    assert (31_536_000 if product.SECURE else 0) == product.SECURE_HSTS_SECONDS
    assert product.SESSION_COOKIE_HTTPONLY
    assert product.CSRF_COOKIE_HTTPONLY
    assert not hasattr(product, "SILENCED_SYSTEM_CHECKS")


@pytest.mark.covers("A5")
def test_without_tls_nothing_is_answered(settings: Any):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    response = Client().post(reverse("accounts:login"), {"username": "x", "password": "y"})
    assert response.status_code == 301
    assert response.headers["Location"].startswith("https://")
    assert (
        "max-age=31536000" in Client().get(reverse("accounts:login"), secure=True).headers["Strict-Transport-Security"]
    )
