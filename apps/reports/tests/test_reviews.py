"""Papers of a review: what they say, who gets them, and when."""

import io
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from apps.accounts.tests.factories import client_of
from apps.evidence.models import Entry
from apps.projects.models import ProjectSetting
from apps.reports.document import Paragraph, Table
from apps.reports.reviews import draw_document, notice_document, review_document
from apps.review.models import Conclusion, ConclusionState, ReviewKind, ReviewState, ScoreSheet, SheetState
from apps.review.services import conclusions, publicity
from apps.review.tests import factories as make
from apps.review.tests.scored import scored_review

pytestmark = pytest.mark.django_db
FORM = {
    "format": 1,
    "fields": [
        {"key": "basis", "type": "integer", "label": {"zh": "立项依据"}, "required": True, "min": "0", "max": "20"}
    ],
}


@pytest.fixture
def review(world: Any) -> Any:
    project = make.waiting_project(world)
    found = make.make_review(
        world.tree.banner, [project], kind=ReviewKind.BUDGET, state=ReviewState.CONFIRMED, body=FORM
    )
    found.items.update(verdict="partial", amount=Decimal("700000.00"), score=Decimal("82.50"), rank=1, is_tied=True)
    item = found.items.get()
    item.findings.update(recommended=Decimal("700000.00"), approved=Decimal("700000.00"), reason="单价高于市场价")
    for member in make.seat(found, [make.make_expert(world.tree.banner) for _number in range(2)]):
        ScoreSheet.objects.create(
            member=member, item=item, values={"basis": 17}, total=Decimal("82.50"), opinion="partial",
            amount=Decimal(700000), comment="测算偏高", state=SheetState.SUBMITTED, digest="ab" * 32,
        )  # fmt: skip
    made = Conclusion.objects.create(
        review=found, state=ConclusionState.CONFIRMED, author=make.UserFactory(), text="总体可行", digest="cd" * 32
    )
    publicity.publish(make.officer(world.tree.banner), Conclusion.objects.get(pk=made.pk), title_zh="评审结果公示")
    found.refresh_from_db()
    return found


def test_the_report_says_what_was_judged_and_by_which_sign(review):
    document = review_document(review)
    tables = {section.title: section for section in document.sections if isinstance(section, Table)}
    results = tables["结果"] if "结果" in tables else next(iter(tables.values()))
    assert results.rows[-1].cells[-3:-1] == (Decimal("800000.00"), Decimal("700000.00"))
    findings = next(table for table in tables.values() if len(table.columns) == 6)
    assert findings.rows[0].cells[3:] == (Decimal("100000.00"), Decimal("700000.00"), "单价高于市场价")
    sheets = [table for table in tables.values() if any("测算偏高" in row.cells for row in table.rows)]
    assert len(sheets) == 2
    expert = review.members.first().expert
    assert all(expert.name not in str(cell) for table in tables.values() for row in table.rows for cell in row.cells)
    assert any(isinstance(section, Paragraph) and section.text == "总体可行" for section in document.sections)


def test_the_report_says_which_scores_fell_away(world):
    review, members, _items = scored_review(world, [["80", "95", "81", "70", "82"]], outlier_share=Decimal(1))
    conclusions.compute(make.officer(review.region), review)
    review.refresh_from_db()
    (how,) = [
        one.text for one in review_document(review).sections if isinstance(one, Paragraph) and "95.00" in one.text
    ]
    assert "70.00" in how
    assert all(member.expert.name not in how for member in members)
    review.trim_from = 6
    assert not [one for one in review_document(review).sections if isinstance(one, Paragraph) and "95.00" in one.text]


def test_the_notice_carries_the_other_language_where_the_region_wants_it(review):
    notice = review.conclusion.publicities.get()
    assert notice_document(notice).layer is None
    ProjectSetting.objects.create(region=review.region, mongolian_documents=True)
    layer = notice_document(notice).layer
    assert layer is not None
    assert layer.language == "mvf"


def test_the_record_of_a_draw_names_its_proof(review):
    draw = review.draws.get()
    with translation.override("en"):
        document = draw_document(draw)
    assert document.number == f"{review.year}-{review.number}-1"


@pytest.mark.parametrize("name", ["review", "notice", "draw"])
def test_papers_come_as_pdf_and_are_recorded(review, name):
    found = {"review": review, "notice": review.conclusion.publicities.get(), "draw": review.draws.get()}[name]
    where = reverse(f"reports:{name}", args=[found.pk])
    answer = client_of("auditor", review.region).get(where)
    assert pypdf.PdfReader(io.BytesIO(answer.content)).pages
    assert Entry.objects.get(event="reports.made").facts["kind"] == "pdf"
    assert client_of("banner_officer", review.region.get_siblings().first()).get(where).status_code == 404
    assert client_of("unit_clerk", review.items.get().unit).get(where).status_code == 403
    assert Client().get(where).status_code == 302


def test_no_report_before_the_result_is_confirmed(world):
    review = make.make_review(world.tree.banner, [make.waiting_project(world)], state=ReviewState.SCORING)
    where = reverse("reports:review", args=[review.pk])
    assert client_of("auditor", review.region).get(where).status_code == 404
