"""The life of a project in a real browser: a form and a flow are designed, a project applied for, returned, approved, stored."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.factories import World, make_world
from apps.evidence.models import Entry
from apps.lowcode.models import Case, FlowVersion, FormDefinition, FormVersion, Task, VersionState
from apps.projects.models import Project, ProjectSetting, ProjectState
from apps.projects.tests.applications import category, tag
from imbudget.tests.test_browser import Desk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
NAME = "退化草原补播改良示范项目"
REASON = "牧户数请附名册核对"
FORM_NAME = {"zh": "草原项目补充信息", "mn": "ᠪᠡᠯᠴᠢᠭᠡᠷ ᠦᠨ ᠲᠥᠰᠦᠯ"}
QUESTION = {"zh": "受益牧户数", "mn": "ᠮᠠᠯᠴᠢᠨ ᠡᠷᠦᠬᠡ"}
STEPS = (
    ("单位负责人审核", "ᠨᠢᠭᠡᠴᠢ ᠶᠢᠨ ᠬᠠᠷᠢᠭᠤᠴᠠᠭᠴᠢ", "unit_head", "unit_review", None),
    ("主管部门审核", "ᠭᠣᠣᠯᠯᠠᠨ ᠬᠠᠮᠢᠶᠠᠷᠬᠤ ᠰᠠᠯᠠᠭ᠎ᠠ", "department_reviewer", "department_review", "urgency"),
    ("财政部门审核", "ᠡᠳ᠋ ᠦᠨ ᠵᠠᠰᠠᠭ ᠤᠨ ᠰᠠᠯᠠᠭ᠎ᠠ", "finance_office", "finance_review", None),
)
# Text cut off by its own box, or a box that its neighbour in the same line covers.
CLIPPED = """() => {
  const seen = (e) => e.getClientRects().length && getComputedStyle(e).visibility === "visible";
  const held = (e) => ["hidden", "clip"].includes(getComputedStyle(e).overflowX) && getComputedStyle(e).textOverflow !== "ellipsis";
  const bad = [];
  for (const e of document.querySelectorAll("main *")) {
    if (!seen(e) || !e.innerText?.trim() || e.closest(".unseen, [data-picker], iframe, svg")) continue;
    if (held(e) && (e.scrollWidth > e.clientWidth + 2 || e.scrollHeight > e.clientHeight + 2)) bad.push("clipped: " + e.outerHTML.slice(0, 160));
  }
  const leaves = [...document.querySelectorAll("main :is(button, a.btn, label, th, td, h1, h2, h3, dt, dd, summary, .tag)")].filter((e) => seen(e) && e.innerText?.trim() && !e.closest(".unseen"));
  for (const e of leaves) {
    const next = e.nextElementSibling;
    if (!next || !leaves.includes(next)) continue;
    const [a, b] = [e.getBoundingClientRect(), next.getBoundingClientRect()];
    const across = Math.min(a.right, b.right) - Math.max(a.left, b.left), along = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (across > 3 && along > 3) bad.push("overlap: " + e.outerHTML.slice(0, 120) + " | " + next.outerHTML.slice(0, 120));
  }
  return bad;
}"""


@pytest.fixture
def people() -> World:
    world = make_world()
    unit, tree = world.unit, world.tree
    for username, role, node in (
        ("clerk", "unit_clerk", unit),
        ("head", "unit_head", unit),
        ("reviewer", "department_reviewer", unit.department),
        ("banner", "banner_officer", tree.banner),
        ("league", "league_officer", tree.league),
        ("neighbour", "unit_clerk", world.neighbour_unit),
    ):
        make_post(role, node, UserFactory(username=username))
    category()
    tag()
    ProjectSetting.objects.create(region=tree.root, review_threshold="5000000")
    return world


class Play:
    """The people at their desks; every page they come to is looked at."""

    def __init__(self, browser: Browser, base: str, world: World, language: str, folder: Path) -> None:
        self.browser, self.base, self.world, self.language, self.folder = browser, base, world, language, folder
        self.desks: dict[str, Desk] = {}

    def desk(self, username: str) -> Desk:
        if username not in self.desks:
            self.desks[username] = Desk(self.browser, self.base, username, self.language, start="")
        return self.desks[username]

    def look(self, desk: Desk, name: str) -> None:
        """Nothing is clipped and nothing overlaps on the page that the desk shows; where something is, a picture tells."""
        desk.page.evaluate("document.fonts.ready.then(() => null)")
        clipped = desk.page.evaluate(CLIPPED)
        if clipped:
            desk.page.screenshot(path=self.folder / f"{self.language}-{name}.png", full_page=True)
        assert clipped == [], name

    def close(self) -> None:
        for desk in self.desks.values():
            desk.close()


def press(desk: Desk, selector: str) -> None:
    """Press a button that leads to another page."""
    with desk.page.expect_navigation():
        desk.page.click(selector)
    assert (
        desk.page.locator("main .errors:not([data-flow-problems], [data-problems]) li, main .note.bad").count() == 0
    ), desk.page.inner_text("main")


def design_a_form(play: Play) -> None:
    """One question of the banner's own, beside what every application asks."""
    desk = play.desk("banner")
    page = desk.page
    desk.open("/forms/new/")
    page.select_option("[name=purpose]", "project")
    page.fill("[name=name_zh]", FORM_NAME["zh"])
    page.fill("[name=name_mn]", FORM_NAME["mn"])
    page.fill("[name=code]", "grassland")
    press(desk, "main form button[type=submit]")
    form = FormDefinition.objects.get(code="grassland")
    desk.open(f"/forms/{form.pk}/design/")
    page.select_option("[data-new]", "integer")
    page.click("[data-add]")
    page.fill("#p-label-zh", QUESTION["zh"])
    page.fill("#p-label-mn", QUESTION["mn"])
    page.fill("#p-key", "households")
    page.check("#p-required")
    for frame in ("zh-hans", "mvf"):
        preview = page.frame_locator(f"iframe[data-language='{frame}']").locator("body")
        preview.get_by_text(QUESTION["mn" if frame == "mvf" else "zh"]).first.wait_for()
    play.look(desk, "form-designer")
    press(desk, "main button[name=publish]")
    if not FormVersion.objects.filter(state=VersionState.PUBLISHED).exists():
        press(desk, "main form button[type=submit].btn")
    assert FormVersion.objects.get(state=VersionState.PUBLISHED).definition == form


def design_a_flow(play: Play) -> None:
    """Three steps put together as cards: the unit's head, the department that ranks, the finance office."""
    desk = play.desk("banner")
    page = desk.page
    desk.open("/lowcode/flows/new/")
    page.select_option("[name=subject]", "projects.application")
    page.fill("[name=name]", "旗县项目申报审批")
    page.fill("[name=name_mvf]", "ᠲᠥᠰᠦᠯ ᠬᠢᠨᠠᠨ ᠪᠠᠲᠤᠯᠠᠬᠤ")
    page.uncheck("[name=copied]")
    press(desk, "main form button[type=submit]")
    for number, step in enumerate(STEPS):
        page.locator("[data-flow-cards] [data-add=step]").nth(number).click()
        fill_card(page.locator("[data-flow-cards] [data-step]").nth(number), step)
    page.wait_for_selector("[data-flow-fit]:visible", timeout=20_000)
    play.look(desk, "flow-designer")
    press(desk, ".title-bar a.pri, .title-acts a.pri, a.btn.pri[href$='publish/']")
    play.look(desk, "flow-publish")
    press(desk, "main form button[type=submit].btn")
    published = FlowVersion.objects.get(state=VersionState.PUBLISHED, definition__subject="projects.application")
    assert published.body["steps"][2]["approvers"]["role"] == "finance_office"


def fill_card(card: Locator, step: tuple[str, str, str, str, str | None]) -> None:
    chinese, mongolian, role, stage, ask = step
    fold = card.locator("> details")
    if fold.get_attribute("open") is None:
        card.locator("summary").first.click()
    card.locator("[data-field='name.zh']").fill(chinese)
    card.locator("[data-field='name.mn']").fill(mongolian)
    card.locator("[data-field=role]").select_option(role)
    card.locator("[data-field=days]").fill("3")
    card.locator("[data-field=stage]").select_option(stage)
    if ask:
        card.locator(f"[data-ask][value={ask}]").check()


def apply(play: Play) -> Project:
    """The unit's clerk walks through the steps; each saves itself."""
    desk = play.desk("clerk")
    desk.open("/projects/new/")
    desk.page.fill("[name=name]", NAME)
    press(desk, "main form button[type=submit]")
    project = Project.objects.get(name=NAME)
    say_what_it_is(play, desk)
    say_what_it_costs(play, desk)
    say_when(play, desk)
    say_what_for(play, desk)
    answer_the_form(desk, project, "186")
    hand_in(play, desk, project)
    return Project.objects.get(pk=project.pk)


def go_on(desk: Desk) -> None:
    press(desk, "button[name=next] >> nth=0")


def say_what_it_is(play: Play, desk: Desk) -> None:
    page = desk.page
    play.look(desk, "wizard-basics")
    page.evaluate("pk => { document.querySelector('[name=category]').value = pk; }", str(category().pk))
    page.fill("[name=responsible]", "巴图")
    page.fill("[name=phone]", "0471-1234567")
    go_on(desk)
    for name, text in (
        ("overview", "补播改良退化草原两万亩"),
        ("necessity", "草原退化影响牧民生产"),
        ("risks", "干旱"),
    ):
        page.fill(f"[name={name}]", text)
    for name in ("feasibility", "organisation"):
        page.fill(f"[name={name}]", "技术成熟,林草局组织实施")
    fill_rows(desk, "bases", {"title": "草原保护规划", "document_number": "内财农〔2021〕780号"})
    play.look(desk, "wizard-grounds")
    go_on(desk)


def say_what_it_costs(play: Play, desk: Desk) -> None:
    codes = play.world.codes
    year = str(codes.year)
    fill_rows(desk, "funding", {"year": year, "fund": codes.fund.code, "amount": "800,000"})
    go_on(desk)
    cost = {"content": "草种", "quantity": "2", "measure": "批", "price": "400000", "basis": "市场询价"}
    under = {"function": codes.running.code, "department_economic": codes.office.code}
    fill_rows(desk, "costs", {"year": year, **cost, **under})
    play.look(desk, "wizard-costs")
    go_on(desk)


def say_when(play: Play, desk: Desk) -> None:
    year = play.world.codes.year
    days = {"starts": f"{year}-05-01", "ends": f"{year}-08-31"}
    fill_rows(desk, "milestones", {"content": "补播", **days, "goal": "完成补播"})
    go_on(desk)


def say_what_for(play: Play, desk: Desk) -> None:
    fill_rows(desk, "goals", {"kind": "quantity", "content": "补播面积", "nature": "at_least", "value": "2000"})
    desk.page.locator("[data-rows=goals] [data-rows-add]").click()
    fill_rows(desk, "goals", {"kind": "ecological", "content": "植被盖度", "nature": "at_least", "value": "45"}, 1)
    play.look(desk, "wizard-goals")
    go_on(desk)


def answer_the_form(desk: Desk, project: Project, households: str) -> None:
    desk.open(f"/projects/{project.pk}/edit/?step=form")
    desk.page.fill("[name$=households]", households)
    go_on(desk)


def hand_in(play: Play, desk: Desk, project: Project) -> None:
    """From the step that checks; a confirmation may come between."""
    desk.open(f"/projects/{project.pk}/edit/?step=check")
    play.look(desk, f"wizard-check-{project.version}")
    press(desk, "form[action$='submit/'] button.pri")
    if Project.objects.get(pk=project.pk).is_editable:
        press(desk, "main form button[type=submit].btn")


def fill_rows(desk: Desk, part: str, values: dict[str, str], place: int = 0) -> None:
    """A row of a list, the first one unless told."""
    box = desk.page.locator(f"[data-rows={part}]")
    if box.locator("[data-rows-body] tr").count() == 0:
        box.locator("[data-rows-add]").click()
    for name, value in values.items():
        field = box.locator("[data-rows-body] tr").nth(place).locator(f"[name$=-{name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


def decide(play: Play, username: str, act: str, **fields: str) -> None:
    """From the inbox to the task, and the act."""
    desk = play.desk(username)
    page = desk.page
    desk.open("/inbox/")
    play.look(desk, f"inbox-{username}")
    with page.expect_navigation():
        page.click("main tbody td a")
    form = page.locator(f"details.act:has(button[value={act}])")
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for name, value in fields.items():
        field = form.locator(f"[name={act}-{name}]")
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    play.look(desk, f"task-{username}-{act}")
    press(desk, f"details.act button[value={act}]")


def mend_and_submit(play: Play, project: Project) -> None:
    desk = play.desk("clerk")
    desk.open(f"/projects/{project.pk}/")
    assert REASON in desk.page.inner_text("main")
    answer_the_form(desk, project, "168")
    hand_in(play, desk, project)


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_the_life_of_a_project_from_its_form_to_the_store(
    chromium: Browser,
    live_server: Any,
    people: World,
    tmp_path: Path,
    language: str,
) -> None:
    play = Play(chromium, live_server.url, people, language, tmp_path)
    design_a_form(play)
    design_a_flow(play)
    project = apply(play)
    assert project.state == ProjectState.UNIT_REVIEW
    decide(play, "head", "return", reason=REASON)
    mend_and_submit(play, project)
    decide(play, "head", "approve", opinion="同意")
    decide(play, "reviewer", "approve", ask_urgency="1")
    decide(play, "banner", "approve", opinion="同意入库")
    stands_in_the_library(play, project)
    neighbour_finds_nothing(play, project)
    play.close()


def stands_in_the_library(play: Play, project: Project) -> None:
    project.refresh_from_db()
    assert (project.state, project.urgency) == (ProjectState.STORED, "1")
    assert project.versions.count() == 3  # handed in twice, and as it was stored
    case = Case.objects.get(document_id=project.pk, subject="projects.application")
    signers = case.events.filter(kind="approved").values_list("user__username", flat=True)
    assert sorted(signers) == ["banner", "head", "reviewer"]
    assert Entry.objects.filter(event="projects.stored").count() == 1
    league = play.desk("league")
    league.open("/projects/")
    assert NAME in league.page.inner_text("main")
    play.look(league, "library")
    assert league.open(f"/projects/{project.pk}/edit/") == 403
    clerk = play.desk("clerk")
    clerk.open(f"/projects/{project.pk}/")
    play.look(clerk, "project")
    tab = clerk.page.locator("nav a, .tabs a").filter(has_text="审批" if play.language == "zh-hans" else "").last
    assert tab.count()
    clerk.open(f"/inbox/cases/{case.pk}/")
    assert REASON in clerk.page.inner_text("main")
    play.look(clerk, "timeline")
    clerk.open(f"/projects/{project.pk}/compare/")
    play.look(clerk, "compare")


def neighbour_finds_nothing(play: Play, project: Project) -> None:
    """Every address of the project is missing for the clerk of the banner beside."""
    desk = play.desk("neighbour")
    for path in ("", "edit/", "compare/", "submit/", "withdraw/", "abandon/", "copy/", "change/", "terminate/"):
        assert desk.open(f"/projects/{project.pk}/{path}") == 404, path
    case = Case.objects.get(document_id=project.pk, subject="projects.application")
    assert desk.open(f"/inbox/cases/{case.pk}/") == 404
    for task in Task.objects.filter(case=case):
        assert desk.open(f"/inbox/tasks/{task.pk}/") == 404
    assert desk.open(f"/documents/projects/{project.pk}.pdf") == 404
    desk.open("/projects/")
    assert NAME not in desk.page.inner_text("main")
