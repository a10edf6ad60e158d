"""Forms of performance say the figures to the cent; thousands of them are made once each, by whoever may see them."""

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pypdf
import pytest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override
from openpyxl import load_workbook

from apps.accounts.tests.factories import client_of, make_actor
from apps.codes.models import FiscalYear
from apps.codes.tests.factories import YEAR
from apps.desk import services as desk
from apps.desk.models import Job, JobState
from apps.evidence.models import Entry
from apps.ledger.models import DocumentKind
from apps.ledger.tests.factories import carry_over, fresh
from apps.performance import services
from apps.performance.models import Evaluation, ProjectYear
from apps.performance.tests.collecting import make_funded, pay
from apps.performance.tests.evaluating import Office
from apps.performance.tests.factories import GOALS, make_year
from apps.projects.models import ProjectSetting
from apps.reports.document import Box, Document, Form
from apps.reports.pdf import render_pdf
from apps.reports.performance.forms import goals_document, self_document
from apps.reports.performance.papers import PAPERS
from apps.reports.performance.reading import RELATED, self_evaluations, year_facts
from apps.reports.services import performance
from apps.reports.tests.evaluated import some_evaluation, some_facts, words
from apps.reports.xlsx import render_xlsx
from imbudget.kit.crypto import sm3_hex

databases = pytest.mark.django_db(databases=["default", "progress"])
START = "reports:performance_start"
DRAFT = "The self-evaluation has not been handed in: this form shows what stands so far and gives no result."


@pytest.fixture(autouse=True)
def results(settings: Any, tmp_path: Any) -> Any:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path / "results"


def boxes(document: Document) -> list[Box]:
    (form, *_rest) = document.sections
    assert isinstance(form, Form)
    return [box for row in form.rows for box in row]


# --- the forms


def test_the_self_evaluation_ties():
    document = self_document(some_evaluation(), mongolian=False)
    text = words(render_pdf(document))
    for said in (
        "900,000.00",
        "1,000,000.00",
        "950,000.00",
        "95.00%",
        "9.50",
        "≥2,000亩",
        "1,800亩",
        "18.00",
        "96.00",
        "138****5678",
    ):
        assert said in text, said
    scores = [box.value for box in boxes(document) if box.name == "score"]
    assert sum(scores) == Decimal("96")
    for name in ("initial", "budget", "executed"):
        parts = [box.value for box in boxes(document) if box.name == f"part_{name}"]
        (whole,) = [box.value for box in boxes(document) if box.name == name]
        assert (len(parts), sum(parts)) == (3, whole)


@pytest.mark.django_db
def test_money_by_source_still_ties_when_the_year_s_end_has_cleared_the_rest(world):
    """That is when self-evaluations are printed."""
    of, authority = make_funded(world, GOALS)
    pay(authority, "150.00")
    carry_over(authority.region, fresh(authority), kind=DocumentKind.WRITE_OFF)
    services.fold_money()
    [facts] = year_facts(list(ProjectYear.objects.filter(pk=of.pk).select_related(*RELATED))).values()
    assert facts.sources is not None
    assert (facts.sources.granted.budget, facts.sources.granted.executed) == (700, 150)


def test_every_row_of_a_form_is_as_wide_as_the_form():
    for document in (self_document(some_evaluation(), mongolian=False), goals_document(some_facts(), mongolian=False)):
        form = document.sections[0]
        taken = [
            (row + down, column + across)
            for row, column, box in form.placed()
            for down in range(box.down)
            for across in range(box.across)
        ]
        assert len(taken) == len(set(taken)) == len(form.rows) * len(form.widths)


def test_what_is_not_scored_is_said_and_never_a_zero():
    facts = some_facts(budget=Decimal(0), executed=Decimal(0))
    assert facts.sources is None  # parts that do not come to the whole are not shown
    made = some_evaluation(execution=None, total=None, grade="", is_draft=True)
    document = self_document(made.__class__(facts, is_draft=True), mongolian=False)
    values = [box.value for box in boxes(document)]
    with override("zh-hans"):
        absent, note = _("not scored"), _(DRAFT)
    assert values.count(absent) == 1 + 1  # execution and total
    assert Decimal(0) in values  # the amounts are zero
    assert note in values
    assert not [box for box in boxes(document) if box.formula]


def test_a_total_that_is_no_sum_is_no_formula():
    """A reviewer's lower score stands by itself; a formula would put the old one back."""
    made = some_evaluation(total=Decimal("90"))
    total = next(box for box in boxes(self_document(made, mongolian=False)) if box.value == Decimal(90))
    assert total.formula == ""
    lowered = some_evaluation(execution=Decimal("9"), total=Decimal("95.5"))
    assert not [box for box in boxes(self_document(lowered, mongolian=False)) if "MIN" in box.formula]


def test_the_workbook_computes_what_the_form_says():
    content = render_xlsx(self_document(some_evaluation(), mongolian=False))
    formulas, values = (load_workbook(io.BytesIO(content), data_only=only).active for only in (False, True))
    found = {
        cell.value: values[cell.coordinate].value
        for row in formulas.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }
    assert {round(float(value), 2) for value in found.values()} == {900000.0, 1000000.0, 950000.0, 95.0, 9.5, 96.0}
    assert any(formula.startswith("=MIN(10,ROUND(") for formula in found)
    assert formulas.merged_cells.ranges
    assert len(formulas.merged_cells.ranges) == len({str(each) for each in formulas.merged_cells.ranges})


def test_text_of_strangers_is_no_formula_in_the_workbook():
    facts = some_facts()
    facts.of.project.name = "=HYPERLINK(1)"
    sheet = load_workbook(io.BytesIO(render_xlsx(goals_document(facts, mongolian=False)))).active
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"]
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_long_forms_go_on_over_pages_and_lose_nothing():
    made = some_evaluation(goal_reached="鑫" * 3000)
    lines = [line for _time in range(12) for line in made.year.lines]
    facts = replace(made.year, lines=lines, goal="目" * 2500)
    document = self_document(made.__class__(facts, goal_reached="鑫" * 3000, total=Decimal(1)), mongolian=True)
    file = pypdf.PdfReader(io.BytesIO(render_pdf(document)))
    text = words(render_pdf(document))
    assert len(file.pages) > 4
    # Once in Chinese, once in the layer behind it.
    assert (text.count("鑫"), text.count("目") >= 5000, text.count("补播面积")) == (6000, True, 24)


def test_the_same_paper_is_the_same_file():
    made = [render_pdf(self_document(some_evaluation(), mongolian=True)) for _time in range(2)]
    assert sm3_hex(made[0]) == sm3_hex(made[1])


# --- one project's papers


@databases
def test_a_paper_is_for_whoever_sees_the_project(world):
    of = make_year(world)
    ProjectYear.objects.filter(pk=of.pk).update(budget=Decimal("1234567.89"), initial=1000, executed=1)
    for paper in ("goals", "self"):
        for kind in ("pdf", "xlsx"):
            address = reverse("reports:performance_paper", args=[of.pk, paper, kind])
            answer = client_of("unit_clerk", of.unit).get(address)
            assert answer.status_code == 200
            assert of.project.code in answer["Content-Disposition"]
        assert client_of("banner_officer", world.tree.neighbour).get(address).status_code == 404
        assert client_of("expert", of.region).get(address).status_code == 403
    assert Entry.objects.filter(event="reports.made").count() == 4
    address = reverse("reports:performance_paper", args=[of.pk, "goals", "pdf"])
    assert "1,234,567.89" in words(client_of("unit_clerk", of.unit).get(address).content)
    wrong = reverse("reports:performance_paper", args=[of.pk, "wrong", "pdf"])
    assert client_of("unit_clerk", of.unit).get(wrong).status_code == 404


@databases
def test_the_page_of_a_year_offers_its_papers_and_mongolian_stands_behind(world):
    of = make_year(world)
    client = client_of("unit_clerk", of.unit)
    text = client.get(f"{of.get_absolute_url()}?tab=papers").content.decode()
    address = reverse("reports:performance_paper", args=[of.pk, "self", "pdf"])
    assert address in text
    ProjectSetting.objects.create(region=of.region, mongolian_documents=True)
    pages = pypdf.PdfReader(io.BytesIO(client.get(address).content)).pages
    assert {page.mediabox.width > page.mediabox.height for page in pages} == {False, True}


# --- many


@pytest.fixture
def years(world: Any) -> list[ProjectYear]:
    return [make_year(world, name=f"项目{number}") for number in range(3)]


def started(client: Any, capture: Any, run: bool = True, query: str = f"year={YEAR}", **given: str) -> Job:
    with capture(execute=run):
        answer = client.post(f"{reverse(START)}?{query}", {"paper": "goals", "kind": "pdf"} | given)
    assert answer.status_code == 302
    return Job.objects.get()


@databases
def test_a_list_becomes_one_file_with_names_by_rule(world, years, results, django_capture_on_commit_callbacks):
    client = client_of("unit_clerk", world.unit)
    job = started(client, django_capture_on_commit_callbacks)
    assert (job.state, job.result["documents"]) == (JobState.DONE, 3)
    answer = client.get(job.result_url)
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer)))
    assert len(archive.namelist()) == 3
    for of in years:
        (name,) = [name for name in archive.namelist() if of.project.code in name]
        assert name.startswith(world.unit.name.replace(" ", "_"))
        assert name.endswith(".pdf")
        assert of.project.name in words(archive.read(name))
    assert Entry.objects.filter(event="reports.performance_made").count() == 1
    assert Entry.objects.filter(event="evidence.downloaded", facts__kind="zip").count() == 1
    assert [path.suffix for path in results.iterdir()] == [".zip"]
    assert client_of("unit_clerk", world.unit).get(job.result_url).status_code == 404  # another person's


@databases
def test_the_filters_of_the_list_hold_and_an_empty_list_is_said(world, years, django_capture_on_commit_callbacks):
    client = client_of("unit_clerk", world.unit)
    job = started(client, django_capture_on_commit_callbacks, query=f"year={YEAR}&project={years[1].project.code}")
    assert job.result["documents"] == 1
    job.delete()
    job = started(client, django_capture_on_commit_callbacks, query=f"year={YEAR}&goal_lamp=red")
    assert (job.state, bool(job.error)) == (JobState.FAILED, True)


@databases
def test_two_years_of_a_project_are_two_files(world, years, django_capture_on_commit_callbacks):
    first = years[0]
    other = FiscalYear.objects.create(year=YEAR + 1)
    ProjectYear.objects.create(
        project=first.project, year=other, unit=first.unit, department=first.department, region=first.region
    )
    client = client_of("unit_clerk", world.unit)
    job = started(client, django_capture_on_commit_callbacks, query=f"project={first.project.code}")
    names = zipfile.ZipFile(io.BytesIO(b"".join(client.get(job.result_url)))).namelist()
    assert (len(names), sum(name.endswith(f"_{YEAR + 1}.pdf") for name in names)) == (2, 1)


@databases
def test_nobody_gets_what_they_do_not_see(world, years, django_capture_on_commit_callbacks):
    job = started(client_of("banner_officer", world.tree.neighbour), django_capture_on_commit_callbacks)
    assert job.state == JobState.FAILED
    assert (
        client_of("expert", world.unit.region).post(reverse(START), {"paper": "goals", "kind": "pdf"}).status_code
        == 403
    )


@databases
def test_a_killed_worker_goes_on_behind_what_is_finished(
    world, years, results, monkeypatch, django_capture_on_commit_callbacks
):
    job = started(client_of("unit_clerk", world.unit), django_capture_on_commit_callbacks, run=False)
    render = performance.RENDERERS["pdf"]
    made: list[str] = []

    def killed(document: Document) -> bytes:
        if len(made) == 2:
            raise SystemExit
        made.append(document.number)
        return render(document)

    monkeypatch.setitem(performance.RENDERERS, "pdf", killed)
    with pytest.raises(SystemExit):
        desk.run(job.pk)
    folder = results / f"{job.params['token']}.parts"
    before = {path.name: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}
    assert len(before) == 2
    make_year(world, name="后来的项目")  # filed meanwhile: it is not of this work
    again: list[str] = []
    monkeypatch.setitem(
        performance.RENDERERS, "pdf", lambda document: again.append(document.number) or render(document)
    )
    with django_capture_on_commit_callbacks():
        desk.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["documents"], len(again)) == (JobState.DONE, 3, 1)
    assert not set(again) & set(made)
    assert before.items() <= {path.name: path.stat().st_mtime_ns for path in folder.glob("*.pdf")}.items()


@databases
def test_who_stops_it_keeps_nothing(world, years, results, django_capture_on_commit_callbacks):
    job = started(client_of("unit_clerk", world.unit), django_capture_on_commit_callbacks, run=False)
    Job.objects.update(cancel_asked=False)

    def stop(*_told: Any) -> None:
        raise desk.Cancelled

    with pytest.raises(desk.Cancelled):
        performance.make_papers(desk._actor_of(job), job.params, "", stop)
    assert list(results.glob("*")) == []


@databases
def test_more_papers_ask_no_more_questions(world, years, django_assert_max_num_queries):
    rows = list(ProjectYear.objects.select_related(*RELATED))
    for of in (rows[:1], rows):
        with django_assert_max_num_queries(4):
            made = self_evaluations(of)
        assert [len(each.year.lines) for each in made.values()] == [6] * len(of)
    with django_assert_max_num_queries(0):
        for each in made.values():
            self_document(each, mongolian=True)


# --- what an evaluation says


@pytest.fixture
def office(world: Any) -> Office:
    return Office(world)


def read_self(of: ProjectYear) -> Any:
    rows = list(ProjectYear.objects.select_related(*RELATED).filter(pk=of.pk))
    return PAPERS["self"].read(rows)[of.pk]


@databases
def test_the_form_says_what_the_evaluation_froze(office):
    evaluation = office.approved()
    ProjectYear.objects.filter(pk=office.of.pk).update(executed=5)  # paid back afterwards
    made = read_self(office.of)
    document = self_document(made, mongolian=False)
    text = words(render_pdf(document))
    assert (made.total, made.year.amounts.rate) == (evaluation.score, 100)
    scores = [box.value for box in boxes(document) if box.name == "score"]
    assert sum(scores) == evaluation.score == Decimal("97")
    for said in ("97.00", "17.00", "1,700亩", "1,000.00", "春季干旱，秋季补播", "完成补播1700亩"):
        assert said in text, said
    assert not made.is_draft
    assert any(box.formula.startswith("=MIN(10") for box in boxes(document))


@databases
def test_a_form_that_is_not_handed_in_gives_no_result(office):
    office.reach()
    office.evaluation()
    made = read_self(office.of)
    assert (made.is_draft, made.total, made.grade, made.year.lines[0].score) == (True, None, "", Decimal("17"))


@databases
def test_a_score_that_a_spot_check_lowered_stands_beside_what_it_was(office):
    evaluation = office.approved()
    line = evaluation.lines.order_by("number").first()
    type(line).objects.filter(pk=line.pk).update(lowered=Decimal("12.50"))
    Evaluation.objects.filter(pk=evaluation.pk).update(score=Decimal("92.50"))
    text = words(render_pdf(self_document(read_self(office.of), mongolian=False)))
    assert "12.50" in text
    assert "17.00" in text
    assert "92.50" in text


@databases
def test_the_report_is_that_of_the_finance_office_once_it_is_approved(office):
    address = reverse("reports:performance_paper", args=[office.of.pk, "report", "pdf"])
    clerk = client_of("unit_clerk", office.of.unit)
    office.approved()
    assert clerk.get(address).status_code == 404
    report = office.evaluation("finance")
    rows = {
        line.pk: {"ticks": [1], "reason": "佐证不足"} if line.item_id else {"reason": "佐证不足"}
        for line in report.lines.all()
    }
    services.save_evaluation(office.officer, report, report.revision, {"actual_goal": "见自评"}, rows)
    make_actor("banner_officer", office.of.region)  # who has filled it in signs it nowhere
    services.submit_evaluation(office.officer, report)
    office.sign(report)
    answer = clerk.get(address)
    assert (answer.status_code, report.state) == (200, "approved")
    text = words(answer.content)
    for said in (f"{report.score:.2f}", office.of.project.name, str(report.scheme), "补播面积", "佐证不足"):
        assert re.sub(r"\s", "", said) in text, said
    sheet = load_workbook(io.BytesIO(clerk.get(address.replace(".pdf", ".xlsx")).content), data_only=True).active
    numbers = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, int | float)]
    assert float(report.score) in [round(float(number), 2) for number in numbers]


@databases
def test_many_evaluations_are_read_in_as_many_questions_as_one(office, django_assert_max_num_queries):
    office.approved()
    rows = list(ProjectYear.objects.select_related(*RELATED))
    for name, most in (("self", 9), ("report", 9)):
        with django_assert_max_num_queries(most):
            found = PAPERS[name].read(rows)
        with django_assert_max_num_queries(0):
            for each in found.values():
                PAPERS[name].lay_out(each, mongolian=True)
