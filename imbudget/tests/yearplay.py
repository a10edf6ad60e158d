"""A budget year in the browser: the people of a small city at their desks, and what each of them does by clicks."""

import zipfile
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser

from apps.budget.demo.people import fill_posts
from apps.budget.models import BudgetSheet, Compilation, ControlFigure, ExpenditureKind, RoundPlan
from apps.budget.tests.factories import line, make_sheet
from apps.codes.tests.factories import Codes
from apps.ledger.models import AuthorityDocument, Books
from apps.regions.models import Region, Unit
from apps.regions.tests.factories import DepartmentFactory, UnitFactory
from apps.reports.demo.stage import Stage
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_browser_projects import Play, decide, press

YEAR = 2027
DATED = f"{YEAR}-06-01"
GROUNDS = {"basis": f"财预〔{YEAR}〕3号", "reason": "年中工作需要"}
BUTTON = "main form button[type=submit].btn"


class City(Play):
    """A city with two units of one department, whose budgets of last year are known; everybody reads one language."""

    def __init__(self, browser: Browser, base: str, region: Region, language: str, folder: Path) -> None:
        super().__init__(browser, base, None, language, folder)  # type: ignore[arg-type] - no world: the city is all
        self.region, self.stage = region, Stage(region, YEAR)
        self.units = list(Unit.objects.filter(region=region).order_by("code"))

    def at(self, sign: str, unit: Unit | None = None) -> Desk:
        """The desk of the officer (ys), the leader (ld), a unit's clerk (dw) or head (fz)."""
        return self.desk(f"{sign}{self.region.code}{unit.code if unit else ''}")

    def see(self, desk: Desk, path: str, *texts: str) -> None:
        """A page of this address that shows these amounts, with nothing cut off."""
        assert desk.open(path) == 200, path
        self.look(desk, path.strip("/").replace("/", "-").split("?")[0])
        said = desk.page.inner_text("main")
        assert [text for text in texts if text not in said] == [], said

    def document(self, number: str) -> AuthorityDocument:
        return AuthorityDocument.objects.get(region=self.region, year=YEAR, number=number)


def make_city(codes: Codes, before: Codes, region: Region) -> None:
    """Two units that were given 100,000 yuan each last year, a fifth of it for a project; somebody in every post."""
    department = DepartmentFactory(region=region)
    task = {"kind": ExpenditureKind.PROJECT, "project_name": "草原保护"}
    units = [UnitFactory(region=region, department=department) for _number in range(2)]
    fill_posts(region)
    for unit in units:
        lines = [
            line(before, "60000.00"),
            line(before, "20000.00", department_economic=before.office),
            line(before, "20000.00", function=before.managing, department_economic=before.office, **task),
        ]
        make_sheet(before, unit, lines, "accepted", before.year)


# The four acts that hand something on and take it in.


def hand_in(city: City, desk: Desk, sheet: BudgetSheet) -> None:
    desk.act(f"/budget/sheets/{sheet.pk}/submit/")


def accept(city: City, sheet: BudgetSheet) -> None:
    decide(city, city.at("ys").username, "approve")


def report(city: City, compilation: Compilation) -> None:
    city.at("ys").act(f"/budget/compilations/{compilation.pk}/report/")


def accept_report(city: City, compilation: Compilation) -> None:
    decide(city, "ys150000", "approve")


def announce(city: City) -> None:
    """布置: from the page of who has handed in to the timetable."""
    desk = city.at("ys")
    desk.open("/budget/progress/")
    press(desk, ".title-bar a[href^='/budget/timetable/']")
    for name, day in (("announced_on", "07-01"), ("first_up_due", "09-10"), ("first_down_due", "10-31")):
        desk.page.fill(f"[name={name}]", f"{YEAR - 1}-{day}")
    desk.page.fill("[name=second_up_due]", f"{YEAR - 1}-12-10")
    desk.page.fill("[name=approved_on]", f"{YEAR}-01-20")
    city.look(desk, "timetable")
    with desk.page.expect_navigation():  # the page that comes may say that a day is over
        desk.page.click("main form button[type=submit]")
    plan = RoundPlan.objects.get(region=city.region, year=YEAR)
    assert (plan.second_up_due, plan.approved_on) == (date(YEAR - 1, 12, 10), date(YEAR, 1, 20))
    city.see(desk, "/budget/progress/", "2")


def begin(city: City, unit: Unit) -> BudgetSheet:
    """From the home page; what comes is the sheet of the round that runs."""
    desk = city.at("dw", unit)
    desk.open("/")
    press(desk, "form[action*='sheets/open'] button")
    return BudgetSheet.objects.filter(unit=unit, year=YEAR).latest("pk")


def first_up(city: City, unit: Unit) -> BudgetSheet:
    """一上: last year's lines, handed in and accepted."""
    sheet, desk = begin(city, unit), city.at("dw", unit)
    desk.act(f"/budget/sheets/{sheet.pk}/copy/")
    city.see(desk, f"/budget/sheets/{sheet.pk}/", "100,000.00", "草原保护")
    city.see(desk, f"/budget/sheets/{sheet.pk}/?tab=checks")
    hand_in(city, desk, sheet)
    accept(city, sheet)
    return sheet


def control(city: City, percent: str, shown: str) -> None:
    """一下: what a cut of projects would come to is looked at, taken, and issued."""
    desk = city.at("ys")
    desk.open("/budget/control/")
    press(desk, "a[href^='/budget/control/proposal/']")
    desk.page.fill("[name=project]", percent)
    with desk.page.expect_navigation():
        desk.page.click("form.filters button[type=submit]")
    city.look(desk, "proposal")
    assert shown in desk.page.inner_text("#departments tfoot")
    desk.page.fill("[name=reason]", "压减非刚性项目支出")
    press(desk, "main form.card button[type=submit]")
    city.look(desk, "control-drafts")
    press(desk, "a[href^='/budget/control/issue/']")
    desk.page.fill("[name=document]", f"财预〔{YEAR - 1}〕9号")
    city.look(desk, "control-issue")
    press(desk, BUTTON)
    assert ControlFigure.objects.issued().filter(region=city.region, year=YEAR, unit__isnull=False).count() == 4


def second_up(city: City, unit: Unit) -> BudgetSheet:
    """二上: above the figure it is not handed in, and says by how much; cut down it is."""
    sheet, desk = begin(city, unit), city.at("dw", unit)
    assert sheet.round == "second_up"
    desk.open(f"/budget/sheets/{sheet.pk}/submit/")
    with desk.page.expect_navigation():
        desk.page.click(BUTTON)
    assert "2,000.00" in desk.page.inner_text("main")
    city.look(desk, "above-the-figure")
    desk.open(f"/budget/sheets/{sheet.pk}/edit/?plain")
    desk.page.fill("[name=lines-2-amount]", "18000")
    press(desk, "main form button[type=submit]:not([name=more])")
    hand_in(city, desk, sheet)
    accept(city, sheet)
    return sheet


def compiled(city: City, shown: str) -> Compilation:
    """汇总 by the button of the page of who has handed in."""
    desk = city.at("ys")
    desk.open("/budget/progress/")
    press(desk, ".title-bar :is(a, button).pri")
    found = Compilation.objects.get(region=city.region, year=YEAR, round="second_up")
    address = f"/budget/compilations/{found.pk}/compile/"
    desk.open(address)
    asks = desk.page.locator("[name=missing_reason]").count()  # where districts below have not reported
    desk.act(address, **({"missing_reason": "旗县尚未上报"} if asks else {}))
    city.see(desk, found.get_absolute_url(), shown)
    return found


def approve(city: City, compilation: Compilation, number: str, shown: str) -> AuthorityDocument:
    """批复: drawn up from the compilation, signed by the leader, posted."""
    desk = city.at("ys")
    desk.act(
        f"/budget/compilations/{compilation.pk}/approve/",
        number=number,
        dated=f"{YEAR}-01-26",
        basis=f"市人大〔{YEAR}〕1号决议",
    )
    sign(city, "ld")
    document = city.document(number)
    assert document.state == "posted"
    city.see(desk, document.get_absolute_url(), number, shown)
    return document


def letters(city: City, compilation: Compilation) -> list[str]:
    """One job makes them all; the archive is taken away. Returns the names of its files."""
    desk = city.at("ys")
    desk.open(compilation.get_absolute_url())
    press(desk, "form[action^='/documents/letters/'] button")
    city.look(desk, "letters-job")
    desk.page.wait_for_selector("main a[href$='.zip']")
    with desk.page.expect_download() as download:
        desk.page.click("main a[href$='.zip']")
    path = city.folder / f"{city.region.code}.zip"
    download.value.save_as(path)
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def sign(city: City, *signs: str, unit: Unit | None = None) -> None:
    """Everybody named finds the task in the inbox and approves."""
    for each in signs:
        decide(city, city.at(each, unit if each == "fz" else None).username, "approve")


def draw_up(city: City, desk: Desk, kind: str, number: str, **cells: str) -> AuthorityDocument:
    """A document with one line: its cells are texts, or `first` and `second` for what a picker offers."""
    page = desk.page
    desk.open("/ledger/documents/")
    press(desk, ".title-bar a[href='/ledger/documents/new/']")
    page.select_option("[name=kind]", kind)
    page.select_option("[name=year]", str(YEAR))
    page.fill("[name=title]", f"关于{number}的通知")
    press(desk, "main form button[type=submit]")
    if page.locator("[name=number]").count():  # what a unit asks for is numbered by the finance office
        fill_head(desk, number)
    else:
        fill(desk, GROUNDS)
    for name, text in cells.items():
        fill_cell(desk, name, text)
    city.look(desk, f"edit-{kind}")
    press(desk, ".form-end button[type=submit]")
    document = AuthorityDocument.objects.get(region=city.region, title=f"关于{number}的通知")
    desk.act(f"/ledger/documents/{document.pk}/submit/")
    return document


def fill_head(desk: Desk, number: str) -> None:
    fill(desk, {"number": number, "dated": DATED} | GROUNDS)


def fill(desk: Desk, fields: dict[str, str]) -> None:
    for name, text in fields.items():
        desk.page.fill(f"[name={name}]", text)


def fill_cell(desk: Desk, name: str, text: str) -> None:
    cell = f"[data-row] >> nth=0 >> [data-cell={name}]"
    if name == "amount":
        desk.page.fill(f"{cell} input", text)
        return
    desk.page.locator(f"{cell} .picker-text").click()
    place = 1 if text == "second" else 0
    desk.page.locator(".picker-list:not([hidden]) li[id]").nth(place).click()


def in_the_year(city: City) -> None:
    """追加 out of what came from above, 调剂 asked for by a unit, 支付 by the service that payments will call."""
    officer, unit = city.at("ys"), city.units[0]
    draw_up(city, officer, "revenue", f"财预〔{YEAR}〕30号", fund="first", amount="10000")
    sign(city, "ld")
    draw_up(city, officer, "supplement", f"财预〔{YEAR}〕31号", origin="first", target="first", amount="10,000")
    sign(city, "ld")
    clerk = city.at("dw", unit)
    number = f"调〔{YEAR}〕1号"
    asked = draw_up(city, clerk, "reallocation", number, origin="first", target="second", amount="500")
    sign(city, "fz", unit=unit)
    officer.act(f"/ledger/documents/{asked.pk}/number/", number=number, dated=DATED)
    sign(city, "ys", "ld")


def carry_over(city: City, left: str) -> None:
    """结转, 结账: the books of next year are opened, what is left goes there, the books of the year are closed."""
    desk = city.at("ys")
    desk.open("/ledger/books/")
    press(desk, "a[href='/ledger/books/open/']")
    desk.page.select_option("[name=year]", str(YEAR + 1))
    press(desk, "main form button[type=submit]")
    books = Books.objects.get(region=city.region, year=YEAR)
    city.see(desk, books.get_absolute_url(), left)
    city.see(desk, f"/ledger/books/{books.pk}/close/")  # says what stands in the way
    desk.act(f"/ledger/books/{books.pk}/carry-over/")
    press(desk, "a[href$='/edit/']")
    fill_head(desk, f"财预〔{YEAR}〕99号")
    press(desk, ".form-end button[type=submit]")
    document = city.document(f"财预〔{YEAR}〕99号")
    desk.act(f"/ledger/documents/{document.pk}/submit/")
    sign(city, "ld")
    close_books(city)


def close_books(city: City) -> None:
    desk, books = city.at("ys"), Books.objects.get(region=city.region, year=YEAR)
    desk.act(f"/ledger/books/{books.pk}/close/")
    city.see(desk, f"/ledger/?year={YEAR + 1}")
    books.refresh_from_db()
    assert books.state == "closed"


def tables_agree(city: City, shown: str) -> None:
    """The page of the published tables: the region's total, and every check across them."""
    desk = city.at("ys")
    city.see(desk, f"/documents/published/?year={YEAR}", shown)
    assert desk.page.locator("main td .tag[data-state=active]").count() == 18
    assert desk.page.locator("main td .tag[data-state=returned]").count() == 0
