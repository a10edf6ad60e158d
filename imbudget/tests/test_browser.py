"""The main job in a real browser, from the clerk's first line to the region's accepted report."""

import io
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pypdf
import pytest
from django.conf import settings
from django.test import Client
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, Page

from apps.accounts.models import User
from apps.accounts.tests.factories import PASSWORD, UserFactory, make_post, sign_in
from apps.budget.models import BudgetSheet, Compilation
from apps.budget.tests.factories import World, make_world
from apps.evidence.models import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
CORRECTED = "765,432.10"  # instead of 123.456789 万元; the other line asks for 0.020011 万元
TOTAL = Decimal("765632.21")
SHOWN = "765,632.21"
REASON = "工资金额请核对"


@pytest.fixture
def people() -> World:
    world = make_world()
    tree = world.tree
    for username, role, node in (
        ("clerk", "unit_clerk", world.unit),
        ("banner", "banner_officer", tree.banner),
        ("league", "league_officer", tree.league),
        ("region", "region_officer", tree.root),
        ("auditor", "auditor", tree.root),
        ("neighbour", "banner_officer", tree.neighbour),
    ):
        make_post(role, node, UserFactory(username=username))
    return world


class Desk:
    """One person's browser window: signed in, follows buttons, and fails on any script or policy error."""

    def __init__(
        self, browser: Browser, base: str, username: str, language: str = "zh-hans", start: str = "/", **context: Any
    ) -> None:
        self.base, self.username = base, username
        self.context = browser.new_context(viewport={"width": 1366, "height": 768}, **context)
        self.context.add_cookies([{"name": "django_language", "value": language, "url": base}])
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", lambda line: self.errors.append(line.text) if "Content Security" in line.text else None)
        session = sign_in(Client(), User.objects.get(username=username)).cookies[settings.SESSION_COOKIE_NAME]
        self.context.add_cookies([{"name": session.key, "value": session.value, "url": base}])
        if start:
            self.page.goto(base + start)

    def sign_in(self) -> None:
        """By the page, as a person does it who has no session."""
        self.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
        self.page.goto(self.base + "/accounts/login/")
        self.page.fill("[name=username]", self.username)
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_url(self.base + "/")

    def open(self, path: str) -> int:
        response = self.page.goto(self.base + path)
        return response.status if response else 0

    def act(self, path: str, **fields: str) -> None:
        """Open a confirmation page, fill it in, press its button."""
        assert self.open(path) == 200
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)
        with self.page.expect_navigation():
            self.page.click("main form button[type=submit].btn")
        assert self.page.locator("main .errors, main .note.error").count() == 0, self.page.inner_text("main")

    def decide(self, document: Any, reason: str = "") -> None:
        """From the page of a document to one's own task on it: approve, or return with a reason."""
        act = "return" if reason else "approve"
        assert self.open(document.get_absolute_url()) == 200
        with self.page.expect_navigation():
            self.page.click("a[href*='/inbox/tasks/']")
        if reason:
            self.page.click(f"details:has(button[value={act}]) summary")
            self.page.fill("[name=return-reason]", reason)
        with self.page.expect_navigation():
            self.page.click(f"button[name=act][value={act}]")
        assert self.page.locator("main .errors, main .note.error").count() == 0, self.page.inner_text("main")

    def pdf_text(self, path: str) -> str:
        response = self.context.request.get(self.base + path)
        assert response.status == 200
        reader = pypdf.PdfReader(io.BytesIO(response.body()))
        return "".join(page.extract_text() for page in reader.pages)

    def writing_mode(self) -> str:
        return self.page.evaluate("getComputedStyle(document.documentElement).writingMode")

    def close(self) -> None:
        assert self.errors == []
        self.context.close()


def untidy_workbook(world: World, path: Path) -> Path:
    """A unit's table as it comes: a title, amounts in 万元, a head of two lines, a total, a remark, and two bad cells."""
    book = Workbook()
    sheet = book.active
    for row in (
        ["2027年部门预算申报表"],
        ["金额单位:万元"],
        ["支出功能分类科目", "部门预算支出经济分类", "资金性质", "预算数", "上年", None, "备注"],
        [None, None, None, None, "批复数", "执行数", None],
        ["9999999", world.codes.wages.code, world.codes.fund.code, "１２３．４５６７８９", 120, 118.5, ""],
        [
            f"{world.codes.running.code} 行政运行",
            float(world.codes.office.code),
            world.codes.fund.code,
            "约0.02",
            "-",
            "",
            "",
        ],
        ["合计", None, None, "123.476800", 120, 118.5, ""],
        ["填表人：", None, None, None, None, None, None],
    ):
        sheet.append(row)
    for cells in ("A1:G1", "A2:G2", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "G3:G4"):
        sheet.merge_cells(cells)
    book.save(path)
    return path


def mend(path: Path, world: World) -> None:
    """What the clerk does in Excel with the workbook that came back: correct the two marked cells."""
    book = load_workbook(path)
    sheet = next(sheet for sheet in book.worksheets if sheet["A3"].value == "支出功能分类科目")
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == ["A5", "D6"]
    sheet["A5"] = world.codes.running.code
    sheet["D6"] = "0.020011"
    book.save(path)


def upload(desk: Desk, sheet: BudgetSheet, path: Path) -> str:
    """Send the unit's workbook; what the page says of it."""
    desk.open(f"/budget/sheets/{sheet.pk}/import/")
    desk.page.set_input_files("[name=file]", path)
    with desk.page.expect_navigation():
        desk.page.click("main form button[type=submit]")
    desk.page.wait_for_selector(".report")
    return desk.page.inner_text("main")


def hand_in_a_workbook(desk: Desk, world: World, folder: Path) -> BudgetSheet:
    """The clerk begins the sheet, uploads an untidy workbook, mends what came back marked, and hands in."""
    with desk.page.expect_navigation():
        desk.page.click("form[action*='sheets/open'] button")
    sheet = BudgetSheet.objects.get(unit=world.unit)
    said = upload(desk, sheet, untidy_workbook(world, folder / "untidy.xlsx"))
    assert "A5" in said
    assert "D6" in said
    with desk.page.expect_download() as download:
        desk.page.click(".report a[download]")
    marked = folder / "marked.xlsx"
    download.value.save_as(marked)
    mend(marked, world)
    upload(desk, sheet, marked)
    desk.act(f"/budget/sheets/{sheet.pk}/submit/")
    return sheet


def correct_the_amount(desk: Desk, sheet: BudgetSheet) -> None:
    """In the plain form: the amount of the first line."""
    desk.open(f"/budget/sheets/{sheet.pk}/edit/?plain")
    desk.page.fill("[name=lines-0-amount]", CORRECTED)
    with desk.page.expect_navigation():
        desk.page.click("main form button[type=submit]:not([name=more])")
    assert "tab=checks" in desk.page.url, desk.page.inner_text("main")


def compile_and_report(desk: Desk, compilation: Compilation, reason: str = "", report: bool = True) -> None:
    address = f"/budget/compilations/{compilation.pk}/compile/"
    desk.open(address)
    asks = desk.page.locator("[name=missing_reason]").count()  # where something is missing
    desk.act(address, **({"missing_reason": reason} if asks else {}))
    assert "/desk/jobs/" in desk.page.url
    if report:
        desk.act(f"/budget/compilations/{compilation.pk}/report/")


def own_compilation(desk: Desk, region: Any) -> Compilation:
    """The compilation behind the button of the progress page."""
    desk.open(f"/budget/progress/?region={region.pk}")
    with desk.page.expect_navigation():
        desk.page.locator(".title-bar :is(a, button).pri").first.click()
    return Compilation.objects.get(region=region)


class Play:
    """The people at their desks, and what each of them does in turn."""

    def __init__(self, chromium: Browser, base: str, world: World, folder: Path) -> None:
        self.chromium, self.base, self.world, self.tree, self.folder = chromium, base, world, world.tree, folder
        self.desks: list[Desk] = []

    def desk(self, username: str, language: str = "zh-hans") -> Desk:
        desk = Desk(self.chromium, self.base, username, language)
        self.desks.append(desk)
        return desk

    def unit_and_banner(self) -> BudgetSheet:
        """The clerk hands in, the banner returns once, then accepts, compiles and reports."""
        clerk, banner = self.desk("clerk"), self.desk("banner")
        for desk in (clerk, banner):
            desk.sign_in()
        sheet = hand_in_a_workbook(clerk, self.world, self.folder)
        banner.decide(sheet, REASON)
        clerk.open(f"/budget/sheets/{sheet.pk}/")
        assert REASON in clerk.page.inner_text("main")
        assert BudgetSheet.objects.get(pk=sheet.pk).total == Decimal("1234768.00")
        correct_the_amount(clerk, sheet)
        clerk.act(f"/budget/sheets/{sheet.pk}/submit/")
        banner.decide(sheet)
        assert banner.open(f"/budget/sheets/{sheet.pk}/edit/") == 403
        compile_and_report(banner, own_compilation(banner, self.tree.banner))
        return sheet

    def upper_level(self, username: str, region: Any, below: Any, report: bool = True) -> None:
        """An upper region accepts the report from below and compiles; its other units and regions are missing."""
        desk = self.desk(username)
        received = Compilation.objects.get(region=below)
        desk.decide(received)
        compile_and_report(desk, own_compilation(desk, region), reason="其余未报", report=report)


def test_the_main_job_from_clerk_to_region(chromium: Browser, live_server: Any, people: World, tmp_path: Path) -> None:
    play, tree = Play(chromium, live_server.url, people, tmp_path), people.tree
    sheet = play.unit_and_banner()
    play.upper_level("league", tree.league, tree.banner)
    play.upper_level("region", tree.root, tree.league, report=False)
    figures_tie(play)
    mongolian_reads(play.desk("banner", "mvf"), sheet)
    auditor_sees_the_trail(play.desk("auditor"), sheet)
    neighbour_sees_nothing(play.desk("neighbour"), sheet, tree.banner)
    for desk in play.desks:
        desk.close()


def figures_tie(play: Play) -> None:
    """The same total is frozen, shown and printed at every level."""
    tree = play.tree
    totals = Compilation.objects.filter(region__in=[tree.banner, tree.league, tree.root])
    assert [item.snapshot.total for item in totals.select_related("snapshot")] == [TOTAL] * 3
    for username in ("banner", "league", "region"):
        desk = play.desk(username)
        desk.open("/budget/summary/")
        assert SHOWN in desk.page.inner_text("main")
        assert desk.writing_mode() == "horizontal-tb"
        text = re.sub(r"\s", "", desk.pdf_text("/documents/summary.pdf"))
        assert SHOWN in text
        assert "柒拾陆万伍仟陆佰叁拾贰元贰角壹分" in text


def mongolian_reads(desk: Desk, sheet: BudgetSheet) -> None:
    """The page stands, and the PDF carries the figures and true Mongolian text."""
    desk.open("/budget/summary/")
    assert desk.writing_mode() == "vertical-lr"
    assert SHOWN in desk.page.inner_text("main")
    text = desk.pdf_text(f"/documents/sheets/{sheet.pk}.pdf")
    assert SHOWN in text
    assert re.search("[\u1800-\u18af]{3}", text)
    assert not re.search("[\ue000-\uf8ff\U000f0000-\U0010ffff]", text)


def auditor_sees_the_trail(desk: Desk, sheet: BudgetSheet) -> None:
    """Every step stands in the record, with its reason."""
    assert Entry.objects.filter(event="budget.sent_back", facts__reason=REASON).count() == 1
    for event in ("submitted", "accepted", "compiled", "reported", "report_received"):
        assert desk.open(f"/evidence/?event=budget.{event}") == 200
        assert desk.page.locator("tbody tr").count() >= 1, event
    assert desk.open(f"/budget/sheets/{sheet.pk}/?tab=history") == 200


def neighbour_sees_nothing(desk: Desk, sheet: BudgetSheet, banner: Any) -> None:
    """Guessed addresses of another banner are not found."""
    compilation = Compilation.objects.get(region=banner)
    for path in (f"sheets/{sheet.pk}/", f"compilations/{compilation.pk}/", f"summary/?region={banner.pk}"):
        assert desk.open(f"/budget/{path}") == 404
    assert desk.open(f"/documents/sheets/{sheet.pk}.pdf") == 404
