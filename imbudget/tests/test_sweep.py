"""Every address there is: closed to strangers, no crash for anyone, and a GET only reads."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from apps.accounts.roles import ROLES
from apps.accounts.tests.factories import client_of
from apps.audit.models import Trail
from apps.budget.tests.factories import World, make_compilation, make_sheet, make_world
from apps.budget.tests.rows import (
    make_figure,
    make_run,
    make_staff,
    make_staff_change,
    make_standard,
    make_standard_change,
)
from apps.dashboard.services import refresh_figures
from apps.desk.models import Job
from apps.disbursement.tests import deskrows as desk_rows
from apps.disbursement.tests import rows as payment_rows
from apps.disbursement.tests.factories import Treasury
from apps.evidence.models import Entry
from apps.evidence.tests.rows import make_peer, make_signed_checkpoint
from apps.files.models import StoredFile
from apps.ledger.tests import rows as ledger_rows
from apps.lowcode.tests.forms import make_answered_form
from apps.lowcode.tests.rows import make_case, make_task, make_version
from apps.monitoring.tests import rows as monitoring_rows
from apps.performance.tests import rows as performance_rows
from apps.performance.tests import rows_collect as performance_collect_rows
from apps.performance.tests import rows_goals as goal_rows
from apps.performance.tests.factories import make_year
from apps.persons.tests import requests as person_rows
from apps.projects.models import ProjectAttachment, ProjectChange
from apps.projects.tests.factories import make_project
from apps.regions.models import RolloutPhase
from apps.regions.modules import MODULES
from apps.regions.services import switch_on
from apps.reports.tests import rows as published_rows
from apps.review.tests import rows as review_rows
from apps.subsidy.tests import rosters as subsidy_rows
from imbudget.kit.actor import system_actor
from imbudget.kit.testing.kept import kept
from imbudget.kit.testing.passive import faults_of
from imbudget.kit.testing.queries import asked, writes
from imbudget.kit.testing.secrets import clear_numbers, shown
from imbudget.kit.views.base import KitView, module_of
from imbudget.tests.standing import Place, place_of, standing_of, wrong_reading

pytestmark = pytest.mark.django_db
OPEN_TO_STRANGERS = {"accounts:login", "accounts:language"}
OPEN_TO_STRANGERS |= {
    f"subsidy:public_{name}" for name in ("rosters", "roster", "roster_object", "follow", "objection")
}
OPEN_TO_STRANGERS |= {"surveys:answer"}
# A download leaves its record: the one write that a GET does.
DOWNLOADS = {
    "lowcode:form_export",
    "lowcode:flow_export",
    "files:file",
    "reports:summary",
    "reports:region",
    "reports:sheet",
    "reports:project",
    "reports:review",
    "reports:notice",
    "reports:draw",
    "reports:letter",
    "reports:payment_order",
    "reports:payment_notice",
    "reports:payment_voucher",
    "reports:published_file",
    "reports:receipt",
    "evidence:receipt_file",
    "reports:performance_paper",
    "reports:visual_file",
    "reports:visual_year_file",
    "budget:sheet_template",
    "disbursement:sent_raw",
    "disbursement:received_raw",
}
BY_UUID = {"files:file"}  # their keys are no numbers
# Who opens the page of a person is written down.
PERSONS = {"disbursement:payee", "review:expert", "subsidy:household"}
WRITTEN_DOWN = re.compile(r'INTO "?audit_(record|tally)"?')
# Pages for everybody, in the language that their address names.
PUBLIC = ("public:", "open:", "privacy:", "receipts:", "witness:")
# Its own tests walk through the administration (imbudget/tests/test_admin.py).
SKIPPED_SPACES = {"admin"}


def named() -> Iterator[tuple[str, list[str]]]:
    """(name, names of arguments) of every address."""

    def walk(patterns: list[Any], spaces: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                inner = (*spaces, pattern.namespace) if pattern.namespace else spaces
                if pattern.namespace not in SKIPPED_SPACES:
                    yield from walk(pattern.url_patterns, inner)
            elif isinstance(pattern, URLPattern):
                assert pattern.name, f"{pattern} has no name"
                yield ":".join((*spaces, pattern.name)), list(pattern.pattern.regex.groupindex)

    return walk(get_resolver().url_patterns, ())


NAMES = sorted({name for name, _arguments in named()})
ARGUMENTS = dict(named())
PLAIN = {
    "label": "regions.region",
    "kind": "csv",
    "token": "0" * 32,
    "paper": "goals",
    "suffix": "pdf",
    "resource": "budget",
    "page": 1,
    "table": "disbursement.payee",
    "key_id": "0" * 16,
}  # arguments that name no row
OF_ROWS = {"pk", "unit", "item", "file", "sheet"}  # arguments that name rows
SHOWN_BY = {"audit:object": "audit:row"}  # the trail of a row is the auditors', whatever row it is of
OF_LETTERS = {"unit"}
OF_PERFORMANCE = {"survey"}
OF_REVIEW = {"item", "file", "language", "region", "year", "number", "code", "sheet"}


@dataclass(frozen=True, slots=True)
class House:
    """One of everything in the first banner: by the name of an address, by its beginning, and plain arguments."""

    world: World
    rows: dict[str, Any]
    by_space: dict[str, Any]
    plain: dict[str, Any]

    def address(self, name: str) -> str:
        """Turns a name into an address with the objects of the first banner in it."""
        values: dict[str, Any] = {}
        for argument in ARGUMENTS[name]:
            if argument in self.plain:
                values[argument] = self.plain[argument]
                continue
            values[argument] = self.row_of(name).pk
        return reverse(name, kwargs=values)

    def row_of(self, name: str) -> Any:
        """The object that an address is about; where nothing else is known, somebody's job."""
        found = next((row for start, row in self.by_space.items() if name.startswith(start)), None)
        return self.rows.get(name) or found or Job.objects.get_or_create(kind="x", label="x")[0]

    def objects(self) -> dict[str, tuple[Any, Place | None]]:
        """Name → row and its place, for every address inside that is about one."""
        names = [name for name in NAMES if OF_ROWS & set(ARGUMENTS[name]) and name not in OPEN_TO_STRANGERS]
        found = {name: self.row_of(SHOWN_BY.get(name, name)) for name in names if not name.startswith(PUBLIC)}
        places = {id(row): place_of(row) for row in {id(row): row for row in found.values()}.values()}
        return {name: (row, places[id(row)]) for name, row in found.items()}


@transaction.atomic
def furnish(world: World) -> House:
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    compilation = make_compilation(world.codes, world.tree.banner)
    rows: dict[str, Any] = {
        "regions:region": world.tree.banner,
        "regions:unit": world.unit,
        "files:file": StoredFile.objects.create(region=world.tree.banner, unit=world.unit, name="x.pdf", size=1),
        "audit:row": Trail.objects.filter(region_code=world.tree.banner.code).latest("id"),
        "audit:object": world.tree.banner,
        "evidence:checkpoint": make_signed_checkpoint(),
        "evidence:peer": make_peer(),
    }
    entry = Entry.objects.filter(region_code=world.tree.banner.code).latest("pk")
    of_entry = ("evidence:entry", "evidence:api_proof", "evidence:receipt", "evidence:receipt_file", "reports:receipt")
    rows |= dict.fromkeys(of_entry, entry)
    project = make_project(world.codes, world.unit)
    change = ProjectChange.objects.create(project=project, number=1, kind="termination", reason="规划调整")
    attachment = ProjectAttachment.objects.create(project=project, kind="other", file=rows["files:file"])
    rows |= {"projects:change_new": project, "projects:detach": attachment}
    definition, answer = make_answered_form(world)
    used, flow = (
        make_version(world.tree.banner, "projects.application", state=state) for state in ("retired", "draft")
    )
    case = make_case(world.unit, subject="projects.application", document_id=project.pk, step="", version=used)
    by_space: dict[str, Any] = {
        "lowcode:form": definition,
        "lowcode:answer_create": definition,
        "lowcode:answers": answer.version,
        "lowcode:answer": answer,
        "lowcode:flow": flow.definition,
        "lowcode:case": case,
        "lowcode:task": make_task(case, case.applicant),
        "projects:change": change,
        "projects:": project,
        "reports:project": project,
        "budget:sheet": sheet,
        "budget:control_": make_figure(world),
        "budget:findings": make_run(world),
        "budget:staff_count": make_staff(world),
        "budget:staff_change": make_staff_change(world),
        "budget:standard_change": make_standard_change(world),
        "budget:standard": make_standard(region=world.tree.banner),
        "budget:compilation": compilation,
        "reports:sheet": sheet,
    }
    review = review_rows.published_review(world)
    by_space |= review_rows.by_address(review)
    by_space |= ledger_rows.by_address(ledger_rows.used_authority(world))
    treasury = Treasury(world)
    by_space |= desk_rows.by_address(treasury) | payment_rows.by_address(treasury)
    by_space["reports:payment_"] = by_space["disbursement:request"]
    by_space |= person_rows.by_address(world.tree.banner, by_space["disbursement:payee"])
    by_space |= subsidy_rows.by_address(world, treasury)
    by_space |= goal_rows.by_address(project)
    by_space |= monitoring_rows.by_address(monitoring_rows.watched_payment(by_space["disbursement:request"]))
    by_space |= performance_rows.by_address(performance_rows.evaluated_year(world))
    by_space |= performance_collect_rows.by_address(make_year(world))
    by_space |= published_rows.by_address(world)
    refresh_figures()
    plain = PLAIN | {"unit": world.unit.pk} | review_rows.arguments(review, rows["files:file"])
    plain["survey"] = by_space["performance:survey"].code
    return House(world, rows, by_space, plain)


@kept
def make_house() -> House:
    return furnish(make_world())


@pytest.fixture
def house(db: None) -> House:
    return make_house()


@pytest.fixture
def world(house: House) -> World:
    return house.world


@pytest.fixture
def fill(house: House) -> Callable[[str], str]:
    return house.address


def test_every_address_is_known_to_the_sweep():
    assert len(NAMES) > 40
    assert {argument for arguments in ARGUMENTS.values() for argument in arguments} <= {
        "pk",
        *PLAIN,
        *OF_LETTERS,
        *OF_REVIEW,
        *OF_PERFORMANCE,
    }


def test_every_address_has_one_page(fill):
    """Of two pages at one address nobody would ever see the second."""
    routes: dict[str, list[str]] = {}
    for name in NAMES:
        routes.setdefault(resolve(fill(name)).view_name, []).append(name)
    assert [names for found, names in routes.items() if names != [found]] == []


@pytest.mark.covers("A1", "B1")
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_sent_to_the_sign_in_page(fill, method):
    stranger = Client()
    for name in NAMES:
        if name in OPEN_TO_STRANGERS or name.startswith(PUBLIC):
            continue
        address = fill(name)  # its row may be made for it
        with asked() as statements:
            response = getattr(stranger, method)(address)
        assert response.status_code == 302, name
        assert response.url.startswith(reverse("accounts:login")), name
        assert writes(statements) == [], name


@pytest.mark.covers("B1")
def test_the_administration_is_closed_to_strangers():
    for address in ("/admin/", "/admin/regions/region/", "/admin/login/", "/admin/jsi18n/", "/admin/x/"):
        response = Client().get(address)
        assert response.status_code in {302, 404}, address
        if response.status_code == 302:
            assert reverse("accounts:login") in response.url or "/admin/login" in response.url


# Whose pages are asked for as parts too.
ASK_FOR_PARTS = {"unit_clerk", "banner_officer"}
ACCIDENTAL = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|\d+')
MAIN = re.compile(rb"<main.*</main>", re.DOTALL)


def look_of(name: str, response: Any) -> tuple[int, bytes]:
    """What one sees, whichever row and whoever it is: the page without its frame, its numbers and its token.

    Of what is no page to read (a file, another address) it is only known where it stands.
    """
    is_page = response.headers.get("content-type", "").startswith("text/html") and not response.streaming
    body = response.content if is_page else b""
    main = MAIN.search(body)
    return response.status_code, ACCIDENTAL.sub(b"", main[0] if main else body) or name.encode()


# Pages that show numbers of persons in clear, and why they may.
CLEAR = {
    "projects:edit": "the telephone of the project's own office, to whom enters it",
    "disbursement:sent_raw": "the message as the treasury got it, to the desk that works with it; each look is recorded",
    "disbursement:received_raw": "the message as it came, to the desk that works with it; each look is recorded",
}


def read(browser: Client, name: str, address: str, numbers: frozenset[str] = frozenset()) -> Any:
    with asked() as statements:
        response = browser.get(address)
    assert name in CLEAR or shown(response, numbers) == set(), f"{name} shows numbers of persons in clear"
    assert response.status_code in {200, 302, 403, 404, 405, 409}, f"{name}: {response.status_code}"
    if name not in DOWNLOADS:
        refused = response.status_code in {403, 404}
        told = [sql for sql in writes(statements) if WRITTEN_DOWN.search(sql)] if refused or name in PERSONS else []
        assert [sql for sql in writes(statements) if sql not in told] == [], name
    return response


def read_as_part(browser: Client, name: str, address: str, whole: int) -> None:
    """The part for htmx has the same checks as the whole page."""
    part = browser.get(address, headers={"HX-Request": "true"})
    assert part.status_code == whole, name
    if whole == 200 and hasattr(part, "context_data") and not name.startswith(PUBLIC):
        assert "HX-Request" in part["Vary"], name


EXAMINED: set[tuple[int, bytes]] = set()
ASTRAY = "next=https%3A%2F%2Fevil.example%2F&back=%2F%2Fevil.example"


def led_astray(name: str, address: str) -> str:
    """An address that asks to be led to another site afterwards; pages that take no questions stay as they are."""
    return address if name.startswith(PUBLIC) or name in OPEN_TO_STRANGERS else f"{address}?{ASTRAY}"


def examine(name: str, response: Any, look: tuple[int, bytes]) -> None:
    """The heads of every answer, and once what each look of a page holds."""
    is_public = name.startswith(PUBLIC) or name in OPEN_TO_STRANGERS
    assert list(faults_of(response, is_public=is_public, with_body=look not in EXAMINED)) == [], name
    EXAMINED.add(look)


@pytest.fixture(scope="module")
def seen_in_mongolian() -> set[tuple[int, bytes]]:
    """The Chinese look of the pages that somebody has read in Mongolian."""
    return set()


@pytest.mark.covers("A5", "D1", "G1", "H2")
@pytest.mark.parametrize("role", ROLES)
def test_no_page_crashes_and_a_get_only_reads(house: House, fill, role, seen_in_mongolian):
    """Every address in Chinese, none with a number of a person in clear; in Mongolian what nobody has seen there yet: whoever reads it, the words are the same."""
    world, tree = house.world, house.world.tree
    place = {"unit": world.unit, "department": world.unit.department}.get(ROLES[role].node)
    nodes = {0: tree.root, 1: tree.league, 2: tree.banner}
    node = place or nodes[max(ROLES[role].levels)]
    browser = client_of(role, node)
    browser.cookies["django_language"] = "zh-hans"
    browser.get("/")
    looks, numbers, objects = {}, clear_numbers(), house.objects()
    assert len(numbers) > 10
    for name in NAMES:
        response = read(browser, name, led_astray(name, fill(name)), numbers)
        looks[name] = look_of(name, response)
        examine(name, response, looks[name])
        if name in objects:
            standing = standing_of(ROLES[role], node, *objects[name])
            assert wrong_reading(ROLES[role], standing, fill(name), response) == "", name
        if role in ASK_FOR_PARTS:
            read_as_part(browser, name, fill(name), response.status_code)
    browser.cookies["django_language"] = "mvf"
    assert b'lang="mn-Mong-CN"' in browser.get("/", follow=True).content
    for name, look in looks.items():
        if look not in seen_in_mongolian:
            assert read(browser, name, fill(name), numbers).status_code == look[0], name
            seen_in_mongolian.add(look)


def test_no_page_of_a_closed_module_opens(world: World, fill):
    """Where a region is not switched on, all pages of the modules are closed with a reason, whatever they are."""
    empty = RolloutPhase.objects.create(number=1, name_zh_hans="筹备", modules=[])
    switch_on(system_actor("tests"), [world.tree.banner], empty, timezone.localdate())
    officer, opened, refused = client_of("banner_officer", world.tree.banner), [], 0
    for name in NAMES:
        view = getattr(resolve(fill(name)).func, "view_class", None)
        if view is not None and issubclass(view, KitView) and module_of(view) in MODULES:
            status = officer.get(fill(name)).status_code
            refused += status == 403
            opened += [name] if status not in {403, 404, 405} else []
    assert opened == []
    assert refused > 100


BAD_QUERIES = [
    "q=%00",
    "q=%F0%9F%90%8E",
    "q=" + "x" * 3000,
    "q=%25_%5C",
    "sort=nothing",
    "sort=-",
    "sort=__class__",
    "cursor=x",
    "export=exe",
    "tab=nothing",
    "year=2027&round=nothing",
    "region=999999999",
    "function=%00",
    "kind=nothing",
    "state=nothing",
    "since=2027-99-99",
    "view=x",
]


@pytest.mark.covers("D1")
@pytest.mark.parametrize("query", BAD_QUERIES)
def test_nonsense_in_an_address_crashes_nothing(world: World, fill, query):
    officer, auditor = client_of("banner_officer", world.tree.banner), client_of("auditor", world.tree.banner)
    pages = [name for name in NAMES if not ARGUMENTS[name]] + [
        *("budget:sheet", "budget:compilation", "regions:unit"),
        *("projects:project", "projects:edit", "projects:compare", "projects:change"),
        *("ledger:authority", "ledger:posting", "ledger:document", "ledger:document_lines", "ledger:book"),
        *("disbursement:request", "disbursement:payee", "disbursement:contract", "disbursement:plan"),
        *("disbursement:day", "disbursement:sent_message", "disbursement:received_message"),
        *("subsidy:roster", "subsidy:lines", "subsidy:line", "subsidy:household", "subsidy:public_roster"),
        *("performance:target", "performance:progress", "performance:survey", "surveys:answer"),
        *("review:review", "review:expert", "review:publicity", "review:objection", "public:notices", "public:notice"),
    ]
    for name in pages:
        browser = auditor if name.startswith("evidence:") else officer
        response = browser.get(f"{fill(name)}?{query}")
        assert response.status_code in {200, 302, 403, 404, 405}, f"{name}: {response.status_code}"


@pytest.mark.covers("B6")
@pytest.mark.parametrize("pk", [0, 2**31, 2**63, 10**30])
def test_numbers_that_no_row_has_are_not_found(world: World, pk):
    browser = client_of("banner_officer", world.tree.banner)
    for name, arguments in ARGUMENTS.items():
        if arguments == ["pk"] and name not in BY_UUID:
            assert browser.get(reverse(name, args=[pk])).status_code in {403, 404, 405}, name


@pytest.mark.covers("G1", "D1")
def test_pages_are_private_and_carry_the_security_heads(world: World):
    response = client_of("banner_officer", world.tree.banner).get("/")
    assert "no-store" in response["Cache-Control"]
    policy = response["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"


def test_an_unknown_address_has_a_page(world: World):
    response = client_of("banner_officer", world.tree.banner).get("/nothing/here/")
    assert response.status_code == 404
    assert "errors/404.html" in [template.name for template in response.templates]
