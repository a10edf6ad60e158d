"""Pages of reviews: what waits, a new one, its page, the conclusion project by project, the project's own tab."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import Post
from apps.accounts.tests.factories import client_of, sign_in
from apps.review.models import (
    Conclusion,
    Dissent,
    Dossier,
    ItemOutcome,
    Publicity,
    PublicityItem,
    Review,
    ReviewKind,
    ReviewRule,
    ReviewState,
    ScoreSheet,
)
from apps.review.services import conclusions, reviews
from apps.review.tests import factories as make
from apps.review.tests.panels import BODY
from apps.review.tests.scored import hand_in, scored_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(world):
    return world.tree.banner


@pytest.fixture
def officer(region):
    return make.officer(region)


@pytest.fixture
def browser(client, officer):
    post = Post.objects.select_related("user").get(pk=officer.post_id)
    return sign_in(client, post.user)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_waiting_projects_go_into_a_new_review(world, region, browser):
    sheet = make.sheet_version(region)
    ReviewRule.objects.create(region=region, kind=ReviewKind.EVALUATION)
    first, second, other = (make.waiting_project(world) for _ in range(3))
    page = browser.get(reverse("review:waiting"), {"kind": "evaluation"})
    assert str(ReviewKind.EVALUATION.label) in text_of(page)
    chosen = browser.post(
        f"{reverse('review:waiting')}?kind=evaluation", {"act": "review", "row": [first.pk, second.pk]}
    )
    assert chosen.status_code == 302
    page = browser.get(chosen.url)
    shown = page.content.decode()
    assert first.code in shown
    assert second.code in shown
    assert other.code not in shown
    assert shown.count("checked") == 2
    form = {
        "kind": "evaluation",
        "title": "草原评估",
        "form_version": sheet.pk,
        "funds": "",
        "projects": [first.pk, second.pk],
    }
    begun = browser.post(chosen.url, form)
    review = Review.objects.get()
    assert begun.url == review.get_absolute_url()
    assert list(review.items.values_list("project", flat=True)) == [first.pk, second.pk]
    assert not text_of(browser.get(reverse("review:waiting"), {"kind": "evaluation"})).count(first.code)
    # A forged project is refused by the form: it is not among those that wait here.
    far = make.waiting_project(world, world.neighbour_unit)
    assert browser.post(reverse("review:review_new"), form | {"projects": [far.pk]}).status_code == 422


@pytest.mark.parametrize("rows", [1, 8])
def test_the_list_of_what_waits_needs_no_query_per_row(world, region, browser, rows, django_assert_max_num_queries):
    for _ in range(rows):
        make.waiting_project(world)
    browser.get(reverse("review:waiting"))
    with django_assert_max_num_queries(24):
        assert browser.get(reverse("review:waiting")).status_code == 200


def test_the_export_of_what_waits_says_what_each_project_needs(world, region, browser):
    ReviewRule.objects.create(region=region, kind=ReviewKind.EVALUATION)
    ReviewRule.objects.create(region=region, kind=ReviewKind.BUDGET)
    project, other = make.waiting_project(world), make.waiting_project(world)
    make.make_review(region, [other], kind=ReviewKind.BUDGET)
    Dossier.objects.update(kinds=["evaluation", "budget"])
    address = reverse("review:waiting")
    needs = {project.code: "事前绩效评估 · 预算评审", other.code: "事前绩效评估 · 预算评审 (筹备中)"}
    chosen = {"columns": "code,needs"}
    rows = browser.get(address, chosen).context_data["rows"]
    assert {row["cells"][0].text: row["cells"][1].text for row in rows} == needs
    sheet = b"".join(browser.get(address, chosen | {"export": "csv"})).decode("utf-8-sig")
    assert {row[0].strip('="'): row[1] for row in csv.reader(sheet.splitlines()[1:])} == needs
    book = load_workbook(io.BytesIO(browser.get(address, {"export": "xlsx"}).content))
    heads, *lines = book.active.iter_rows(values_only=True)
    assert {line[0]: line[heads.index("所需评审")] for line in lines} == needs


def test_only_the_office_of_the_region_puts_projects_before_a_panel(world, region):
    project = make.waiting_project(world)
    above = client_of("league_officer", world.tree.league)
    page = above.get(reverse("review:waiting"), {"region": region.pk})
    assert project.code in text_of(page)
    assert 'name="act"' not in page.content.decode()
    asked = f"{reverse('review:waiting')}?region={region.pk}"
    assert above.post(asked, {"act": "review", "row": [project.pk]}).status_code == 405
    beside = client_of("banner_officer", world.tree.neighbour)
    assert project.code not in text_of(beside.get(reverse("review:waiting")))
    for role, node in (("unit_clerk", world.unit), ("expert", region)):
        assert client_of(role, node).get(reverse("review:waiting")).status_code == 403


def test_a_review_of_another_region_is_not_there(world, region):
    review = make.make_review(region, [make.waiting_project(world)])
    beside = client_of("banner_officer", world.tree.neighbour)
    for name in ("review", "review_cancel", "review_compute"):
        assert beside.get(reverse(f"review:{name}", args=[review.pk])).status_code == 404
    above = client_of("league_officer", world.tree.league)
    assert above.get(review.get_absolute_url()).status_code == 200
    assert above.get(reverse("review:review_cancel", args=[review.pk])).status_code == 403
    assert client_of("expert", region).get(review.get_absolute_url()).status_code == 403


def test_the_list_and_the_page_of_a_review(world, region, browser):
    review = make.make_review(region, [make.waiting_project(world)])
    assert review.title in text_of(browser.get(reverse("review:reviews")))
    assert review.title in text_of(browser.get(reverse("review:reviews"), {"kind": review.kind, "q": "草原"}))
    for tab in ("projects", "panel", "draws", "result", "publicity", "history"):
        assert browser.get(review.get_absolute_url(), {"tab": tab}).status_code == 200
    assert browser.get(reverse("review:reviews"), {"export": "csv"}).status_code == 200


def test_a_review_is_called_off_on_its_page(world, region, browser):
    review = make.make_review(region, [make.waiting_project(world)])
    address = reverse("review:review_cancel", args=[review.pk])
    assert browser.get(address).status_code == 200
    assert browser.post(address, {"reason": ""}).status_code == 422
    assert browser.post(address, {"reason": "方案调整"}).status_code == 302
    review.refresh_from_db()
    assert review.state == ReviewState.CANCELLED


def test_the_result_is_computed_and_shown_by_signs_alone(world, region, browser):
    review, members, _items = scored_review(world, [["90", "90", "80"]])
    address = reverse("review:review_compute", args=[review.pk])
    hidden = text_of(browser.get(review.get_absolute_url(), {"tab": "result"}))
    assert "90.00" not in hidden
    assert browser.get(address).status_code == 200
    done = browser.post(address)
    conclusion = Conclusion.objects.get()
    assert done.url == conclusion.get_absolute_url()
    for page in (browser.get(done.url), browser.get(review.get_absolute_url(), {"tab": "result"})):
        assert "86.67" in text_of(page)
        assert all(member.expert.name not in text_of(page) for member in members)


def test_the_result_is_offered_once_nothing_is_missing_and_else_the_page_says_what_is(world, region, browser):
    review, members, (item, other) = scored_review(world, [["90", "90", None], ["50", None, "90"]])
    address = reverse("review:review_compute", args=[review.pk])

    def missing():
        page = browser.get(review.get_absolute_url())
        reason = next(act.verdict.reason for act in page.context["acts"] if act.href == address)
        assert (address in page.content.decode()) == (not reason)
        assert reason.replace("“", "").split("“")[0] in text_of(page).replace("“", "")
        return reason

    assert sorted(re.findall(r"\d+", missing())) == ["2", "6"]  # in the order of the reader's language
    hand_in(members[2], item, "90")
    hand_in(members[1], other, "90")
    assert other.project.name in missing()
    assert members[0].alias in missing()
    assert browser.post(address).status_code == 422
    ScoreSheet.objects.filter(member=members[0], item=other).update(outlier_reason="依据不足")
    assert missing() == ""
    assert browser.post(address).status_code == 302
    assert client_of("auditor", region).get(review.get_absolute_url()).context["acts"] == []


def test_a_missing_sheet_brings_the_page_back_with_the_sentence(world, region, browser):
    review, _members, _items = scored_review(world, [["90", "90", None]])
    refused = browser.post(reverse("review:review_compute", args=[review.pk]))
    assert refused.status_code == 422
    assert Review.objects.get().state == ReviewState.SCORING


def decide(conclusion, **cells):
    """What the page of the conclusion sends."""
    return {"text": "总体可行", "advice": "", "revision": conclusion.revision, **cells}


def test_the_conclusion_is_written_project_by_project(world, region, browser, officer):
    review, _members, (item,) = scored_review(world, [["90", "90", "80"]])
    conclusion = conclusions.compute(officer, review)
    address = reverse("review:conclusion_edit", args=[conclusion.pk])
    assert browser.get(address).status_code == 200
    name = f"item{item.pk}"
    cells = {f"{name}-verdict": "partial", f"{name}-amount": "600,000.00", f"{name}-deviation": ""}
    refused = browser.post(address, decide(conclusion, **cells))
    assert refused.status_code == 422
    item.refresh_from_db()
    assert item.verdict == "support"
    kept = browser.post(address, decide(conclusion, **cells | {f"{name}-deviation": "财力有限<script>"}))
    assert kept.status_code == 302
    item.refresh_from_db()
    assert (item.verdict, item.amount) == ("partial", Decimal(600_000))
    page = browser.get(kept.url)
    assert "财力有限&lt;script&gt;" in page.content.decode()
    assert browser.post(address, decide(conclusion, **cells)).status_code == 422  # the revision is an old one
    bad = browser.post(address, decide(conclusion, **cells | {f"{name}-amount": "六十万"}))
    assert bad.status_code == 422


def test_the_lines_of_a_budget_are_decided_on_the_page(world, region, browser, officer):
    review, _members, (item,) = scored_review(world, [["90", "90", "80"]], ReviewKind.BUDGET)
    conclusion = conclusions.compute(officer, review)
    address = reverse("review:conclusion_edit", args=[conclusion.pk])
    line, name = item.findings.get(), f"item{item.pk}"
    cells = {
        f"{name}-verdict": "partial",
        f"{name}-deviation": "核减",
        f"line{line.pk}-approved": "500,000",
        f"line{line.pk}-reason": "",
    }
    assert browser.get(address).status_code == 200
    refused = browser.post(address, decide(conclusion, **cells))
    assert refused.status_code == 422
    assert browser.post(address, decide(conclusion, **cells | {f"line{line.pk}-reason": "偏高"})).status_code == 302
    item.refresh_from_db()
    assert item.amount == Decimal(500_000)
    assert "37.50%" in text_of(browser.get(conclusion.get_absolute_url()))


def test_a_conclusion_is_handed_in_on_its_page(world, region, browser, officer):
    call_command("load_flows", verbosity=0)
    leader = make.leader(region)
    review, _members, _items = scored_review(world, [["90", "90", "80"]])
    conclusion = conclusions.compute(officer, review)
    address = reverse("review:conclusion_submit", args=[conclusion.pk])
    assert browser.post(address).status_code == 422
    page = browser.get(conclusion.get_absolute_url())
    (reason,) = [act.verdict.reason for act in page.context["acts"] if act.href == address]
    assert reason in text_of(page)
    assert address not in page.content.decode()
    Conclusion.objects.filter(pk=conclusion.pk).update(text="总体可行")
    assert address in browser.get(conclusion.get_absolute_url()).content.decode()
    assert browser.get(address).status_code == 200
    done = browser.post(address)
    assert done.status_code == 302
    assert leader.name in text_of(browser.get(done.url))
    assert browser.get(reverse("review:conclusion_edit", args=[conclusion.pk])).status_code == 403


def test_who_only_looks_decides_nothing(world, region, officer):
    review, _members, _items = scored_review(world, [["90", "90", "80"]])
    conclusion = conclusions.compute(officer, review)
    looking = client_of("auditor", region)
    assert looking.get(conclusion.get_absolute_url()).status_code == 200
    for name in ("conclusion_edit", "conclusion_submit"):
        assert looking.get(reverse(f"review:{name}", args=[conclusion.pk])).status_code == 403
    beside = client_of("banner_officer", world.tree.neighbour)
    for name in ("conclusion", "conclusion_edit", "conclusion_submit"):
        assert beside.get(reverse(f"review:{name}", args=[conclusion.pk])).status_code == 404


def publish(conclusion, item, officer):
    """A notice as it stands once the result was published."""
    Conclusion.objects.filter(pk=conclusion.pk).update(state="confirmed")
    notice = Publicity.objects.create(
        conclusion=conclusion, year=2026, number=1, title_zh_hans="公示", days=5, counting="working",
        starts_on="2026-11-02", ends_on="2026-11-06", digest="0" * 64, author_id=officer.user_id,
    )  # fmt: skip
    PublicityItem.objects.create(
        publicity=notice, item=item, project=item.project, unit=item.unit, number=1, code=item.project.code,
        name=item.project.name, unit_name="单位", submitted=item.submitted, amount=Decimal("654321.00"),
        verdict="partial", outcome=ItemOutcome.OPEN,
    )  # fmt: skip
    return notice


def test_the_applicant_reads_the_result_once_it_is_published(world, region, officer):
    review, _members, (item,) = scored_review(world, [["90", "90", "80"]])
    conclusion = conclusions.compute(officer, review)
    clerk = client_of("unit_clerk", world.unit)
    address = f"{item.project.get_absolute_url()}?tab=review"
    before = text_of(clerk.get(address))
    assert review.title in before
    assert "86.67" not in before
    notice = publish(conclusion, item, officer)
    page = clerk.get(address)
    assert "654,321.00" in text_of(page)
    assert review.get_absolute_url() not in page.content.decode()
    Publicity.objects.filter(pk=notice.pk).update(state="taken_down")
    assert "654,321.00" not in text_of(clerk.get(address))


def test_a_project_says_which_reviews_it_still_needs(world, region, officer):
    project = make.waiting_project(world)
    address = f"{project.get_absolute_url()}?tab=review"
    clerk = client_of("unit_clerk", world.unit)
    assert "预算评审" in text_of(clerk.get(address))
    reviews.open_review(
        officer, region, ReviewKind.BUDGET, [project], title="预算评审会", form_version=make.sheet_version(region)
    )
    assert "预算评审会" in text_of(clerk.get(address))


def test_sheets_are_read_once_the_result_is_computed(world, region, browser, officer):
    review, members, (item,) = scored_review(world, [["90", "90", "80"]], body=BODY)
    other, _others, _items = scored_review(world, [["90", "90", "80"]])
    sheet = members[0].sheets.get()
    address = reverse("review:sheet", args=[review.pk, sheet.pk])
    assert browser.get(address).status_code == 404
    conclusions.compute(officer, review)
    conclusions.compute(officer, other)
    page = browser.get(address)
    assert "90.00" in text_of(page)
    assert members[0].expert.name not in text_of(page)
    assert browser.get(reverse("review:sheet", args=[other.pk, sheet.pk])).status_code == 404
    assert client_of("banner_officer", world.tree.neighbour).get(address).status_code == 404
    assert client_of("expert", region).get(address).status_code == 403
    Dissent.objects.create(member=members[1], item=item, text="不同意支持<b>")
    shown = browser.get(review.get_absolute_url(), {"tab": "result"}).content.decode()
    assert "不同意支持&lt;b&gt;" in shown
    assert address in shown


def test_the_result_says_which_scores_fell_away(world, region, browser, officer):
    scores = [["80", "95", "81", "70", "82"], ["90", "90", "90", "90", None]]
    review, members, (item, other) = scored_review(world, scores, outlier_share=Decimal(1))
    hand_in(members[4], other, None, "support")  # a sheet without a score: four are left, and the rule takes five
    conclusion = conclusions.compute(officer, review)
    assert conclusion.review.items.get(pk=item.pk).score == Decimal("81.00")
    page = browser.get(conclusion.get_absolute_url())
    shown = page.content.decode()
    (words,) = page.context["dropped"]
    assert words in text_of(page)
    assert ("95.00" in words, "70.00" in words) == (True, True)
    assert (members[1].alias in words, members[3].alias in words) == (True, True)
    assert all(member.expert.name not in shown for member in members)
    assert re.findall(r"<del[^>]*>([0-9.]+)</del>", shown) == ["95.00", "70.00"]


def test_amounts_fall_away_where_the_result_takes_them_from_the_experts(world, region, browser, officer):
    review, _members, _items = scored_review(world, [["80", "80", "80"]], ReviewKind.BUDGET, trim_from=3)
    conclusion = conclusions.compute(officer, review)
    assert len(browser.get(conclusion.get_absolute_url()).context["dropped"]) == 2


def test_an_expert_who_lies_far_off_is_named_by_the_sign(world, region, browser, officer):
    review, members, (item,) = scored_review(world, [[None] * 3])
    for member, score in zip(members, ("90", "90", "50"), strict=True):
        hand_in(member, item, score, outlier_reason="依据不足" if score == "50" else "")
    conclusion = conclusions.compute(officer, review)
    assert "依据不足" in text_of(browser.get(conclusion.get_absolute_url()))
