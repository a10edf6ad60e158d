"""Every page for everybody: no serious finding of axe-core, none longer along the line than a phone, the keyboard reaches all,
paper shows every row.

The addresses come from the sweep (imbudget/tests/test_sweep.py), so a new page is examined without being named here.
"""

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.template import engines
from django.template.loader import get_template
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import UserFactory, make_post, sign_in
from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.tests.factories import World, line, make_sheet
from apps.desk.models import Job
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.testing.html import bones
from imbudget.tests.axe import Examination
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_sweep import NAMES, PLAIN, furnish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
LANGUAGES = ["zh-hans", "mvf"]
LINES = 75  # more than a page of a list and a page of paper hold
# Roles in the order in which they are tried for an address: the first that may open it looks at it.
ROLES = ("banner", "clerk", "auditor", "leader")
PARTS = ("?tab=checks", "?tab=lines", "?tab=history", "?tab=remarks")


@dataclass(frozen=True, slots=True)
class House:
    """The world with people in it, a long sheet still being entered, and jobs as they come out."""

    world: World
    sheet: BudgetSheet
    jobs: list[Job]


@pytest.fixture
def house(world: World) -> House:
    tree, unit = world.tree, UnitFactory(region=world.tree.banner)
    posts = {
        username: make_post(role, node, UserFactory(username=username))
        for username, role, node in (
            ("clerk", "unit_clerk", unit),
            ("banner", "banner_officer", tree.banner),
            ("auditor", "auditor", tree.root),
            ("leader", "finance_leader", tree.banner),
            ("system", "system_admin", tree.root),
            ("security", "security_admin", tree.root),
        )
    }
    lines = [line(world.codes, f"{number}.25", project_name=f"项目{number:03}") for number in range(101, 101 + LINES)]
    return House(world, make_sheet(world.codes, unit, lines), list(jobs_of(posts["banner"])))


def jobs_of(post: Post) -> Iterator[Job]:
    for state in ("running", "failed", "done"):
        error = "文件不可读" if state == "failed" else ""
        yield Job.objects.create(
            user=post.user, post=post, kind="budget.import", label=f"导入 {state}", state=state, error=error
        )


# --- axe-core


def addresses(house: House, fill: Callable[[str], str]) -> list[str]:
    """Every address of the sweep that shows a page, the parts and states of some, and one that is not there."""
    sheet = house.sheet.pk
    found = [fill(name) for name in NAMES if not set(PLAIN) & set(re.findall(r"\w+", name))]
    found += [reverse(f"budget:sheet{part}", args=[sheet]) for part in ("", "_edit", "_submit")]
    found += [reverse("budget:sheet", args=[sheet]) + part for part in PARTS]
    found += [reverse("budget:summary") + f"?by={by}" for by in ("function", "fund", "government_economic")]
    found += [reverse("budget:lines") + query for query in ("?q=项目&sort=-amount", "?q=nothing-at-all", "?fund=1")]
    return [*found, *(job.get_absolute_url() for job in house.jobs), "/nothing/here/"]


def page_at(client: Client, address: str) -> str | None:
    """What a person sees there; nothing where it is a file, another page, or not for them."""
    response = client.get(address)
    is_html = response.headers.get("content-type", "").startswith("text/html")
    is_shown = response.status_code == 200 or (response.status_code == 404 and address == "/nothing/here/")
    return response.content.decode() if is_html and is_shown else None


# What of the page, or of what scrolls in its place, is longer along the line than the window; tables have boxes of their own.
TOO_LONG = """() => { const stands = getComputedStyle(document.documentElement).writingMode !== "horizontal-tb";
  const over = (e) => stands ? e.scrollHeight - e.clientHeight : e.scrollWidth - e.clientWidth;
  return [document.documentElement, document.querySelector("main")].filter((e) => e && over(e) > 1)
    .map((e) => `${e.localName} is ${over(e)} pixels longer than a phone`); }"""


def too_long(page: Page) -> list[str]:
    """What one has to push aside on a phone to read a line to its end."""
    page.set_viewport_size({"width": 390, "height": 844})
    found: list[str] = page.evaluate(TOO_LONG)
    page.set_viewport_size({"width": 1366, "height": 768})
    return found


@dataclass(slots=True)
class Sweep:
    """Pages looked at one after another; those that are built as an earlier one are not examined again."""

    desks: dict[str, Desk]
    faults: dict[str, list[str]] = field(default_factory=dict)
    seen: int = 0
    examined: set[frozenset[str]] = field(default_factory=set)
    examination: Examination = field(default_factory=Examination)

    def look(self, addresses: list[str]) -> None:
        """Each address as the first of the roles sees it that may open it."""
        clients = {name: sign_in(Client(), User.objects.get(username=name)) for name in self.desks}
        for address in addresses:
            pages = ((name, page_at(client, address)) for name, client in clients.items())
            name, page = next(((name, page) for name, page in pages if page), ("", ""))
            self.seen += bool(page)
            built = bones(page) if page else None
            if built and built not in self.examined:
                self.examined.add(built)
                assert self.desks[name].open(address) in {200, 404}
                self.examine(address, name)

    def examine(self, address: str, name: str) -> None:
        page = self.desks[name].page
        self.faults[address] = self.examination.serious(page) + too_long(page)


def desks_of(chromium: Browser, live_server: Any, language: str, roles: tuple[str, ...] = ROLES) -> dict[str, Desk]:
    return {name: Desk(chromium, live_server.url, name, language, start="", bypass_csp=True) for name in roles}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_a_serious_fault(chromium: Browser, live_server: Any, house: House, language: str):
    sweep = Sweep(desks_of(chromium, live_server, language))
    sweep.look(addresses(house, furnish(house.world).address))
    for name in ("clerk", "auditor", "leader"):
        sweep.desks[name].open("/")
        sweep.examine(f"/ of {name}", name)
    assert sweep.seen > 35
    assert told(sweep.faults) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_longer_than_a_phone_is_found(chromium: Browser, live_server: Any, house: House, language: str):
    page = Desk(chromium, live_server.url, "clerk", language, bypass_csp=True).page
    assert too_long(page) == []
    page.add_style_tag(content="main::after { content: ''; display: block; inline-size: 60rem; block-size: 1px }")
    assert [text.split(" is ")[0] for text in too_long(page)] == ["main"]


PLANTED = {
    "label (critical)": '<input name="planted">',
    "color-contrast (serious)": '<b class="planted">很淡的文字</b><style>.planted { color: #bbb; background: #fff }</style>',
    "image-alt (critical)": '<img src="data:,">',
}
RETURNED = '{% if object.return_reason and object.state == "returned" %}'


@pytest.mark.parametrize("fault", PLANTED)
def test_a_fault_in_one_state_of_a_page_is_found(
    chromium: Browser, live_server: Any, house: House, monkeypatch: pytest.MonkeyPatch, fault: str
):
    """Not examining what is built alike hides nothing: the same page of other rows is skipped, that of another state is not."""
    page = get_template("budget/sheet_detail.html").template
    planted = engines["django"].engine.from_string(page.source.replace(RETURNED, RETURNED + PLANTED[fault], 1))
    assert planted.source != page.source
    monkeypatch.setattr(page, "nodelist", planted.nodelist)
    sheets = [make_sheet(house.world.codes, UnitFactory(region=house.world.tree.banner)) for _unit in range(3)]
    BudgetSheet.objects.filter(pk=sheets[-1].pk).update(state="returned", return_reason="请补充说明")
    sound, alike, returned = (sheet.get_absolute_url() for sheet in sheets)
    sweep = Sweep(desks_of(chromium, live_server, "zh-hans", ("banner",)))
    sweep.look([sound, alike, returned])
    assert (sweep.seen, list(sweep.faults)) == (3, [sound, returned])
    assert sweep.faults[sound] == []
    assert [line.startswith(fault) for line in sweep.faults[returned]] == [True]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_before_and_beyond_the_desk(chromium: Browser, live_server: Any, house: House, language: str):
    """Signing in, wrong passwords, refusals, and the administration."""
    faults: dict[str, list[str]] = {}
    serious = Examination().serious
    clerk = Desk(chromium, live_server.url, "clerk", language, start="", bypass_csp=True)
    assert clerk.open("/budget/summary/") == 403
    faults["403"] = serious(clerk.page)
    clerk.context.clear_cookies(name="sessionid")
    clerk.context.clear_cookies(name="__Host-sessionid")
    clerk.open("/accounts/login/")
    faults["sign-in"] = serious(clerk.page)
    clerk.page.fill("[name=username]", "clerk")
    clerk.page.fill("[name=password]", "wrong")
    clerk.page.press("[name=password]", "Enter")
    clerk.page.wait_for_selector(".errors, .error-summary, .note")
    faults["wrong password"] = serious(clerk.page)
    for name, pages in (("system", ADMIN_PAGES), ("security", ["/admin/", "/admin/accounts/user/"])):
        desk = Desk(chromium, live_server.url, name, language, start="", bypass_csp=True)
        for address in pages:
            address = address.replace("UNIT", str(house.world.unit.pk))
            assert desk.open(address) == 200, address
            faults[address] = serious(desk.page)
    assert told(faults) == ""


ADMIN_PAGES = ["/admin/", "/admin/regions/unit/", "/admin/regions/unit/UNIT/change/", "/admin/regions/region/"]


def told(faults: dict[str, list[str]]) -> str:
    return "\n".join(f"{address}\n  " + "\n  ".join(found) for address, found in faults.items() if found)


# --- keyboard

CONTROLS = """
() => {
  const all = document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']");
  const wanted = [...all].filter((item) =>
    !item.disabled && item.tabIndex >= 0 && item.checkVisibility({visibilityProperty: true}));
  wanted.forEach((item, place) => { item.dataset.place = place; });
  return wanted.map((item) => item.outerHTML.slice(0, 120));
}
"""
FOCUSED = """
() => {
  const item = document.activeElement;
  const style = getComputedStyle(item), box = item.getBoundingClientRect();
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
  const inside = box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
  const label = item.closest(".file") ? true : ring;
  return {place: item.dataset.place ?? null, ring: label, inside, html: item.outerHTML.slice(0, 120)};
}
"""


def walk(page: Page) -> tuple[list[str], list[dict[str, Any]]]:
    """All controls of the page, and those that Tab comes to, in its order."""
    page.wait_for_load_state("networkidle")  # the grid has its lines
    wanted = page.evaluate(CONTROLS)
    page.evaluate("document.activeElement.blur()")
    visited: list[dict[str, Any]] = []
    for _press in range(len(wanted) * 2 + 60):
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUSED)
        known = visited and step["place"] is not None
        if len(visited) > 1 and known and step["place"] == visited[0]["place"]:
            break
        if known and step["place"] == visited[-1]["place"]:
            page.keyboard.press("Escape")  # in the grid Tab goes from cell to cell; after Escape it leaves it
            continue
        visited.append(step)
    return wanted, visited


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_keyboard_reaches_every_control(chromium: Browser, live_server: Any, house: House, language: str):
    desk = Desk(chromium, live_server.url, "clerk", language, start="")
    BudgetLine.objects.filter(sheet=house.sheet, number__gt=4).delete()  # a short grid walks as a long one does
    for address in ("/budget/lines/", house.sheet.get_absolute_url(), f"{house.sheet.get_absolute_url()}edit/"):
        assert desk.open(address) == 200
        if address.endswith("edit/"):
            desk.page.locator(".grid-editor:focus").wait_for()  # the grid takes the focus once it has its lines
        wanted, visited = walk(desk.page)
        places = {step["place"] for step in visited}
        missed = [html for place, html in enumerate(wanted) if str(place) not in places]
        assert len(wanted) > 20
        assert missed == [], address
        assert [step["html"] for step in visited if step["place"] and not step["ring"]] == [], f"no ring: {address}"
        assert [step["html"] for step in visited if step["place"] and not step["inside"]] == [], f"unseen: {address}"
    desk.page.goto("about:blank")
    desk.close()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_key_leads_past_the_menu(chromium: Browser, live_server: Any, house: House, language: str):
    desk = Desk(chromium, live_server.url, "banner", language, start="")
    desk.open("/budget/lines/")
    desk.page.keyboard.press("Tab")
    first = desk.page.evaluate(FOCUSED)
    assert 'class="skip"' in first["html"]
    assert first["inside"]
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "main"
    desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.activeElement.closest('main') !== null")
    desk.close()


# --- paper


@dataclass(frozen=True, slots=True)
class Paper:
    """What a page looks like printed: its text, and what of it lies outside the paper."""

    text: str
    outside: list[str]
    pages: int


def printed(page: Page) -> Paper:
    reader = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    outside: list[str] = []
    for sheet in reader.pages:
        width, height = float(sheet.mediabox.width), float(sheet.mediabox.height)

        def look(text: str, cm: Any, tm: Any, *_font: Any, width: float = width, height: float = height) -> None:
            x = cm[0] * tm[4] + cm[2] * tm[5] + cm[4]
            y = cm[1] * tm[4] + cm[3] * tm[5] + cm[5]
            if text.strip() and not (0 <= x <= width and 0 <= y <= height):
                outside.append(text.strip())

        sheet.extract_text(visitor_text=look)
    text = re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in reader.pages))
    return Paper(text, outside, len(reader.pages))


LONG, SHORT = 1032, 703  # pixels of A4 between margins of 12 mm; lines of a table run along the long side
CUT_OFF = """
() => {
  const stands = getComputedStyle(document.documentElement).writingMode.startsWith("vertical");
  const end = (item) => { const box = item.getBoundingClientRect(); return stands ? box.bottom : box.right; };
  const cells = [...document.querySelectorAll("main :is(th, td)")].filter((item) => item.checkVisibility());
  return cells.filter((item) => end(item) > (stands ? innerHeight : innerWidth) + 1).map((item) => item.textContent.trim());
}
"""


def cut_off(page: Page, language: str) -> list[str]:
    """The cells that would stand beyond the edge of the paper."""
    standing = language == "mvf"
    page.set_viewport_size({"width": SHORT if standing else LONG, "height": LONG if standing else SHORT})
    page.emulate_media(media="print")
    found = page.evaluate(CUT_OFF)
    page.emulate_media(media="null")
    page.set_viewport_size({"width": 1366, "height": 768})
    return found


def shown(amount: Decimal) -> str:
    return f"{amount:,.2f}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_paper_shows_every_row(chromium: Browser, live_server: Any, house: House, language: str):
    amounts = [shown(found) for found in house.sheet.lines.order_by("number").values_list("amount", flat=True)]
    clerk = Desk(chromium, live_server.url, "clerk", language, start="")
    banner = Desk(chromium, live_server.url, "banner", language, start="")
    total = shown(house.sheet.total)
    pages = (
        (clerk, f"{house.sheet.get_absolute_url()}?tab=lines", [*amounts, total]),
        (banner, "/budget/lines/", amounts[-50:]),
        (banner, "/budget/sheets/", [total]),
        (banner, "/budget/summary/?by=function", [total, "20101"]),
        (banner, "/budget/progress/", [total]),
    )
    for desk, address, wanted in pages:
        assert desk.open(address) == 200
        assert cut_off(desk.page, language) == [], address
        paper = printed(desk.page)
        assert [text for text in wanted if text not in paper.text] == [], address
        assert paper.outside == [], address
        assert paper.pages >= len(wanted) // 50 + 1, address
    clerk.close()
    banner.close()


def test_findings_are_found(chromium: Browser):
    """The examination itself works: a page with faults has findings, and says where."""
    page = chromium.new_page()
    page.set_content(
        '<html lang="zh"><title>t</title><main><img src="data:,"><input><p style="color: #aaa">很淡的文字</p></main>'
    )
    found = Examination().serious(page)
    assert any(line.startswith("image-alt (critical)") for line in found), json.dumps(found)
    assert any(line.startswith("label (critical)") for line in found)
    assert any(line.startswith("color-contrast (serious)") for line in found)
    page.close()


FAULTS = """
<html><main><h3>标题</h3><img src="data:,"><input id="one" aria-labelledby="two"><p id="two">甲</p><p id="two">乙</p>
<div role="checkbox" aria-checked="x"></div><a href="#"></a><button></button><ul><p>丙</p></ul><select></select>
<table><tr><th></th></tr><tr><td headers="none">丁</td></tr></table><p lang="xx">戊</p><iframe></iframe>
<p style="color: #aaa">很淡的文字</p><p>正文 <a style="text-decoration: none" href="#x">链接</a></p><meta http-equiv="refresh" content="9">
</main></html>
"""
ALL = "() => axe.run(document, {resultTypes: ['violations'], preload: false}).then((found) => found.violations)"


def test_an_examination_leaves_nothing_serious_out(chromium: Browser):
    page = chromium.new_page()
    page.set_content(FAULTS)
    found = {line.split(" (")[0] for line in Examination().serious(page)}
    every = {fault["id"]: fault["impact"] for fault in page.evaluate(ALL)}
    assert found == {name for name, impact in every.items() if impact in {"serious", "critical"}}
    assert len(found) > 9
    assert len(every) > len(found)
    page.close()


PALE = '<html lang="zh"><title>t</title><main><div class="{}"><p id="a">很淡的文字</p></div>{}</main>'
KEY = '<div><button accesskey="s">保存</button></div>'


def test_contrast_is_measured_once_wherever_a_part_is_built_alike(chromium: Browser):
    page, serious = chromium.new_page(), Examination().serious
    style = "<style>.pale, .also {color: #aaa}</style>"

    def at_fault(text: str) -> list[str]:
        page.set_content(style + text)
        return [line.split(" (")[0] for line in serious(page)]

    assert at_fault(PALE.format("pale", "")) == ["color-contrast"]
    assert at_fault(PALE.format("pale", "<footer>别的文字</footer>")) == []
    assert at_fault(PALE.format("also", "")) == ["color-contrast"]
    assert at_fault(PALE.format("pale", "<p class='also'>别的文字</p>")) == ["color-contrast"]
    # Two parts that stood alone before have a fault only together.
    assert at_fault(PALE.format("pale", KEY)) == []
    assert at_fault(PALE.format("pale", KEY * 2)) == ["accesskeys"]
    page.close()
