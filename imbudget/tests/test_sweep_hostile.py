"""What attackers send instead of what a form asks for: an answer in words, never a defect."""

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from itertools import product
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client

from apps.accounts.roles import ROLES, Role
from apps.accounts.tests.factories import client_of, make_post, sign_in
from apps.budget.models import BudgetSheet
from apps.review.models import Expert
from imbudget.kit import errorpages
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ListPage
from imbudget.tests.sending import body_of, plainly
from imbudget.tests.standing import REFUSED, lacks_right, rights_at, takes, view_of
from imbudget.tests.test_sweep import NAMES, OPEN_TO_STRANGERS, PUBLIC, House, make_house

pytestmark = [pytest.mark.django_db, pytest.mark.covers("D1")]


@pytest.fixture
def house(db: None) -> House:
    return make_house()


class Finds:
    """What ended in a defect: the request and what was raised; `expected` is no defect."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.expected: tuple[type[Exception], ...] = ()

    def ask(self, what: str, ask: Callable[[], Any]) -> Any:
        """The answer; a defect is noted, and the next request finds the database usable."""
        try:
            with transaction.atomic():
                response = ask()
                transaction.set_rollback(True)  # the next request finds everything as it was
        except self.expected:
            return None
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


def test_broken_bodies_are_refused_in_words(house: House):
    finds, browser = Finds(), client_of("unit_clerk", house.world.unit)
    upload = house.address("files:upload")
    apply = house.address("public:apply")
    for (kind, content), address in product(BODIES, (*PLACES, upload, apply)):
        for who in (browser, Client(), Client(enforce_csrf_checks=True)):
            sent = (address, content, kind)
            finds.ask(f"{kind[:40]} {address}", lambda who=who, sent=sent: who.generic("POST", *sent))
    assert finds.found == []


def test_broken_headers_change_nothing(house: House):
    finds, browser = Finds(), client_of("unit_clerk", house.world.unit)
    public = [house.address(name) for name in ("public:notices", "open:file", "public:rss")]
    for headers, address in product(HEADERS, (*PLACES, *public)):
        for who in (browser, Client()):
            finds.ask(f"{headers} {address}", lambda who=who, at=address, sent=headers: who.get(at, headers=sent))
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
    monkeypatch.setattr(settings, "SIGNING_KEY", b"\x05" * 32)
    monkeypatch.setattr(errorpages, "render", plainly)
    tree, seat = house.world.tree, house.by_space["review:desk"]
    for code, node in (("unit_clerk", house.world.unit), ("banner_officer", tree.banner)):
        monkeypatch.setitem(ROLES, code, replace(ROLES[code], grants=rights_at(ROLES[code].node)))
        yield ROLES[code], client_of(code, node)
    user = make_post("expert", tree.banner).user
    Expert.objects.filter(pk=seat.expert_id).update(user=user)
    yield ROLES["expert"], sign_in(Client(), user)
    for code in ("security_admin", "audit_admin"):
        yield ROLES[code], client_of(code, tree.root)


def is_new_to(role: Role, name: str, address: str, method: str) -> bool:
    """Whether the page may be open to these, and was not to those before them who have all rights of business."""
    view, at_home = view_of(address), role.code in {"unit_clerk", "banner_officer"}
    if view is None or not takes(address, method) or lacks_right(role, address):
        return False
    if method == "post" and issubclass(view, ListPage) and not view.bulk:
        return False
    return at_home or name.startswith("accounts:") or getattr(view, "grant", "") in role.grants


ENDS = {"accounts:logout", "accounts:logout_everywhere"}


def send_nonsense(finds: Finds, browser: Client, name: str, turn: int, address: str) -> bool:
    """Nothing, then nonsense in every field, then what a field takes and is none; whether the form was open."""
    acts = [act.name for act in getattr(view_of(address), "bulk", ())]
    bare = finds.ask(f"{name} bare", lambda: browser.post(address, {"act": acts[:1]}))
    if bare is None or bare.status_code in REFUSED:
        return False
    if bare.status_code != 302:  # there is something to fill in
        values = values_for(fields_of(address, bare), turn)
        finds.ask(f"{name} {values}"[:3000], lambda: browser.post(address, values))
        values = body_of(address) | dict.fromkeys(("reason", "text"), HOSTILE[6])
        finds.ask(f"{name} {values}"[:3000], lambda: browser.post(address, values))
    return True


def test_no_form_breaks_whatever_is_sent(house: House, monkeypatch: pytest.MonkeyPatch):
    """By the first who may send it; then those that the state of their rows closes, as if it did not."""
    finds, done = Finds(), set()
    people = list(askers(house, monkeypatch))
    doors = [(turn, name, house.address(name)) for turn, name in enumerate(NAMES) if name not in ENDS]
    for role, browser in people:
        for turn, name, address in doors:
            if name not in done and is_new_to(role, name, address, "post"):
                who = Client() if name.startswith(PUBLIC) or name in OPEN_TO_STRANGERS else browser
                done |= {name} if send_nonsense(finds, who, name, turn, address) else set()
    monkeypatch.setattr(Verdict, "__bool__", lambda verdict: True)
    finds.expected = (IntegrityError,)  # where no rule holds, the constraints behind it do
    for role, browser in people[:2]:
        for turn, name, address in doors:
            fields = set(getattr(getattr(view_of(address), "form_class", None), "base_fields", ()))
            if name not in done and fields and is_new_to(role, name, address, "post"):
                page = finds.ask(f"{name} bare", lambda who=browser, at=address: who.post(at))
                values = values_for(fields_of(address, page), turn)
                finds.ask(f"{name} {values}"[:3000], lambda who=browser, at=address, sent=values: who.post(at, sent))
                done |= {name} if page is not None and page.status_code == 422 else set()
    assert finds.found == []
    assert len(done) > 150


def reads_questions(view: Any) -> bool:
    """Whether a page reads what stands behind the question mark."""
    return issubclass(view, ListPage) or bool(BY_HAND.search(source_of(view.__module__)))


@cache
def source_of(module: str) -> str:
    return inspect.getsource(sys.modules[module])


def test_no_question_breaks_a_page(house: House, monkeypatch: pytest.MonkeyPatch):
    """Filters, searches, orders and all else that an address may ask, by the first who may."""
    finds, done = Finds(), set()
    for role, browser in askers(house, monkeypatch):
        for turn, name in enumerate(NAMES):
            address = house.address(name)
            view = view_of(address)
            if name in done or not is_new_to(role, name, address, "get") or not reads_questions(view):
                continue
            filters = getattr(getattr(view, "filters", None), "base_fields", {})
            sent = values_for([*filters, *read_by_hand()], turn)
            response = finds.ask(f"{name} {sent}"[:3000], lambda at=address, who=browser, sent=sent: who.get(at, sent))
            if response is not None and response.status_code not in REFUSED:
                done.add(name)
    assert finds.found == []
    assert len(done) > 60


OTHERS = ("head", "options", "put", "patch", "delete", "trace")
SAFE = {"head", "options"}


def test_no_page_takes_a_helper_for_a_method(house: House):
    """Whatever of a view is called like a method of HTTP answers it: a helper of that name would be a way in."""
    views = {view for name in NAMES if (view := view_of(house.address(name)))}
    answered = [(view, method) for view in views for method in OTHERS if method in view.http_method_names]
    assert {(view.__name__, method) for view, method in answered if hasattr(view, method)} == {
        (view.__name__, "options") for view in views if "options" in view.http_method_names
    }


@pytest.mark.parametrize("turn", range(2))
def test_other_methods_are_refused_in_words(house: House, turn: int):
    """One page in eleven by each of them, and every function: these decide themselves."""
    browser, finds = client_of("banner_officer", house.world.tree.banner), Finds()
    chosen = [(name, house.address(name)) for name in NAMES]
    for number, (name, address) in enumerate(chosen):
        if number % 11 and view_of(address):
            continue
        for method in OTHERS[turn::2]:
            response = finds.ask(f"{method} {name}", lambda method=method, at=address: getattr(browser, method)(at))
            if response is not None and response.status_code == 200 and method not in SAFE:
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
JSON = "application/json"
PATCH = """{"version": %(v)s, "revision": %(r)s, "body": {"format": 1, "steps": [{"key": %(v)s, "name": {"zh": %(v)s}}], "x": %(v)s},
"rows": [{"pk": %(v)s, "key": "00000000-0000-4000-8000-000000000000", "base": %(v)s, "after": %(v)s, "values": {"amount": %(v)s, "basis": %(v)s, "function": %(v)s}},
{"key": "00000000-0000-4000-8000-000000000001", "after": %(v)s, "values": {"amount": "1.00", "basis": %(v)s}}],
"removed": [{"pk": %(v)s, "base": %(v)s}], "declared_total": {"value": %(v)s, "base": %(v)s}}"""


def test_no_value_in_what_a_script_sends_breaks_a_page(house: House):
    sheet = house.by_space["budget:sheet"]
    BudgetSheet.objects.filter(pk=sheet.pk).update(state="draft")
    finds, world = Finds(), house.world
    for name, browser in (
        ("budget:sheet_save", client_of("unit_clerk", world.unit)),
        ("lowcode:flow_save", client_of("banner_officer", world.tree.banner)),
    ):
        address = house.address(name)
        for value in INSIDE:
            patch = PATCH % {"v": value, "r": "1"}
            for sent in (patch, patch.replace(f'"version": {value}', '"version": 1', 1)):
                finds.ask(f"{name} {value[:20]}", lambda at=address, who=browser, sent=sent: who.post(at, sent, JSON))
    assert finds.found == []
