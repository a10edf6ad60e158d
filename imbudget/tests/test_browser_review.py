"""A review in a real browser, played by people of both languages: drawn, declined, replaced, scored, confirmed, objected to.

What is done once is done in Mongolian by somebody who reads the page in Chinese before; what is done twice is done in both.
"""

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
from apps.evidence.selectors.verifying import verify
from apps.lowcode.models import Task
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
    ReviewState,
    ScoreSheet,
)
from apps.review.selectors.verifying import verify_draw
from apps.review.services import ending, objections, panel, publicity, sheets
from apps.review.tests import factories as make
from apps.review.tests.drawing import sealing  # noqa: F401 (fixture)
from imbudget.tests.reviewloop import (
    ACTS_ONCE,
    ACTS_TWICE,
    CHINESE,
    MONGOLIAN,
    PAGES,
    TITLE,
    Loop,
    look_at,
)
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_browser_projects import decide

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, databases=["default", "progress"])]
POOL, SEATS = 12, 5
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
        ("deputy", "banner_officer", banner),
        ("leader", "finance_leader", banner),
        ("judge", "review_supervisor", banner),
        ("second_judge", "review_supervisor", banner),
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


def open_and_draw(loop: Loop) -> None:
    """Both projects that wait come before one panel, which is drawn."""
    office = loop.desk("officer")
    assert FIRST in loop.read(office, "review:waiting").inner_text("main")
    page = loop.read(office, "review:review_new")
    page.select_option("[name=kind]", "budget")
    page.fill("[name=title]", TITLE)
    for box in page.locator("[name=projects]").all():
        box.check()
    loop.send(office)
    loop.confirm(office, "draw_new", loop.review.pk, quota_grassland="3")
    draw = loop.review.draws.get()
    assert (draw.revealed, loop.review.members.count()) == ("", 0)
    loop.confirm(office, "draw_make", draw.pk)
    assert [member.alias for member in loop.seated()] == list("ABCDE")
    loop.read(loop.desk("deputy"), "review:draw", draw.pk)
    loop.read(office, "review:draw", draw.pk, query="?tab=proof")


def answer(loop: Loop) -> None:
    """One declines, one finds a conflict; both are replaced. Two more answer at the desk, the others by service."""
    first, second, third, fourth, _fifth = loop.seated()
    loop.read(loop.expert(first), "review:desk")
    loop.confirm(loop.expert(first), "desk_decline", first.pk, reason="外出培训")
    loop.confirm(loop.desk("officer"), "draw_replace", loop.review.pk, reason="A专家不能参加")
    loop.confirm(loop.expert(second), "desk_accept", second.pk)
    declare(loop, second, "曾任该单位顾问")
    second.refresh_from_db()
    assert second.state == MemberState.CONFLICTED
    assert loop.expert(second).open(reverse("review:desk_project", args=[second.pk, first_item(loop).pk])) == 403
    loop.confirm(loop.desk("deputy"), "draw_replace", loop.review.pk, reason="B专家回避")
    loop.confirm(loop.expert(third), "desk_accept", third.pk)
    declare(loop, third)
    for member in loop.seated():
        if member.pk != third.pk:
            actor = acting(member)
            panel.accept(actor, member)
            panel.declare(actor, member, {item.pk: "" for item in loop.review.items.all()})
    assert loop.review.state == ReviewState.SCORING
    loop.read(loop.desk("officer"), "review:panel", loop.review.pk)


def declare(loop: Loop, member: PanelMember, interest: str = "") -> None:
    desk = loop.expert(member)
    page = loop.read(desk, "review:desk_declare", member.pk)
    for item in loop.review.items.all():
        page.check(f"[name=item-{item.pk}][value={'tied' if interest else 'free'}]")
        page.fill(f"[name=text-{item.pk}]", interest)
    loop.send(desk)


def acting(member: PanelMember) -> Any:
    """The expert's actor, as a request has it."""
    from apps.accounts.actors import actor_of
    from apps.accounts.models import Post

    return actor_of(Post.objects.with_nodes().select_related("user").get(user=member.expert.user, role="expert"))


def first_item(loop: Loop) -> Any:
    return loop.review.items.order_by("number")[0]


def score(loop: Loop) -> None:
    """C and D write a sheet each at the desk, where drafts save themselves; the sheet of the last one lies far off."""
    first, second = loop.review.items.order_by("number")
    by_hand = {("C", first), ("D", second)}
    for alias, item in sorted(by_hand, key=lambda pair: pair[0]):
        member = loop.seat(alias)
        desk = loop.expert(member)
        page = loop.read(desk, "review:desk_project", member.pk, item.pk)
        assert item.project.name in page.inner_text("main")
        write_sheet(loop, desk, member, item)
        loop.send(desk, "button[name=next][value=submit]")
        loop.send(desk)
        assert member.sheets.get().state == "submitted"
    assert desk.open(reverse("review:desk_discussion", args=[member.pk])) == 403  # nobody looks before all are in
    last = loop.seated()[-1]
    for member in loop.seated():
        for item in (first, second):
            if (member.alias, item) not in by_hand:
                actor, sheet = acting(member), filled(item, FAR if (member, item) == (last, first) else SCORES)
                sheets.save_sheet(actor, member, item, sheet, revision=0)
                sheets.submit_sheet(actor, member, item)


def write_sheet(loop: Loop, desk: Desk, member: PanelMember, item: Any) -> None:
    page = loop.read(desk, "review:desk_sheet", member.pk, item.pk)
    for name, value in SCORES.items():
        page.fill(f"[name=answer-{name}]", value)
    for line in item.findings.all():
        page.fill(f"[name=line-{line.number}-amount]", str(left_of(line)))
        page.fill(f"[name=line-{line.number}-reason]", CUT)
    page.fill("[name=comment]", "总体可行")
    expect(page.locator("[data-wizard-status]")).to_contain_text(":", timeout=20_000)
    page.wait_for_function("() => Number(document.querySelector('[name=revision]').value) > 0")
    assert ScoreSheet.objects.get(member=member, item=item).state == "draft"
    page.reload()
    assert page.input_value("[name=answer-need]") == SCORES["need"]


def left_of(line: Any) -> Decimal:
    """The first line is cut by 40,000 yuan."""
    return line.submitted - 40_000 if line.number == 1 else line.submitted


def filled(item: Any, scores: dict[str, str]) -> dict[str, Any]:
    lines = {str(line.number): {"amount": str(left_of(line)), "reason": CUT} for line in item.findings.all()}
    return {"values": scores, "lines": lines, "comment": "总体可行"}


def discuss(loop: Loop) -> None:
    """The discussion, and the reason of the score far off, without which nothing is computed."""
    office, review = loop.desk("officer"), loop.review
    far = loop.seated()[-1]
    loop.confirm(office, "discussion_open", review.pk)
    for alias in "CD":
        speaker = loop.seat(alias)
        loop.confirm(loop.expert(speaker), "desk_note", speaker.pk, text="第一个项目分歧较大，请说明。")
    assert office.open(reverse("review:review_compute", args=[review.pk])) == 200
    office.page.click("main form button[type=submit].btn")
    assert loop.review.state == ReviewState.DISCUSSION  # a reason is missing
    loop.confirm(loop.expert(far), "desk_explain", far.pk, first_item(loop).pk, reason="测算依据薄弱，风险较高")


def conclude(loop: Loop) -> Conclusion:
    """The result is computed and drawn up, and confirmed by the leader."""
    office, leader = loop.desk("officer"), loop.desk("leader")
    loop.confirm(office, "review_compute", loop.review.pk)
    conclusion = Conclusion.objects.get(review=loop.review)
    page = loop.read(office, "review:conclusion_edit", conclusion.pk)
    page.fill("[name=text]", "项目可行，核减部分单价。")
    loop.send(office, "main form button.pri")
    loop.confirm(office, "conclusion_submit", conclusion.pk)
    task = reverse(
        "lowcode:task", args=[Task.objects.get(case__document_id=conclusion.pk, case__subject="review.conclusion").pk]
    )
    for path in ("/inbox/", task):
        loop.open_in(leader, path, CHINESE)
    loop.speak(leader, MONGOLIAN)
    decide(loop, "leader", "approve", opinion="同意")
    loop.sent.add(("lowcode:task", loop.reads["leader"]))
    assert loop.review.state == ReviewState.CONFIRMED
    loop.read(loop.desk("deputy"), "review:conclusion", conclusion.pk)
    return conclusion


def publish(loop: Loop, conclusion: Conclusion) -> Publicity:
    mongolian = "ᠬᠢᠨᠠᠯᠲᠠ ᠶᠢᠨ ᠦᠷ᠎ᠡ ᠳ᠋ᠦᠩ"
    office = loop.desk("officer")
    loop.confirm(office, "publish", conclusion.pk, title_zh="2027年草原项目预算评审结果公示", title_mn=mongolian)
    notice = Publicity.objects.get(conclusion=conclusion)
    loop.read(loop.desk("deputy"), "review:publicity", notice.pk)
    return notice


def citizens_object(loop: Loop, notice: Publicity) -> None:
    """Two people without an account read the notice and object, each in another language, each to another result."""
    context = loop.browser.new_context(viewport={"width": 1366, "height": 768})
    page, code = context.new_page(), notice.region.code
    named = ("notice", [code, notice.year, notice.number])
    for name, args in (("notices", [code]), named):
        for language in (CHINESE, MONGOLIAN):
            visit(loop, page, name, language, *args)
    assert FIRST in page.inner_text("main")
    for item, own in zip(notice.items.order_by("number"), (CHINESE, MONGOLIAN), strict=True):
        visit(loop, page, "object", own, code, item.pk)
        page.fill("[name=ground]", "该项目与去年已实施的项目重复<script>alert(1)</script>")
        page.wait_for_selector("[data-send]:not([disabled])", timeout=30_000)  # the work is done
        look_at(page, loop.folder, f"{own}-object-filled")
        with page.expect_navigation():
            page.click("[data-send]")
        loop.sent.add(("public:object", own))
        filed = Objection.objects.get(item=item)
        assert filed.code in page.inner_text("main")
        look_at(page, loop.folder, f"{own}-filed")
        visit(loop, page, "objection", own, filed.code)
        assert filed.is_anonymous
    context.close()


def visit(loop: Loop, page: Page, name: str, language: str, *args: Any) -> None:
    """A public page, whose address carries its language."""
    answered = page.goto(loop.base + reverse(f"public:{name}", args=[language, *args]))
    assert answered is not None
    assert answered.status == 200, name
    look_at(page, loop.folder, f"{language}-{name}")
    loop.opened.add((f"public:{name}", language))


def handle(loop: Loop) -> None:
    """One supervisor upholds the first objection, another refuses the second; the organiser may not."""
    first, second = Objection.objects.order_by("item__number")
    assert loop.desk("officer").open(reverse("review:objection_accept", args=[first.pk])) == 403
    for objection, name, decision, text in (
        (first, "judge", "uphold", UPHELD),
        (second, "second_judge", "dismiss", REFUSED),
    ):
        judge = loop.desk(name)
        loop.confirm(judge, "objection_accept", objection.pk)
        page = loop.read(judge, "review:objection_decide", objection.pk)
        page.check(f"[name=decision][value={decision}]")
        page.fill("[name=answer]", text)
        page.check("[name=is_public]")
        loop.send(judge)
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
    clerk = loop.desk("clerk")
    clerk.open(f"/projects/{first.pk}/")
    assert UPHELD in clerk.page.inner_text("main")
    page = loop.read_at(clerk, f"/projects/{second.pk}/?tab=review")
    assert f"{LEFT:,.2f}" in page.inner_text("main")
    loop.read(loop.desk("deputy"), "review:review", loop.review.pk)
    item = notice.items.get(project=second)
    for language in (CHINESE, MONGOLIAN):
        visit(loop, page, "result", language, notice.region.code, item.pk)
        assert REFUSED in page.inner_text("main")


def both_languages_were_used(loop: Loop) -> None:
    """Every page that asks was opened in both; every act was done in Mongolian, and in Chinese whatever two people do."""
    for name in PAGES | ACTS_ONCE | ACTS_TWICE:
        assert loop.opened >= {(name, CHINESE), (name, MONGOLIAN)}, name
    assert {name for name, language in loop.sent if language == MONGOLIAN} == ACTS_ONCE | ACTS_TWICE
    assert {name for name, language in loop.sent if language == CHINESE} == ACTS_TWICE


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
    chromium: Browser,
    live_server: Any,
    people: World,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop = Loop(chromium, live_server.url, people, tmp_path)
    open_and_draw(loop)
    answer(loop)
    score(loop)
    discuss(loop)
    conclusion = conclude(loop)
    notice = publish(loop, conclusion)
    citizens_object(loop, notice)
    handle(loop)
    day_after: date = timezone.localdate() + (notice.ends_on - timezone.localdate()) + timedelta(days=1)
    make.days_pass(day_after)
    for module in (publicity, objections, ending):
        monkeypatch.setattr(module, "certain_today", lambda: day_after)
    assert ending.end_due() == 1
    what_stands(loop, notice)
    both_languages_were_used(loop)
    evidence_holds(loop)
    loop.close()
