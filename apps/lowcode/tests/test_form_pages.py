"""Pages of forms and answers: who opens them, what they say, and what leaves the system."""

import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.tests.factories import client_of
from apps.budget.tests.factories import SYSTEM, clerk_of, officer_of
from apps.evidence.models import Entry
from apps.lowcode.models import Answer, FormDefinition, FormPurpose
from apps.lowcode.selectors.forms import draft_of, published_of, values_of
from apps.lowcode.services.answers import save_answer
from apps.lowcode.services.forms import Place, export_form
from apps.lowcode.tests.forms import GRASSLAND, choices, definition, field
from apps.lowcode.tests.test_forms import LOCKED, make_form
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
SURVEY = definition(
    field("title", required=True),
    field("kind", "choice", choices=choices("a", "b"), default="b"),
    field("more", "longtext", shown_if={"fact": "kind", "op": "=", "value": "a"}),
    field("tel", "phone"),
    field("area", "amount"),
    field("number"),
    field("items", "table", columns=[field("name"), field("price", "amount")]),
    field("sum", "computed", expression="sum(items.price)") | {"key": "all"},
    field("where", "region"),
    field("term", "period"),
)


@pytest.fixture
def survey(world):
    place = Place(world.tree.banner)
    return make_form(officer_of(world.tree.banner), place, SURVEY, purpose=FormPurpose.SURVEY, code="survey")


def url(name, row=None):
    return reverse(f"lowcode:{name}", args=[row.pk] if row else [])


def officer(world):
    return client_of("banner_officer", world.tree.banner)


def clerk(world):
    return client_of("unit_clerk", world.unit)


def answers_of(world, survey, **values):
    raw = {"title": "草原", "tel": "13800005678", "area": "5", "items": [{"name": "草籽", "price": "2.50"}]} | values
    return save_answer(
        clerk_of(world.unit), version=published_of(survey), region=world.tree.banner, unit=world.unit, raw=raw
    )


def test_an_officer_makes_a_form_in_the_browser(world):
    browser = officer(world)
    values = {"purpose": "project", "name_zh": "草原附表", "name_mn": "", "code": "grassland"}
    made = browser.post(url("form_create"), values)
    definition_ = FormDefinition.objects.get()
    assert made.url == url("form_design", definition_)
    assert b"data-design" in browser.get(made.url).content
    saved = browser.post(made.url, {"body": json.dumps(GRASSLAND), "revision": "1", "publish": "1"})
    assert saved.url == url("form_publish", definition_)
    assert draft_of(definition_).body == GRASSLAND
    assert browser.post(saved.url).status_code == 302
    assert published_of(definition_).number == 1
    assert "草原附表" in html.text(browser.get(url("forms")))
    page = html.text(browser.get(url("form", definition_)))
    assert "字段area" in page
    assert browser.get(url("form", definition_) + "?tab=versions").status_code == 200
    assert browser.get(url("form", definition_) + "?tab=history").status_code == 200


WRONG_BODIES = (
    ("{", ""),
    ("[" * 5000, ""),
    ("", ""),
    (json.dumps(definition(field("a", "email"))), "fields[0].type"),
    (json.dumps(definition(field("a", pattern="(")) | {"x": 1}), "fields[0].pattern"),
)


def test_a_wrong_definition_comes_back_with_its_places(world):
    made = make_form(officer_of(world.tree.banner), Place(world.tree.banner), publish=False)
    browser = officer(world)
    for body, path in WRONG_BODIES:
        response = browser.post(url("form_design", made), {"body": body, "revision": "2"})
        assert response.status_code == 422
        assert path in [error.path for error in response.context_data["wrong"]]
        assert path in html.text(response)
    assert draft_of(made).body == LOCKED


def test_a_definition_that_was_saved_meanwhile_is_not_overwritten(world):
    made = make_form(officer_of(world.tree.banner), Place(world.tree.banner), publish=False)
    response = officer(world).post(url("form_design", made), {"body": json.dumps(GRASSLAND), "revision": "1"})
    assert response.status_code == 422
    assert draft_of(made).body == LOCKED


def test_two_who_begin_the_next_version_do_not_overwrite_each_other(world):
    made = make_form(officer_of(world.tree.banner), Place(world.tree.banner))
    browser = officer(world)
    assert browser.get(url("form_design", made)).context_data["revision"] == 0
    for body, status in ((GRASSLAND, 302), (LOCKED, 422)):
        assert browser.post(url("form_design", made), {"body": json.dumps(body), "revision": "0"}).status_code == status
    assert draft_of(made).body == GRASSLAND


def test_the_preview_shows_both_directions(world):
    browser = officer(world)
    for language, said in (("zh-hans", 'lang="zh-Hans-CN"'), ("mvf", 'lang="mn-Mong-CN"'), ("xx", 'lang="zh-Hans-CN"')):
        response = browser.post(url("form_preview"), {"body": json.dumps(GRASSLAND), "language": language})
        assert said in response.content.decode()
        assert response["X-Frame-Options"] == "SAMEORIGIN"
        assert "frame-ancestors 'self'" in response["Content-Security-Policy"]
    assert (
        "ᠲᠠᠯᠠᠪᠤᠷᠢ"
        in browser.post(url("form_preview"), {"body": json.dumps(GRASSLAND), "language": "mvf"}).content.decode()
    )
    wrong = browser.post(url("form_preview"), {"body": json.dumps(definition(field("a", "email"))), "language": "mvf"})
    assert "fields[0].type" in wrong.content.decode()
    assert browser.get(url("form_preview")).status_code == 405
    assert FormDefinition.objects.count() == 0


def test_labels_and_helps_are_never_markup(world):
    evil = {"zh": "<script>alert(1)</script>", "mn": ""}
    body = definition(
        field("a", label=evil, help=evil),
        field("b", "heading", label=evil, help=evil),
        field("c", "table", label=evil, columns=[field("d", label=evil)]),
        field("e", "choice", label=evil, choices=[{"value": "x", **evil}], required=True),
    )
    made = make_form(officer_of(world.tree.banner), Place(world.tree.banner), body, purpose=FormPurpose.SURVEY)
    browser = officer(world)
    for response in (
        browser.post(url("form_preview"), {"body": json.dumps(body), "language": "zh-hans"}),
        browser.get(url("answer_create", made)),
        browser.get(url("form", made)),
        browser.get(url("answers", published_of(made))),
        browser.get(url("form_design", made)),
    ):
        assert response.status_code == 200
        assert b"<script>alert" not in response.content


PEOPLE = [
    # who, list, form, design, publish, retire, rename, export, copy, answers, fill in
    (("banner_officer", "banner"), (200, 200, 200, 200, 200, 200, 200, 200, 200, 200)),
    (("unit_clerk", "unit"), (200, 200, 403, 403, 403, 403, 200, 200, 200, 200)),
    (("finance_leader", "banner"), (200, 200, 403, 403, 403, 403, 200, 403, 200, 200)),
    (("league_officer", "league"), (200, 200, 403, 403, 403, 403, 200, 200, 200, 200)),
    (("banner_officer", "neighbour"), (200, 404, 404, 404, 404, 404, 404, 404, 404, 404)),
    (("unit_clerk", "neighbour_unit"), (200, 404, 404, 404, 404, 404, 404, 404, 404, 404)),
    (("auditor", "banner"), (403, 403, 403, 403, 403, 403, 403, 403, 403, 403)),
]
NAMES = (
    "forms", "form", "form_design", "form_publish", "form_retire", "form_rename", "form_export", "form_copy",
    "answers", "answer_create",
)  # fmt: skip


def test_who_opens_what(world, survey):
    nodes = {"unit": world.unit, "neighbour_unit": world.neighbour_unit}
    rows = {"forms": None, "answers": published_of(survey)}
    for (role, place), expected in PEOPLE:
        browser = client_of(role, nodes.get(place) or getattr(world.tree, place))
        found = tuple(browser.get(url(name, rows.get(name, survey))).status_code for name in NAMES)
        assert dict(zip(NAMES, found, strict=True)) == dict(zip(NAMES, expected, strict=True)), (role, place)


def test_acts_are_refused_when_posted_too(world, survey):
    browser = clerk(world)
    for name in ("form_design", "form_publish", "form_retire", "form_rename"):
        assert browser.post(url(name, survey), {"body": "{}", "name_zh": "x"}).status_code == 403, name
    assert published_of(survey).number == 1
    assert Client().post(url("form_preview"), {"body": "{}"}).status_code == 302


def test_a_neighbours_clerk_gets_404_on_every_answer(world, survey):
    answer = answers_of(world, survey)
    browser = client_of("unit_clerk", world.neighbour_unit)
    for name in ("answer", "answer_edit"):
        assert browser.get(url(name, answer)).status_code == 404
        assert browser.post(url(name, answer)).status_code in {404, 405}
    assert officer(world).get(url("answer", answer)).status_code == 200
    assert officer(world).get(url("answer_edit", answer)).status_code == 403


def test_a_unit_copies_an_upper_form_and_fills_its_own_in(world, survey):
    browser = clerk(world)
    made = browser.post(url("form_copy", survey), {"name_zh": "自己的", "name_mn": "", "code": "own"})
    own = FormDefinition.objects.get(code="own")
    assert made.url == url("form_design", own)
    assert (own.unit, own.origin) == (world.unit, published_of(survey))


def test_files_of_definitions_go_out_and_come_in(world, survey):
    response = officer(world).get(url("form_export", survey))
    assert response["Content-Disposition"].startswith("attachment")
    assert json.loads(response.content) == export_form(published_of(survey))
    assert Entry.objects.filter(event="evidence.downloaded").count() == 1
    other = client_of("banner_officer", world.tree.neighbour)
    file = io.BytesIO(response.content)
    file.name = "survey.json"
    assert other.post(url("form_import"), {"file": file}).status_code == 302
    assert FormDefinition.objects.get(region=world.tree.neighbour).code == "survey"


def test_a_wrong_file_says_where(world):
    head = {"format": 1, "code": "a", "purpose": "survey", "name": {"zh": "x"}}
    browser = officer(world)
    for content, path in (
        (b"\xff\xfe\x00", ""),
        (b"{", ""),
        (json.dumps({**head, "fields": [7]}).encode(), "fields[0]"),
    ):
        file = io.BytesIO(content)
        file.name = "x.json"
        response = browser.post(url("form_import"), {"file": file})
        assert response.status_code == 422
        assert path in html.text(response)
    assert FormDefinition.objects.count() == 0


def sent(**values):
    """What the answer form of the survey sends."""
    plain = {"title": "草原", "kind": "b", "more": "x", "tel": "138 0000 5678", "area": "1.2万元", "number": ""}
    rows = {"items-rows": "2", "items-0-name": "草籽", "items-0-price": "2.50", "items-1-name": "", "items-1-price": ""}
    return {f"answer-{key}": value for key, value in (plain | rows | values).items()}


def test_a_clerk_fills_in_a_form(world, survey):
    browser = clerk(world)
    page = browser.get(url("answer_create", survey)).content.decode()
    assert "字段title" in page
    values = sent(**{"where": str(world.tree.banner.pk), "term-from": "2027-01-01", "term-to": "2027-02-01"})
    response = browser.post(url("answer_create", survey), values)
    answer = Answer.objects.get()
    assert response.url == url("answer", answer)
    assert answer.unit == world.unit
    kept = values_of(answer)
    assert kept["area"] == "12000.00"
    assert kept["all"] == "2.50"
    assert kept["where"]["code"] == world.tree.banner.code
    assert kept["term"] == {"from": "2027-01-01", "to": "2027-02-01"}
    assert "more" not in kept
    shown = html.text(browser.get(response.url))
    assert "13800005678" in shown
    assert "12,000.00" in shown
    edit = browser.get(url("answer_edit", answer)).content.decode()
    assert 'value="12,000.00"' in edit
    assert 'value="新城区"' in edit
    again = browser.post(url("answer_edit", answer), sent(title="牧场") | {"revision": "1"})
    assert again.status_code == 302
    assert values_of(Answer.objects.get())["title"] == "牧场"


def test_wrong_answers_come_back_with_what_was_written(world, survey):
    values = sent(**{"title": "", "area": "1,23", "items-0-price": "two", "where": str(world.tree.banner.pk)})
    response = clerk(world).post(url("answer_create", survey), values)
    assert response.status_code == 422
    page = response.content.decode()
    for written in ('value="1,23"', 'value="two"', 'value="草籽"', 'value="新城区"'):
        assert written in page
    assert 'aria-invalid="true"' in page
    assert Answer.objects.count() == 0
    assert set(response.context_data["form"].errors) == {"answer-title", "answer-area", "answer-items", "__all__"}


def test_a_draft_of_answers_is_kept_without_what_is_required(world, survey):
    browser = clerk(world)
    assert browser.post(url("answer_create", survey), sent(title="") | {"draft": "1"}).status_code == 302
    answer = Answer.objects.get()
    assert not answer.is_complete
    assert b'name="draft"' in browser.get(url("answer_edit", answer)).content


def test_answers_of_a_document_are_not_edited_here(world, survey):
    answer = save_answer(
        SYSTEM, version=published_of(survey), region=world.tree.banner, unit=world.unit, raw={"title": "x"},
        subject_label="projects.project", subject_id=1,
    )  # fmt: skip
    assert clerk(world).get(url("answer_edit", answer)).status_code == 404


def test_lists_of_answers_are_masked_and_searched(world, survey):
    answers_of(world, survey)
    answers_of(world, survey, title="边境")
    browser = officer(world)
    page = html.text(browser.get(url("answers", published_of(survey))))
    assert "138****5678" in page
    assert "13800005678" not in page
    found = html.text(browser.get(url("answers", published_of(survey)) + "?q=边境"))
    assert "边境" in found
    assert "共 1 条" in found


def test_lists_of_answers_need_no_query_for_each_row(world, survey):
    browser, address, counts = officer(world), url("answers", published_of(survey)), []
    for more in (1, 8):
        for _ in range(more):
            answers_of(world, survey)
        browser.get(address)
        with CaptureQueriesContext(connection) as caught:
            browser.get(address)
        counts.append(len(caught))
    assert counts[0] == counts[1]
    assert counts[0] < 25


def test_an_export_guards_texts_and_keeps_codes(world, survey):
    answer = answers_of(world, survey, title="=1+1", number="00123", items=[{"name": "@cmd", "price": "7"}])
    browser = officer(world)
    response = browser.get(url("answers", published_of(survey)) + "?export=xlsx")
    book = load_workbook(io.BytesIO(response.content))
    assert len(book.worksheets) == 2
    rows = list(book.worksheets[0].iter_rows(min_row=2))
    cells = {head.value: cell for head, cell in zip(next(book.worksheets[0].iter_rows()), rows[0], strict=True)}
    assert (cells["字段title"].value, cells["字段title"].data_type) == ("=1+1", "s")
    assert cells["字段number"].value == "00123"
    assert cells["字段area"].value == 5
    assert cells["字段tel"].value == "138****5678"
    lines = [[cell.value for cell in row] for row in book.worksheets[1].iter_rows(min_row=2)]
    assert lines == [[str(answer.pk), "@cmd", 7]]
    assert book.worksheets[1]["B2"].data_type == "s"
    text = b"".join(browser.get(url("answers", published_of(survey)) + "?export=csv").streaming_content).decode()
    assert "'=1+1" in text
    assert Entry.objects.filter(event="evidence.downloaded").count() == 2


def test_a_page_sent_with_more_than_the_server_takes_says_so(world, survey):
    response = clerk(world).post(url("answer_create", survey), sent(more="x" * 10_500_000))
    assert response.status_code == 400
    assert "errors/400.html" in [template.name for template in response.templates]
    assert Answer.objects.count() == 0


def test_answers_of_more_than_a_megabyte_are_refused_with_a_sentence(world, survey):
    response = clerk(world).post(url("answer_create", survey), sent(kind="a", more="草" * 400_000))
    assert response.status_code == 422
    assert "1000" in str(response.context_data["form"].errors)
    assert Answer.objects.count() == 0
