"""What attackers send instead of what a form asks for: an answer in words, never a defect."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from apps.accounts.tests.factories import client_of
from imbudget.tests.test_sweep import House, make_house

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D1")]


@pytest.fixture
def house(db: None) -> House:
    return make_house()


class Finds:
    """What ended in a defect: the request and what was raised."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def ask(self, what: str, ask: Callable[[], Any]) -> Any:
        """The answer; a defect is noted, and the next request finds the database usable."""
        try:
            with transaction.atomic():
                response = ask()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what is looked for
            self.found.append(f"{what}: {type(error).__name__}: {str(error)[:200]}")
            return None
        if response.status_code >= 500:
            self.found.append(f"{what}: {response.status_code}")
        return response


BODIES = [
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name="),
    ("multipart/form-data", b"--x--"),
    ("multipart/form-data; boundary=" + "x" * 500, b"--x--"),
    (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="../\x00"\r\n\r\nq\r\n--x--',
    ),
    ("application/x-www-form-urlencoded; charset=utf-7", b"a=+ADw-script+AD4-"),
    ("application/x-www-form-urlencoded; charset=nothing", b"a=b"),
    ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % number for number in range(20_001))),
    ("application/json", b"[" * 100_000),
    ("text/xml", b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ("", b"\xff\xfe\x00"),
]
HEADERS = [
    {"Cookie": "sessionid=\x00; django_language=../../x; money_unit=\xff"},
    {"Cookie": "sessionid=" + "x" * 5000},
    {"Cookie": "csrftoken=x; sessionid='; DROP TABLE django_session; --"},
    {"Accept-Language": "zh-" + "x" * 3000 + ";q=nan"},
    {"Range": "bytes=999999999-1,0-,-"},
    {"If-Modified-Since": "nonsense", "If-None-Match": "\\", "If-Unmodified-Since": "Sat, 99 Foo 9999"},
    {"HX-Request": "true", "HX-Current-URL": "https://%zz", "HX-Target": "<x>"},
    {"X-Real-IP": "999.1.1.1\r\nx", "X-Forwarded-For": "x" * 5000},
    {"Referer": "http://[::1"},
    {"User-Agent": "\x00" * 20 + "x" * 5000},
]
PLACES = ("/", "/accounts/login/", "/accounts/password/", "/accounts/language/", "/public/zh-hans/")


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_broken_bodies_are_refused_in_words(house: House, body: tuple[str, bytes]):
    kind, content = body
    finds, browser = Finds(), client_of("unit_clerk", house.world.unit)
    upload = house.address("files:upload")
    apply = house.address("public:apply")
    for address in (*PLACES, upload, apply):
        for who in (browser, Client(), Client(enforce_csrf_checks=True)):
            finds.ask(f"{kind[:40]} {address}", lambda who=who, at=address: who.generic("POST", at, content, kind))
    assert finds.found == []


@pytest.mark.parametrize("headers", HEADERS, ids=range(len(HEADERS)))
def test_broken_headers_change_nothing(house: House, headers: dict[str, str]):
    finds, browser = Finds(), client_of("unit_clerk", house.world.unit)
    public = [house.address(name) for name in ("public:notices", "open:file", "public:rss")]
    for address in (*PLACES, *public):
        for who in (browser, Client()):
            finds.ask(f"{headers} {address}", lambda who=who, at=address: who.get(at, headers=headers))
    assert finds.found == []


def test_hostile_names_in_addresses_are_not_found():
    finds = Finds()
    for value in ("%00", "%ED%A0%80", "..%2F..%2Fetc%2Fpasswd", "%0d%0aX:y", "x" * 4000, "9" * 400, "-1", "%25%32%65"):
        for start in (
            "/public/",
            "/public/zh-hans/",
            "/public/open/zh-hans/",
            "/static/",
            "/files/",
            "/accounts/",
            "/admin/",
        ):
            finds.ask(f"{start}{value[:20]}", lambda at=f"{start}{value}/": Client().get(at))
    assert finds.found == []
