"""A review in a real browser: drawn, declined, replaced, scored, discussed, confirmed, published, objected to, stored."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from apps.accounts.tests.factories import UserFactory, make_post
from apps.budget.tests.factories import World, make_world
from apps.evidence.models import Entry
from apps.evidence.selectors import verify
from apps.lowcode.tests.forms import definition, field
from apps.projects.models import Project, ProjectState
from apps.review.models import (
    Conclusion,
    DrawKind,
    MemberState,
    Objection,
    ObjectionState,
    PanelMember,
    Publicity,
    PublicityState,
    Review,
    ReviewState,
    ScoreSheet,
)
from apps.review.models.panel import SEATED
from apps.review.selectors.verifying import verify_draw
from apps.review.services import ending, objections, panel, publicity, sheets
from apps.review.tests import factories as make
from apps.review.tests.drawing import sealing  # noqa: F401 (fixture)
from imbudget.tests.test_browser import Desk, chromium  # noqa: F401 (fixture)
from imbudget.tests.test_browser_projects import CLIPPED, Play, decide, press

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
POOL, SEATS = 12, 5
TITLE = "2027年草原项目预算评审"
FIRST, SECOND = "退化草原补播改良示范项目", "草原防火隔离带维护项目"
FORM = definition(
    field("need", "score", required=True, max="60", low="30"),
    field("cost", "score", required=True, max="40"),
    field("words", "longtext"),
)
SCORES = {"need": "48", "cost": "32"}  # 80
FAR = {"need": "32", "cost": "10"}  # 42
LEFT = Decimal("760000.00")  # of 800,000 yuan for each project
CUT = "单价高于市场询价"
UPHELD, REFUSED = "经核实测算依据不足，退回补充", "经核实与去年项目内容不同，结果不变"


@pytest.fixture
def people(settings: Any) -> World:
    settings.PROOF_OF_WORK = 500
    world = make_world()
    banner = world.tree.banner
    for username, role, node in (
        ("officer", "banner_officer", banner),
        ("leader", "finance_leader", banner),
        ("judge", "review_supervisor", banner),
        ("clerk", "unit_clerk", world.unit),
    ):
        make_post(role, node, UserFactory(username=username))
    for number in range(POOL):
        user = UserFactory(username=f"expert{number}")
        make.make_expert(banner, user=user)
        make_post("expert", banner, user)
    for name in (FIRST, SECOND):
        make.waiting_project(world, name=name)
    make.sheet_version(banner, FORM)
    call_command("load_flows", verbosity=0)
    return world


class Loop:
    """One review on its way, and the people at their desks."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.office = play.desk("officer")

    @property
    def review(self) -> Review:
        return Review.objects.select_related("region").get(title=TITLE)

    def go(self, desk: Desk, name: str, *args: Any) -> Page:
        """Open a page of the review by its name."""
        assert desk.open(reverse(name, args=args)) == 200, name
        return desk.page

    def confirm(self, desk: Desk, name: str, *args: Any, **fields: str) -> None:
        """The page that asks, its fields, its button."""
        page = self.go(desk, name, *args)
        for field_name, value in fields.items():
            page.fill(f"main [name={field_name}]", value)
        press(desk, "main form button[type=submit].btn")

    def look(self, desk: Desk, name: str) -> None:
        """The page as it stands, and in Mongolian, written downwards."""
        self.play.look(desk, name)
        for language in ("mvf", "zh-hans"):
            desk.context.add_cookies([{"name": "django_language", "value": language, "url": desk.base}])
            desk.page.reload()
            if language == "mvf":
                assert desk.writing_mode() == "vertical-lr"
                desk.page.screenshot(path=self.play.folder / f"mvf-{name}.png", full_page=True)
                assert desk.page.evaluate(CLIPPED) == [], f"{name} in Mongolian"

    def seated(self) -> list[PanelMember]:
        rows = self.review.members.filter(state__in=SEATED).select_related("expert__user", "review__region")
        return list(rows.order_by("pk"))

    def expert(self, member: PanelMember) -> Desk:
        user = member.expert.user
        assert user is not None
        return self.play.desk(user.username)


def open_and_draw(loop: Loop) -> None:
    """Both projects that wait come before one panel, which is drawn."""
    office = loop.office
    page = loop.go(office, "review:waiting")
    assert FIRST in page.inner_text("main")
    loop.play.look(office, "waiting")
    loop.go(office, "review:review_new")
    page.select_option("[name=kind]", "budget")
    page.fill("[name=title]", TITLE)
    for box in page.locator("[name=projects]").all():
        box.check()
    loop.play.look(office, "review-new")
    press(office, "main form button[type=submit].btn")
    page = loop.go(office, "review:draw_new", loop.review.pk)
    page.fill("[name=quota_grassland]", "3")
    loop.play.look(office, "draw-criteria")
    press(office, "main form button[type=submit].btn")
    draw = loop.review.draws.get()
    assert (draw.revealed, loop.review.members.count()) == ("", 0)
    loop.confirm(office, "review:draw_make", draw.pk)
    assert [member.alias for member in loop.seated()] == list("ABCDE")
    loop.go(office, "review:draw", draw.pk)
    loop.look(office, "draw")
    assert office.open(reverse("review:draw", args=[draw.pk]) + "?tab=proof") == 200
    loop.look(office, "draw-proof")


def answer(loop: Loop) -> None:
    """One declines, one finds a conflict; both are replaced. A third does everything at the desk, the others by service."""
    first, second, third, *_others = loop.seated()
    loop.go(loop.expert(first), "review:desk")
    loop.look(loop.expert(first), "desk")
    loop.confirm(loop.expert(first), "review:desk_decline", first.pk, reason="外出培训")
    loop.confirm(loop.office, "review:draw_replace", loop.review.pk, reason="A专家不能参加")
    loop.confirm(loop.expert(second), "review:desk_accept", second.pk)
    declare(loop, second, "曾任该单位顾问")
    second.refresh_from_db()
    assert second.state == MemberState.CONFLICTED
    assert loop.expert(second).open(reverse("review:desk_project", args=[second.pk, first_item(loop).pk])) == 403
    loop.confirm(loop.office, "review:draw_replace", loop.review.pk, reason="B专家回避")
    loop.confirm(loop.expert(third), "review:desk_accept", third.pk)
    declare(loop, third)
    for member in loop.seated():
        if member.pk != third.pk:
            actor = acting(member)
            panel.accept(actor, member)
            panel.declare(actor, member, {item.pk: "" for item in loop.review.items.all()})
    assert loop.review.state == ReviewState.SCORING
    loop.go(loop.office, "review:panel", loop.review.pk)
    loop.look(loop.office, "panel")


def declare(loop: Loop, member: PanelMember, interest: str = "") -> None:
    desk = loop.expert(member)
    page = loop.go(desk, "review:desk_declare", member.pk)
    for item in loop.review.items.all():
        page.check(f"[name=item-{item.pk}][value={'tied' if interest else 'free'}]")
        page.fill(f"[name=text-{item.pk}]", interest)
    loop.play.look(desk, "declare")
    press(desk, "main form button[type=submit].btn")


def acting(member: PanelMember) -> Any:
    """The expert's actor, as a request has it."""
    from apps.accounts.actors import actor_of
    from apps.accounts.models import Post

    return actor_of(Post.objects.with_nodes().select_related("user").get(user=member.expert.user, role="expert"))


def first_item(loop: Loop) -> Any:
    return loop.review.items.order_by("number")[0]


def score(loop: Loop) -> None:
    """C writes both sheets at the desk, where drafts save themselves; the sheet of the last one lies far off."""
    own, *others = sorted(loop.seated(), key=lambda member: member.alias != "C")
    desk = loop.expert(own)
    for item in loop.review.items.order_by("number"):
        page = loop.go(desk, "review:desk_project", own.pk, item.pk)
        assert item.project.name in page.inner_text("main")
        write_sheet(loop, desk, own, item)
        press(desk, "button[name=next][value=submit]")
        press(desk, "main form button[type=submit].btn")
    assert own.sheets.filter(state="submitted").count() == 2
    assert desk.open(reverse("review:desk_discussion", args=[own.pk])) == 403  # nobody looks before all are in
    for member in others:
        for item in loop.review.items.order_by("number"):
            is_far = member == others[-1] and item == first_item(loop)
            actor, sheet = acting(member), filled(item, FAR if is_far else SCORES)
            sheets.save_sheet(actor, member, item, sheet, revision=0)
            sheets.submit_sheet(actor, member, item)


def write_sheet(loop: Loop, desk: Desk, member: PanelMember, item: Any) -> None:
    page = loop.go(desk, "review:desk_sheet", member.pk, item.pk)
    for name, value in SCORES.items():
        page.fill(f"[name=answer-{name}]", value)
    for line in item.findings.all():
        page.fill(f"[name=line-{line.number}-amount]", str(left_of(line)))
        page.fill(f"[name=line-{line.number}-reason]", CUT)
    page.fill("[name=comment]", "总体可行")
    expect(page.locator("[data-wizard-status]")).to_contain_text(":", timeout=20_000)
    page.wait_for_function("() => Number(document.querySelector('[name=revision]').value) > 0")
    draft = ScoreSheet.objects.get(member=member, item=item)
    assert draft.state == "draft"
    loop.look(desk, f"sheet-{item.number}")
    assert page.input_value("[name=answer-need]") == SCORES["need"]


def left_of(line: Any) -> Decimal:
    """The first line is cut by 40,000 yuan."""
    return line.submitted - 40_000 if line.number == 1 else line.submitted


def filled(item: Any, scores: dict[str, str]) -> dict[str, Any]:
    lines = {str(line.number): {"amount": str(left_of(line)), "reason": CUT} for line in item.findings.all()}
    return {"values": scores, "lines": lines, "comment": "总体可行"}


def discuss_and_conclude(loop: Loop) -> Conclusion:
    """The discussion, the reason of the score far off, the result, and its confirmation by the leader."""
    office, review = loop.office, loop.review
    far = sorted(loop.seated(), key=lambda member: member.alias != "C")[-1]
    loop.confirm(office, "review:discussion_open", review.pk)
    speaker = next(member for member in loop.seated() if member.alias == "C")
    loop.go(loop.expert(speaker), "review:desk_discussion", speaker.pk)
    loop.play.look(loop.expert(speaker), "discussion")
    loop.confirm(loop.expert(speaker), "review:desk_note", speaker.pk, text="第一个项目分歧较大，请说明。")
    assert office.open(reverse("review:review_compute", args=[review.pk])) == 200
    office.page.click("main form button[type=submit].btn")
    assert loop.review.state == ReviewState.DISCUSSION  # a reason is missing
    reason = "测算依据薄弱，风险较高"
    loop.confirm(loop.expert(far), "review:desk_explain", far.pk, first_item(loop).pk, reason=reason)
    loop.confirm(office, "review:review_compute", review.pk)
    conclusion = Conclusion.objects.get(review=review)
    page = loop.go(office, "review:conclusion_edit", conclusion.pk)
    page.fill("[name=text]", "项目可行，核减部分单价。")
    loop.play.look(office, "conclusion-edit")
    press(office, "main form button.pri")
    loop.confirm(office, "review:conclusion_submit", conclusion.pk)
    decide(loop.play, "leader", "approve", opinion="同意")
    assert loop.review.state == ReviewState.CONFIRMED
    loop.go(office, "review:conclusion", conclusion.pk)
    loop.play.look(office, "conclusion")
    return conclusion


def publish(loop: Loop, conclusion: Conclusion) -> Publicity:
    page = loop.go(loop.office, "review:publish", conclusion.pk)
    page.fill("[name=title_zh]", "2027年草原项目预算评审结果公示")
    page.fill("[name=title_mn]", "ᠬᠢᠨᠠᠯᠲᠠ ᠶᠢᠨ ᠦᠷ᠎ᠡ ᠳ᠋ᠦᠩ")
    loop.play.look(loop.office, "publish")
    press(loop.office, "main form button[type=submit].btn")
    return Publicity.objects.get(conclusion=conclusion)


def citizen_objects(loop: Loop, notice: Publicity, folder: Path) -> None:
    """Somebody without an account reads the notice in both languages, and objects to both results."""
    context = loop.play.browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    code = notice.region.code
    for language in ("zh-hans", "mvf"):
        named = reverse("public:notice", args=[language, code, notice.year, notice.number])
        assert page.goto(loop.play.base + named).status == 200  # type: ignore[union-attr]
        assert FIRST in page.inner_text("main")
        page.screenshot(path=folder / f"{language}-public.png", full_page=True)
        assert page.evaluate(CLIPPED) == [], f"public notice in {language}"
    for item in notice.items.order_by("number"):
        page.goto(loop.play.base + reverse("public:object", args=["zh-hans", code, item.pk]))
        page.fill("[name=ground]", "该项目与去年已实施的项目重复<script>alert(1)</script>")
        page.wait_for_selector("[data-send]:not([disabled])", timeout=30_000)  # the work is done
        assert page.evaluate(CLIPPED) == [], "objecting"
        with page.expect_navigation():
            page.click("[data-send]")
        filed = Objection.objects.get(item=item)
        assert filed.code in page.inner_text("main")
        page.goto(loop.play.base + reverse("public:objection", args=["zh-hans", filed.code]))
        assert filed.is_anonymous
        assert page.evaluate(CLIPPED) == [], "objection"
    context.close()


def handle(loop: Loop, notice: Publicity) -> None:
    """The supervisor upholds the first objection and refuses the second; the organiser may not."""
    judge = loop.play.desk("judge")
    first, second = Objection.objects.order_by("item__number")
    assert loop.office.open(reverse("review:objection_accept", args=[first.pk])) == 403
    for objection, decision, text in ((first, "uphold", UPHELD), (second, "dismiss", REFUSED)):
        loop.confirm(judge, "review:objection_accept", objection.pk)
        page = loop.go(judge, "review:objection_decide", objection.pk)
        page.check(f"[name=decision][value={decision}]")
        page.fill("[name=answer]", text)
        page.check("[name=is_public]")
        loop.play.look(judge, f"decide-{decision}")
        press(judge, "main form button[type=submit].btn")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (ObjectionState.UPHELD, ObjectionState.DISMISSED)


def what_stands(loop: Loop, notice: Publicity) -> None:
    """The first project went back with the reason, the second stands in the store with what was left of it."""
    first, second = Project.objects.get(name=FIRST), Project.objects.get(name=SECOND)
    assert (first.state, first.return_reason) == (ProjectState.RETURNED, UPHELD)
    assert (second.state, second.reviewed) == (ProjectState.STORED, LEFT)
    notice.refresh_from_db()
    assert (notice.state, loop.review.state) == (PublicityState.ENDED, ReviewState.CLOSED)
    clerk = loop.play.desk("clerk")
    clerk.open(f"/projects/{first.pk}/")
    assert UPHELD in clerk.page.inner_text("main")
    clerk.open(f"/projects/{second.pk}/?tab=review")
    assert f"{LEFT:,.2f}" in clerk.page.inner_text("main")
    loop.look(clerk, "project-review")


def evidence_holds(loop: Loop) -> None:
    """Three draws that repeat, and every act of the loop on record."""
    assert sorted(loop.review.draws.values_list("kind", flat=True)) == [
        DrawKind.FIRST,
        DrawKind.REPLACEMENT,
        DrawKind.REPLACEMENT,
    ]
    for draw in type(loop.review.draws.all()[0]).objects.all():
        assert verify_draw(draw).is_equal, draw
    told = set(Entry.objects.values_list("event", flat=True))
    assert told >= {
        f"review.{name}"
        for name in (
            "draw_committed", "drawn", "declined", "conflicted", "declared", "sheet_submitted", "noted", "computed", "confirmed",
            "published", "objected", "objection_upheld", "objection_dismissed", "publicity_ended", "dossier_closed",
        )
    }  # fmt: skip
    assert verify().problems == []


@pytest.mark.usefixtures("sealing")  # other transactions of the server would hold the sealer up
def test_a_review_from_its_draw_to_the_store(
    chromium: Browser,  # noqa: F811
    live_server: Any,
    people: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = Loop(Play(chromium, live_server.url, people, "zh-hans", tmp_path))
    open_and_draw(loop)
    answer(loop)
    score(loop)
    conclusion = discuss_and_conclude(loop)
    notice = publish(loop, conclusion)
    citizen_objects(loop, notice, tmp_path)
    handle(loop, notice)
    day_after: date = timezone.localdate() + (notice.ends_on - timezone.localdate()) + timedelta(days=1)
    make.days_pass(day_after)
    for module in (publicity, objections, ending):
        monkeypatch.setattr(module, "certain_today", lambda: day_after)
    assert ending.end_due() == 1
    what_stands(loop, notice)
    evidence_holds(loop)
    loop.play.close()
