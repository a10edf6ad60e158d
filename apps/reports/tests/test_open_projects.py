"""Projects in open data: who is named, with what, and what never leaves; long files in pieces, pages that cost the same."""

import csv
import io
import json
import re
import tracemalloc
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from apps.accounts.tests.factories import client_of, make_actor
from apps.budget.tests.factories import World, make_world
from apps.codes.tests.factories import YEAR
from apps.performance.models import DisclosedProject, Disclosure, Grade, ProjectYear
from apps.performance.selectors.disclosures import digest_of
from apps.performance.services import open_years
from apps.performance.services.disclosures import publish_figures, withdraw_figures
from apps.performance.tests.factories import make_year
from apps.projects.models import Project, ProjectState
from apps.projects.tests.factories import make_project
from apps.reports.open import files
from apps.reports.tests.test_open import address, body, make_approved, rows_of, year
from imbudget.kit.actor import system_actor
from imbudget.kit.testing.upon import kept_upon

pytestmark = pytest.mark.django_db
# Name, state, grade, score, budget, executed, kind; and whether the public sees it, with its result or without.
GIVEN = (
    ("=HYPERLINK(1)草原", "settled", "excellent", 95, 1000, 900, "3", "result"),
    ("道路维修", "evaluated", "poor", 40, 800, 100, "3", "named"),
    ("王某15010219800101123X电话 138 0471 1234", "running", "", None, 500, 0, "22", "named"),
    ("没有预算", "running", "", None, 0, 0, "3", ""),
    ("在职人员工资", "running", "", None, 700, 700, "1", ""),
    ("公用经费", "settled", "good", 85, 700, 700, "21", ""),
)


@kept_upon(make_world)
def make_named(world: World) -> Any:
    """The banner's figures published with all of `GIVEN`; a unit of the league has a project too."""
    banner = make_approved(world)
    for name, state, grade, score, budget, executed, kind, _shown in GIVEN:
        of = make_year(world, name=name, responsible="李负责", phone="13804711234")
        Project.objects.filter(pk=of.project_id).update(kind=kind)
        values = {"state": state, "grade": grade, "score": score, "budget": budget, "executed": executed}
        ProjectYear.objects.filter(pk=of.pk).update(**values)
    other = make_project(world.codes, world.league_unit, state=ProjectState.STORED, name="别处的项目")
    open_years(system_actor("tests"), other.region, year())
    ProjectYear.objects.filter(project=other).update(budget=900)
    publish_figures(make_actor("banner_officer", banner), banner, year())
    return banner


@pytest.fixture
def published(world: World) -> Any:
    return make_named(world)


def page(banner: Any, *number: int, language: str = "zh-hans") -> str:
    return reverse("open:projects", args=[language, banner.code, YEAR, *number])


def test_projects_with_money_are_named_with_their_result_where_it_is_settled(published):
    rows = {row["project_name"]: row for row in rows_of(published, "projects")}
    assert list(rows) == ["'" + GIVEN[0][0], GIVEN[1][0], "王某***电话 ***"]
    found = [(row["budget"], row["executed"], row["score"], row["grade"]) for row in rows.values()]
    assert found == [
        ("1000.00", "900.00", "95.00", "excellent"),
        ("800.00", "100.00", "", ""),
        ("500.00", "0.00", "", ""),
    ]
    assert {row["region_code"] for row in rows.values()} == {published.code}
    assert all(row["unit_name"] and row["department_name"] and len(row["project_code"]) == 21 for row in rows.values())


def test_what_is_personal_undecided_or_not_a_project_never_leaves(published):
    where = [
        page(published),
        address("year", published),
        *(address("file", published, "projects", k) for k in ("csv", "json")),
    ]
    everything = b"".join(body(Client().get(one)) for one in where).decode()
    for hidden in (
        "李负责",
        "13804711234",
        "138 0471 1234",
        "15010219800101123",
        "没有预算",
        "在职人员",
        "公用经费",
        "别处的项目",
        "40.00",
    ):
        assert hidden not in everything, hidden
    assert "poor" not in everything
    assert "道路维修" in everything


def test_named_results_tie_with_the_sums_by_department(published):
    """Kinds that are not named stand in the sums alone."""
    named = [row for row in rows_of(published, "projects") if row["grade"]]
    assert (
        len(named) + sum(1 for one in GIVEN if one[1] == "settled" and one[7] == "") == Disclosure.objects.get().scored
    )


def test_it_is_frozen_and_the_digest_covers_it(published):
    before, made = rows_of(published, "projects"), Disclosure.objects.get()
    ProjectYear.objects.update(executed=1)
    assert rows_of(published, "projects") == before
    for change in (
        lambda: DisclosedProject.objects.update(executed=0),
        lambda: DisclosedProject.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
            change()
    assert digest_of(made) == made.digest
    again = publish_figures(make_actor("banner_officer", published), published, year())
    assert again.digest != made.digest
    assert {row["executed"] for row in rows_of(published, "projects")} == {"1.00"}


def test_nothing_is_there_before_it_is_published_nor_after_it_is_withdrawn(world):
    banner = make_approved(world)
    where = (page(banner), *(address("file", banner, "projects", kind) for kind in files.MIME))
    assert [Client().get(one).status_code for one in where] == [404] * 4
    officer = make_actor("banner_officer", banner)
    made = publish_figures(officer, banner, year())
    assert "tablebox" not in Client().get(page(banner)).content.decode()  # an empty page, with its sentence
    assert [Client().get(one).status_code for one in where] == [200] * 4
    withdraw_figures(officer, made, "金额有误")
    assert [Client().get(one).status_code for one in where] == [404] * 4


def test_no_format_runs_a_formula_and_all_say_the_same(published):
    rows = rows_of(published, "projects")
    found = json.loads(body(Client().get(address("file", published, "projects", "json"))))
    assert [row["budget"] for row in found["rows"]] == [row["budget"] for row in rows]
    assert found["rows"][0]["project_name"] == GIVEN[0][0]  # a text of JSON is never run
    assert found["rows"][1]["score"] is None
    book = load_workbook(io.BytesIO(body(Client().get(address("file", published, "projects", "xlsx")))))
    cells = list(book.active.iter_rows(min_row=2))
    assert [row[12].value for row in cells] == [float(row["budget"]) for row in rows]
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n", "inlineStr"}
    assert cells[0][8].value == GIVEN[0][0]


def test_labels_are_in_the_language_of_the_address_though_they_are_sent_later(published):
    for language in ("zh-hans", "mvf"):
        text = body(Client().get(address("file", published, "projects", "csv", language=language))).decode("utf-8-sig")
        with translation.override(language):
            label = str(Grade("excellent").label)
        assert next(csv.DictReader(io.StringIO(text)))["grade_name"] == label != "excellent"


def many(made: Disclosure, upto: int) -> None:
    """More projects behind those that are there."""
    like = DisclosedProject.objects.order_by("-number")[0]
    names = [
        field.name for field in DisclosedProject._meta.concrete_fields if field.name not in ("id", "number", "code")
    ]
    same = {name: getattr(like, name) for name in names}
    DisclosedProject.objects.bulk_create(
        (DisclosedProject(**same, number=number, code=f"{number:021}") for number in range(like.number + 1, upto + 1)),
        batch_size=1000,
    )


def test_pages_go_through_all_of_them_at_the_same_cost(published, django_assert_max_num_queries):
    made = Disclosure.objects.get()
    many(made, 250)
    shown: list[str] = []
    for number in ((), (2,), (3,)):
        with django_assert_max_num_queries(4):
            answer = Client().get(page(published, *number))
        assert answer.status_code == 200
        shown += re.findall(r'class="code mut small">(\w{21})<', answer.content.decode())
    assert len(shown) == len(set(shown)) == 250
    assert page(published, 2) in Client().get(page(published)).content.decode()
    for wrong in (0, 4, 99999999999):
        assert Client().get(page(published).replace("projects/", f"projects/{wrong}/")).status_code == 404
    assert Client().get(page(published) + "?page=2").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "json"])
def test_long_files_need_the_memory_of_a_piece(published, kind):
    made = Disclosure.objects.get()
    many(made, 6000)
    next(files.pieces(made, "projects", kind))
    tracemalloc.start()
    sizes = [len(piece) for piece in files.pieces(made, "projects", kind)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sum(sizes) > 800_000
    assert max(sizes) < 4 * files.PIECE
    assert peak < 8_000_000


def test_an_unchanged_copy_is_not_sent_again_and_another_site_may_read(published):
    for where in (
        page(published),
        address("file", published, "projects", "csv"),
        address("file", published, "projects", "xlsx"),
    ):
        first = Client().get(where)
        assert "public" in first["Cache-Control"]
        again = Client().get(where, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert first["Access-Control-Allow-Origin"] == "*"


def test_the_office_sees_how_many_are_named(published):
    text = client_of("banner_officer", published).get(Disclosure.objects.get().get_absolute_url()).content.decode()
    assert page(published) in text
