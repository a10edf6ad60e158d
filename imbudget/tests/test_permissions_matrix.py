"""Who opens what: roles by pages by places. 404 means outside the scope, 403 means seen but not allowed."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.budget.models import BudgetLine, BudgetSheet, Compilation
from apps.budget.tests.factories import World, fresh, line, make_compilation, make_sheet
from apps.evidence.models import Entry
from apps.regions.models import Unit
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from imbudget.kit.testing import html

pytestmark = [pytest.mark.django_db, pytest.mark.covers("B1", "B6")]
ADMINS = ("system_admin", "security_admin", "audit_admin")
# name → role and the place of the post, seen from the first banner and its unit
PEOPLE = {
    "clerk": ("unit_clerk", "unit"),
    "head": ("unit_head", "unit"),
    "other clerk": ("unit_clerk", "neighbour_unit"),
    "other head": ("unit_head", "neighbour_unit"),
    "reviewer": ("department_reviewer", "department"),
    "banner": ("banner_officer", "banner"),
    "other banner": ("banner_officer", "neighbour"),
    "league": ("league_officer", "league"),
    "other league": ("league_officer", "other_league"),
    "region": ("region_officer", "root"),
    "leader": ("finance_leader", "banner"),
    "league leader": ("finance_leader", "league"),
    "auditor": ("auditor", "banner"),
    "league auditor": ("auditor", "league"),
    **{name: (name, "root") for name in ADMINS},
}


def client(world: World, who: str) -> Client:
    role, place = PEOPLE[who]
    nodes = {"unit": world.unit, "neighbour_unit": world.neighbour_unit, "department": world.unit.department}
    return client_of(role, nodes.get(place) or getattr(world.tree, place))


def statuses(browser: Client, addresses: list[str]) -> list[int]:
    return [browser.get(address).status_code for address in addresses]


SHEET_PAGES = ("sheet", "sheet_edit", "sheet_submit", "sheet_recall", "sheet_reopen", "sheet_remark")
SUBMITTED = {  # who: detail, edit, submit, recall, return what was accepted, comment
    "clerk": (200, 403, 403, 200, 403, 403),
    "head": (200, 403, 403, 200, 403, 403),
    "other clerk": (404, 404, 404, 404, 404, 404),
    "other head": (404, 403, 404, 404, 404, 404),
    "reviewer": (200, 403, 403, 403, 403, 200),
    "banner": (200, 403, 403, 403, 403, 200),
    "other banner": (404, 403, 404, 404, 404, 404),
    "league": (200, 403, 403, 403, 403, 200),
    "other league": (404, 403, 404, 404, 404, 404),
    "region": (200, 403, 403, 403, 403, 200),
    "leader": (200, 403, 403, 403, 403, 200),
    "auditor": (200, 403, 403, 403, 403, 403),
    "league auditor": (200, 403, 403, 403, 403, 403),
    **dict.fromkeys(ADMINS, (403, 403, 404, 404, 404, 404)),
}
DRAFT = {
    "clerk": (200, 200, 200, 403, 403, 403),
    "head": (200, 403, 200, 403, 403, 403),
    "banner": (200, 403, 403, 403, 403, 200),
    "league": (200, 403, 403, 403, 403, 200),
}
ACCEPTED = {
    "clerk": (200, 403, 403, 403, 403, 403),
    "head": (200, 403, 403, 403, 403, 403),
    "banner": (200, 403, 403, 403, 200, 200),
    "region": (200, 403, 403, 403, 403, 200),
}


def cases(*tables: tuple[str, dict]) -> list[object]:
    return [
        pytest.param(state, who, expected, id=f"{state}-{who}")
        for state, table in tables
        for who, expected in table.items()
    ]


@pytest.mark.parametrize(
    ("state", "who", "expected"), cases(("submitted", SUBMITTED), ("draft", DRAFT), ("accepted", ACCEPTED))
)
def test_pages_of_a_sheet(world: World, state, who, expected):
    sheet = make_sheet(world.codes, world.unit, state=state)
    browser = client(world, who)
    assert tuple(statuses(browser, [reverse(f"budget:{name}", args=[sheet.pk]) for name in SHEET_PAGES])) == expected


@pytest.mark.parametrize("who", [who for who, row in SUBMITTED.items() if 200 not in row[1:5]])
def test_acts_on_a_sheet_are_refused_when_posted_too(world: World, who):
    """The button is hidden and the page is closed, but the address can still be posted to."""
    sheet = make_sheet(world.codes, world.unit, state="submitted")
    browser = client(world, who)
    for name in SHEET_PAGES[1:5]:
        answer = browser.post(reverse(f"budget:{name}", args=[sheet.pk]), {"reason": "x", "version": "2"})
        assert answer.status_code in {403, 404, 422}, name
    again = fresh(sheet)
    assert (again.state, again.version, again.total) == (sheet.state, sheet.version, sheet.total)


COMPILATION_PAGES = ("", "_compile", "_reopen", "_report", "_withdraw", "_reopen_report")
COMPILED = {  # who: detail, compile, reopen, report, take the report back, return what was accepted
    "clerk": (404, 404, 404, 404, 404, 404),
    "reviewer": (404, 404, 404, 404, 404, 404),
    "banner": (200, 403, 200, 200, 403, 403),
    "other banner": (404, 404, 404, 404, 404, 404),
    "league": (200, 403, 403, 403, 403, 403),
    "other league": (404, 404, 404, 404, 404, 404),
    "region": (200, 403, 403, 403, 403, 403),
    "leader": (200, 403, 403, 403, 403, 403),
    "auditor": (200, 403, 403, 403, 403, 403),
    **dict.fromkeys(ADMINS, (403, 404, 404, 404, 404, 404)),
}
REPORTED = {
    "banner": (200, 403, 403, 403, 200, 403),
    "league": (200, 403, 403, 403, 403, 403),
    "league leader": (200, 403, 403, 403, 403, 403),
    "region": (200, 403, 403, 403, 403, 403),
    "other league": (404, 404, 404, 404, 404, 404),
}
RECEIVED = {
    "banner": (200, 403, 403, 403, 403, 403),
    "league": (200, 403, 403, 403, 403, 200),
    "region": (200, 403, 403, 403, 403, 403),
}
OPEN = {"banner": (200, 200, 403, 403, 403, 403), "league": (200, 403, 403, 403, 403, 403)}


@pytest.mark.parametrize(
    ("state", "who", "expected"),
    cases(("compiled", COMPILED), ("reported", REPORTED), ("accepted", RECEIVED), ("open", OPEN)),
)
def test_pages_of_a_compilation(world: World, state, who, expected):
    compilation = make_compilation(world.codes, world.tree.banner, state)
    addresses = [reverse(f"budget:compilation{name}", args=[compilation.pk]) for name in COMPILATION_PAGES]
    assert tuple(statuses(client(world, who), addresses)) == expected


@pytest.mark.parametrize("who", [who for who, row in COMPILED.items() if 200 not in row[1:]])
def test_acts_on_a_compilation_are_refused_when_posted_too(world: World, who):
    compilation = make_compilation(world.codes, world.tree.banner, "compiled")
    browser = client(world, who)
    for name in COMPILATION_PAGES[2:]:
        address = reverse(f"budget:compilation{name}", args=[compilation.pk])
        assert browser.post(address, {"reason": "x"}).status_code in {403, 404}, name
    assert Compilation.objects.get().state == "compiled"


PLACES = ("banner", "neighbour", "league", "other_league", "root", "far_banner")
BY_REGION = {  # who: the pages over a region, for each place
    "banner": (200, 404, 404, 404, 404, 404),
    "other banner": (404, 200, 404, 404, 404, 404),
    "leader": (200, 404, 404, 404, 404, 404),
    "auditor": (200, 404, 404, 404, 404, 404),
    "league": (200, 200, 200, 404, 404, 404),
    "league leader": (200, 200, 200, 404, 404, 404),
    "other league": (404, 404, 404, 200, 404, 200),
    "region": (200, 200, 200, 200, 200, 200),
    "clerk": (403, 403, 403, 403, 403, 403),
    "head": (403, 403, 403, 403, 403, 403),
    "reviewer": (403, 403, 403, 403, 403, 403),
    **dict.fromkeys(ADMINS, (403, 403, 403, 403, 403, 403)),
}


@pytest.mark.parametrize("who", BY_REGION)
def test_the_summary_of_a_region(world: World, who):
    addresses = [f"{reverse('budget:summary')}?region={getattr(world.tree, place).pk}" for place in PLACES]
    assert tuple(statuses(client(world, who), addresses)) == BY_REGION[who]


@pytest.mark.parametrize("who", BY_REGION)
def test_the_progress_of_a_region(world: World, who):
    own_units = {"clerk", "head", "reviewer"}
    addresses = [f"{reverse('budget:progress')}?region={getattr(world.tree, place).pk}" for place in PLACES]
    expected = (200, 404, 404, 404, 404, 404) if who in own_units else BY_REGION[who]
    assert tuple(statuses(client(world, who), addresses)) == expected


@pytest.mark.parametrize("who", ["clerk", "reviewer"])
def test_a_unit_post_learns_nothing_of_its_neighbours_progress(world: World, who):
    other = UnitFactory(region=world.tree.banner, department=DepartmentFactory(region=world.tree.banner, code="205"))
    make_sheet(world.codes, world.unit)
    make_sheet(world.codes, other, [line(world.codes, "98765.43")])
    text = html.text(client(world, who).get(reverse("budget:progress")))
    assert world.unit.name in text
    assert other.name not in text
    assert "98,765.43" not in text


@pytest.mark.parametrize("who", BY_REGION)
def test_the_summary_as_a_file_follows_the_page(world: World, who):
    addresses = [
        f"{reverse('reports:summary', args=['csv'])}?region={getattr(world.tree, place).pk}" for place in PLACES
    ]
    assert tuple(statuses(client(world, who), addresses)) == BY_REGION[who]


@pytest.mark.parametrize("who", SUBMITTED)
def test_a_sheet_as_a_file_follows_its_page(world: World, who):
    sheet = make_sheet(world.codes, world.unit)
    assert statuses(client(world, who), [reverse("reports:sheet", args=[sheet.pk, "csv"])]) == [SUBMITTED[who][0]]


LISTS = {  # who: sheets, lines, import, regions, units, evidence, jobs
    "clerk": (200, 200, 403, 200, 200, 403, 200),
    "head": (200, 200, 403, 200, 200, 403, 200),
    "reviewer": (200, 200, 403, 200, 200, 403, 200),
    "banner": (200, 200, 200, 200, 200, 403, 200),
    "league": (200, 200, 200, 200, 200, 403, 200),
    "region": (200, 200, 200, 200, 200, 403, 200),
    "leader": (200, 200, 403, 200, 200, 403, 200),
    "auditor": (200, 200, 403, 200, 200, 200, 200),
    "system_admin": (403, 403, 403, 403, 403, 403, 200),
    "security_admin": (403, 403, 403, 403, 403, 403, 200),
    "audit_admin": (403, 403, 403, 403, 403, 200, 200),
}
LIST_PAGES = (
    "budget:sheets",
    "budget:lines",
    "budget:import",
    "regions:regions",
    "regions:units",
    "evidence:entries",
    "desk:jobs",
)


@pytest.mark.parametrize("who", LISTS)
def test_lists(world: World, who):
    assert tuple(statuses(client(world, who), [reverse(name) for name in LIST_PAGES])) == LISTS[who]


ROWS = {  # who sees the sheets of: own banner, its neighbour, the league itself, a far banner
    "clerk": {"unit"},
    "reviewer": {"unit"},
    "banner": {"unit"},
    "league": {"unit", "neighbour_unit", "league_unit"},
    "league leader": {"unit", "neighbour_unit", "league_unit"},
    "other league": {"far_unit"},
    "region": {"unit", "neighbour_unit", "league_unit", "far_unit"},
    "other clerk": {"neighbour_unit"},
}


@pytest.mark.parametrize("who", ROWS)
@pytest.mark.parametrize("name", ["budget:sheets", "budget:lines", "regions:units"])
def test_lists_hold_only_what_is_in_scope(world: World, who, name):
    units = {place: getattr(world, place) for place in ("unit", "neighbour_unit", "league_unit", "far_unit")}
    for unit in units.values():
        make_sheet(world.codes, unit)
    page = client(world, who).get(reverse(name)).context["rows"]
    shown = {row["object"].pk for row in page}
    model = {"budget:sheets": BudgetSheet, "budget:lines": BudgetLine, "regions:units": Unit}[name]
    key = "pk" if model is Unit else "unit_id"
    assert set(model.objects.filter(pk__in=shown).values_list(key, flat=True)) == {
        units[place].pk for place in ROWS[who]
    }


@pytest.mark.parametrize(("who", "places"), [("auditor", {"banner"}), ("league auditor", {"banner", "league"})])
def test_the_record_holds_only_what_is_in_scope(world: World, who, places):
    for unit in (world.unit, world.league_unit, world.far_unit):
        make_sheet(world.codes, unit)
    browser = client(world, who)
    codes = {getattr(world.tree, place).code for place in places}
    rows = browser.get(reverse("evidence:entries")).context["rows"]
    shown = Entry.objects.filter(pk__in=[row["object"].pk for row in rows])
    assert set(shown.values_list("region_code", flat=True)) == codes
    for entry in Entry.objects.filter(event="budget.sheet_opened"):
        expected = 200 if entry.region_code in codes else 404
        assert browser.get(entry.get_absolute_url()).status_code == expected


DETAILS = {  # who: region pages of banner, neighbour, league; unit pages of unit, neighbour, far
    "clerk": (200, 404, 404, 200, 404, 404),
    "banner": (200, 404, 404, 200, 404, 404),
    "league": (200, 200, 200, 200, 200, 404),
    "region": (200, 200, 200, 200, 200, 200),
    "other league": (404, 404, 404, 404, 404, 200),
    **dict.fromkeys(ADMINS, (403, 403, 403, 403, 403, 403)),
}


@pytest.mark.parametrize("who", DETAILS)
def test_regions_and_units(world: World, who):
    tree = world.tree
    rows = [tree.banner, tree.neighbour, tree.league, world.unit, world.neighbour_unit, world.far_unit]
    assert tuple(statuses(client(world, who), [row.get_absolute_url() for row in rows])) == DETAILS[who]


@pytest.mark.parametrize("who", PEOPLE)
def test_the_menu_leads_only_to_open_pages(world: World, who):
    browser = client(world, who)
    page = browser.get("/")
    assert page.status_code == 200
    for address in {item.href for group in page.context["menu"] for item in group.items}:
        assert browser.get(address).status_code == 200, address


@pytest.mark.parametrize("who", ["clerk", "head", "banner", "league", "region", "leader", "auditor", "reviewer"])
@pytest.mark.parametrize("state", ["draft", "submitted", "accepted", "returned"])
def test_the_buttons_of_a_sheet_lead_only_to_open_pages(world: World, who, state):
    sheet = make_sheet(world.codes, world.unit, state=state)
    browser = client(world, who)
    page = browser.get(sheet.get_absolute_url())
    own = [link for link in html.links(page) if link.startswith(sheet.get_absolute_url()) and "?" not in link]
    for link in own:
        assert browser.get(link).status_code == 200, link


def test_a_post_that_ended_opens_nothing(world: World):
    browser = client(world, "banner")
    assert browser.get(reverse("budget:sheets")).status_code == 200
    from apps.accounts.models import Post

    Post.objects.update(valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31))
    assert browser.get(reverse("budget:sheets")).status_code == 403
    assert BudgetSheet.objects.count() == 0
