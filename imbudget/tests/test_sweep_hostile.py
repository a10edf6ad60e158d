"""What attackers send instead of what a form asks for: an answer in words, never a defect."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client

from apps.accounts.roles import ROLES, Role
from apps.accounts.tests.factories import client_of, sign_in
from apps.budget.models import BudgetSheet
from imbudget.kit.views import ActionPage
from imbudget.tests.sending import body_of
from imbudget.tests.standing import REFUSED, lacks_right, rights_at, view_of
from imbudget.tests.test_sweep import NAMES, OPEN_TO_STRANGERS, PUBLIC, House, make_house

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
                transaction.set_rollback(True)  # the next request finds everything as it was
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


HOSTILE = [
    "\x00",
    "1" + "0" * 400,
    "NaN",
    "-1",
    "1e999999",
    "' OR 1=1; DROP TABLE accounts_user; --",
    "<script>alert(1)</script>{{ 7|add:7 }}{% debug %}",
    "x\r\nSet-Cookie: a=b",
    "../../../../etc/passwd\x00.pdf",
    "9" * 30,
    "2027-02-30",
    "0000-00-00T99:99",
    '{"a": [1, {"b": null}], "c": "\\ud800\\u0000"}',
    "[1e400, NaN]",
    "[" * 5000,
    "\u202e\u200b\ufeff",
    "٣",
    "²",
    "true",
    "",
    "2147483648",
    "-9223372036854775809",
    "x" * 20_000,
]
FIELD = re.compile(r'name="([^"{}]+)"')
BY_HAND = re.compile(r'(?:GET|POST|params|query|asked|given|sent)\.get(?:list)?\("([\w-]+)"')
SOURCES = ("apps/*/views/*.py", "apps/*/views.py", "apps/*/questions.py", "apps/*/rounds.py", "imbudget/kit/**/*.py")


@cache
def read_by_hand() -> list[str]:
    """The names that pages read out of a request without a form."""
    files = {file for pattern in SOURCES for file in settings.BASE_DIR.glob(pattern)}
    return sorted({name for file in files for name in BY_HAND.findall(file.read_text("utf-8"))})


def values_for(names: Iterable[str], turn: int) -> dict[str, Any]:
    """Each field gets another hostile value; one in seven is left out, one in eleven comes three times."""
    values: dict[str, Any] = {}
    for place, name in enumerate(sorted(set(names) - {"csrfmiddlewaretoken", "viewport"})[:120]):
        value = HOSTILE[(place * 5 + turn) % len(HOSTILE)]
        if (place + turn) % 7 != 6:
            values[name] = [value, "1", value] if (place + turn) % 11 == 5 else value
    return values


def fields_of(address: str, response: Any) -> set[str]:
    """What an address takes: the fields of its page, of its form, and what it reads by hand."""
    form = getattr(view_of(address), "form_class", None)
    page = b"" if response is None or response.streaming else response.content
    return {*getattr(form, "base_fields", ()), *FIELD.findall(page.decode(errors="replace")), *read_by_hand()}


def askers(house: House, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Role, Client]]:
    """People at home there who have all rights of such places, then those who have others."""
    tree, expert = house.world.tree, house.by_space["review:desk"].expert
    for code, node in (("unit_clerk", house.world.unit), ("banner_officer", tree.banner)):
        monkeypatch.setitem(ROLES, code, replace(ROLES[code], grants=rights_at(ROLES[code].node)))
        yield ROLES[code], client_of(code, node)
    yield ROLES["expert"], sign_in(Client(), expert.user)
    for code in ("security_admin", "audit_admin"):
        yield ROLES[code], client_of(code, tree.root)


ENDS = {"accounts:logout", "accounts:logout_everywhere"}


def test_no_form_breaks_whatever_is_sent(house: House, monkeypatch: pytest.MonkeyPatch):
    """Each form by the first who may send it: with nothing, with nonsense in every field, with nonsense that a field takes."""
    finds, done = Finds(), set()
    for role, browser in askers(house, monkeypatch):
        for turn, name in enumerate(NAMES):
            address = house.address(name)
            if name in done | ENDS or not hasattr(view_of(address), "post") or lacks_right(role, address):
                continue
            who = Client() if name.startswith(PUBLIC) or name in OPEN_TO_STRANGERS else browser
            bare = finds.ask(f"{name} bare", lambda who=who, at=address: who.post(at))
            if bare is None or bare.status_code in REFUSED:
                continue
            done.add(name)
            names = fields_of(address, bare)
            for sent in (values_for(names, turn), body_of(address) | dict.fromkeys(("reason", "text"), HOSTILE[6])):
                finds.ask(f"{name} {sent}"[:3000], lambda who=who, at=address, sent=sent: who.post(at, sent))
    assert finds.found == []
    assert len(done) > 100


def test_no_question_breaks_a_page(house: House, monkeypatch: pytest.MonkeyPatch):
    finds, done = Finds(), set()
    for role, browser in askers(house, monkeypatch):
        for turn, name in enumerate(NAMES):
            address = house.address(name)
            view = view_of(address)
            if (
                name in done | ENDS
                or not hasattr(view, "get")
                or issubclass(view, ActionPage)
                or lacks_right(role, address)
            ):
                continue
            filters = getattr(getattr(view, "filters", None), "base_fields", {})
            sent = values_for([*filters, *read_by_hand()], turn)
            response = finds.ask(f"{name} {sent}"[:3000], lambda at=address, who=browser, sent=sent: who.get(at, sent))
            if response is not None and response.status_code not in REFUSED:
                done.add(name)
    assert finds.found == []
    assert len(done) > 100


METHODS = ("options", "put", "patch", "delete", "trace", "head")


def test_other_methods_are_refused_in_words(house: House):
    browser, finds = client_of("banner_officer", house.world.tree.banner), Finds()
    for turn, name in enumerate(NAMES):
        method, address = METHODS[turn % len(METHODS)], house.address(name)
        response = finds.ask(f"{method} {name}", lambda method=method, at=address: getattr(browser, method)(at))
        if response is not None and response.status_code == 200 and method not in {"options", "head"}:
            finds.found.append(f"{method} {name}: 200")
    assert finds.found == []


INSIDE = [
    r'"\ud800"',
    r'"\u0000"',
    "1" * 400,
    "-1",
    "1e999",
    "NaN",
    "null",
    "true",
    "[[[]]]",
    '{"a": {}}',
    '"' + "x" * 9000 + '"',
]
INSIDE += ['"2147483648"', "9223372036854775808", '"٣"']
PATCH = """{"version": %(v)s, "revision": %(r)s, "body": {"format": 1, "steps": [{"key": %(v)s, "name": {"zh": %(v)s}}], "x": %(v)s},
"rows": [{"pk": %(v)s, "key": "00000000-0000-4000-8000-000000000000", "base": %(v)s, "after": %(v)s, "values": {"amount": %(v)s, "basis": %(v)s, "function": %(v)s}},
{"key": "00000000-0000-4000-8000-000000000001", "after": %(v)s, "values": {"amount": "1.00", "basis": %(v)s}}],
"removed": [{"pk": %(v)s, "base": %(v)s}], "declared_total": {"value": %(v)s, "base": %(v)s}}"""


@pytest.mark.parametrize("value", INSIDE, ids=range(len(INSIDE)))
def test_no_value_in_what_a_script_sends_breaks_a_page(house: House, value: str):
    sheet = house.by_space["budget:sheet"]
    BudgetSheet.objects.filter(pk=sheet.pk).update(state="draft")
    finds, world = Finds(), house.world
    for name, browser in (
        ("budget:sheet_save", client_of("unit_clerk", world.unit)),
        ("lowcode:flow_save", client_of("banner_officer", world.tree.banner)),
    ):
        address = house.address(name)
        for part in ("1", value):
            patch = PATCH % {"v": value, "r": "1"}
            whole = patch.replace('"version": ' + value, '"version": ' + part, 1)
            finds.ask(
                f"{name} {part[:20]}",
                lambda at=address, who=browser, sent=whole: who.post(at, sent, "application/json"),
            )
    assert finds.found == []
