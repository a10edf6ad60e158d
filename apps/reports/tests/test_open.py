"""Open data: only what was published, frozen, tied, described; nothing of a draft, a neighbour, a person."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction
from django.db.models import F, Sum
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, pgettext
from openpyxl import load_workbook

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.tests.factories import client_of, make_actor, make_post
from apps.budget import services as budget
from apps.budget.tests.factories import World, line, make_compilation, make_sheet, make_world, officer_of, one_round
from apps.codes.models import FiscalYear
from apps.codes.tests.factories import YEAR
from apps.evidence.models import Entry
from apps.ledger.models import Authority, Balance, DocumentKind
from apps.ledger.tests.factories import carry_over, load_chart
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.performance.models import DisclosedLine, Disclosure, DisclosureState, ProjectYear
from apps.performance.services.disclosures import publish_figures, withdraw_figures
from apps.performance.tests.factories import make_year
from apps.reports.open.fields import BUDGET, OWN, PROJECTS, RESULTS
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing.upon import kept_upon

pytestmark = pytest.mark.django_db
HEAD = {"number": "新财预〔2027〕1号", "title": "批复", "dated": date(2027, 1, 25), "basis": "新城区人大一次会议决议"}
# What Fiscal Data Package 1.0 says of the types of its columns: those of the budget taxonomy that are used here.
TAXONOMY = {
    "value": "number", "value-currency:code": "string", "date:fiscal-year": "integer", "direction": "string",
    "phase:id": "string", "phase:label": "string",
    **{f"{name}:generic:{end}": "string"
       for name in ("functional-classification", "economic-classification", "fin-source") for end in ("code", "label")},
    **{f"activity:generic:project:{end}": "string" for end in ("code", "label")},
    **{f"administrative-classification:generic:level{level}:{end}": "string"
       for level in (1, 2, 3) for end in ("code", "label")},
}  # fmt: skip


def year() -> FiscalYear:
    return FiscalYear.objects.get(pk=YEAR)


@kept_upon(make_world)
def make_approved(world: World) -> Any:
    """The budget of the first banner, approved: 1,235,068.39 yuan, of which 34,567.89 are paid."""
    load_chart()
    call_command("load_flows", verbosity=0)
    codes, banner = world.codes, world.unit.region
    make_sheet(codes, world.unit, [line(codes, "1234567.89"), line(codes, "500.50")], "accepted")
    make_post("finance_leader", banner)
    one_round(banner)
    document = budget.draw_up_approval(officer_of(banner), make_compilation(codes, banner, "compiled"), HEAD)
    task = Task.objects.get(case__document_id=document.pk, case__subject="ledger.document", state="open")
    tasks.approve(actor_of(Post.objects.with_nodes().get(pk=task.post_id)), task)
    first = Authority.objects.filter(document=document).order_by("-balance__amount").first()
    paid = Decimal("34567.89")
    Balance.objects.filter(pk=first).update(spent=paid, available=F("available") - paid)
    return banner


@kept_upon(make_world)
def make_published(world: World) -> Any:
    """With two settled results, and one that is not settled."""
    banner = make_approved(world)
    results = (("settled", "excellent", 95), ("settled", "excellent", 91), ("evaluated", "poor", 40))
    for number, (state, grade, score) in enumerate(results):
        of = make_year(world, name=f"涉及张三的项目{number}")
        ProjectYear.objects.filter(pk=of.pk).update(state=state, grade=grade, score=score, budget=1000, executed=900)
    publish_figures(make_actor("banner_officer", banner), banner, year())
    return banner


@pytest.fixture
def approved(world: World) -> Any:
    return make_approved(world)


@pytest.fixture
def published(world: World) -> Any:
    return make_published(world)


def address(name: str, banner: Any, *more: str, language: str = "zh-hans") -> str:
    return (
        reverse(f"open:{name}", args=[language, banner.code, YEAR, *more])
        if not more
        else reverse(
            "open:file",
            kwargs={"language": language, "region": banner.code, "year": YEAR, "resource": more[0], "kind": more[1]},
        )
    )


def body(answer: Any) -> bytes:
    """What was sent, at once or piece by piece."""
    return answer.getvalue()  # type: ignore[no-any-return]


def rows_of(banner: Any, resource: str = "budget") -> list[dict[str, str]]:
    content = body(Client().get(address("file", banner, resource, "csv")))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_nothing_is_public_before_it_is_published(approved):
    for where in (address("year", approved), address("package", approved), address("file", approved, "budget", "csv")):
        assert Client().get(where).status_code == 404
    assert approved.name not in Client().get(reverse("open:index", args=["zh-hans"])).content.decode()


def test_what_is_published_ties_with_the_books_and_is_frozen(approved):
    made = publish_figures(make_actor("banner_officer", approved), approved, year())
    assert (made.approved, made.adjusted, made.executed) == (
        Decimal("1235068.39"),
        Decimal("1235068.39"),
        Decimal("34567.89"),
    )
    rows = rows_of(approved)
    for phase in ("approved", "adjusted", "executed"):
        assert sum(Decimal(row["value"]) for row in rows if row["phase"] == phase) == getattr(made, phase)
    Balance.objects.filter(spent__gt=0).update(spent=F("spent") + 1, available=F("available") - 1)
    assert rows_of(approved) == rows
    with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
        DisclosedLine.objects.update(executed=0)
    assert Entry.objects.get(event="performance.figures_published").facts["digest"] == made.digest


def test_a_later_publication_takes_the_place_of_the_earlier(approved):
    officer = make_actor("banner_officer", approved)
    first = publish_figures(officer, approved, year())
    Balance.objects.filter(spent__gt=0).update(spent=F("spent") + 1, available=F("available") - 1)
    second = publish_figures(officer, approved, year())
    first.refresh_from_db()
    assert (first.state, second.state, second.number) == (DisclosureState.REPLACED, DisclosureState.PUBLISHED, 2)
    assert second.executed - first.executed == 1
    assert first.digest != second.digest


def test_withdrawn_figures_are_gone_at_once_and_kept(approved):
    officer = make_actor("banner_officer", approved)
    made = publish_figures(officer, approved, year())
    copy = Client().get(address("year", approved))
    withdraw_figures(officer, made, "金额有误")
    again = Client().get(address("year", approved), headers={"If-None-Match": copy["ETag"]})
    assert again.status_code == 404
    assert DisclosedLine.objects.filter(disclosure=made).exists()
    assert Entry.objects.filter(event="performance.figures_withdrawn", facts__reason="金额有误").count() == 1
    with pytest.raises(NotAllowed):
        withdraw_figures(officer, made, "again")


def test_only_the_own_finance_office_publishes_and_only_an_approved_budget(world, approved):
    for role, node in (
        ("unit_clerk", world.unit), ("finance_leader", approved), ("league_officer", world.tree.league),
        ("banner_officer", world.tree.neighbour), ("auditor", approved), ("department_reviewer", world.unit.department),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            publish_figures(make_actor(role, node), approved, year())
        assert client_of(role, node).post(reverse("performance:disclosure_new"), {"year": YEAR}).status_code in (
            {422} if role.endswith("_officer") else {403}  # of their own region, whose budget is not approved
        )
    neighbour = world.tree.neighbour
    with pytest.raises(RuleViolation, match=str(YEAR)):
        publish_figures(make_actor("banner_officer", neighbour), neighbour, year())
    assert not Disclosure.objects.exists()


def test_the_office_publishes_and_withdraws_on_pages(approved, world):
    officer = client_of("banner_officer", approved)
    asked = officer.get(reverse("performance:disclosure_new"))
    with translation.override("zh-hans"):  # 公开, and no 公示 of a roster
        assert (
            str(asked.context["submit_label"]) == pgettext("open data", "publish") != gettext("put before the public")
        )
    answer = officer.post(reverse("performance:disclosure_new"), {"year": YEAR}, follow=True)
    text = answer.content.decode()
    assert "1,235,068.39" in text
    assert "34,567.89" in text
    assert address("year", approved) in text
    made = Disclosure.objects.get()
    assert str(made.year_id) in officer.get(reverse("performance:disclosures")).content.decode()
    where = reverse("performance:disclosure_withdraw", args=[made.pk])
    for role, node, status in (
        ("league_officer", world.tree.league, 403), ("banner_officer", world.tree.neighbour, 404), ("finance_leader", approved, 403)
    ):  # fmt: skip
        assert client_of(role, node).post(where, {"reason": "x"}).status_code == status
    assert officer.post(where, {"reason": "金额有误"}).status_code == 302
    assert "金额有误" in officer.get(made.get_absolute_url()).content.decode()


# --- the public pages


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_the_page_shows_the_figures_to_everybody(published, language, django_assert_max_num_queries):
    with django_assert_max_num_queries(5):
        answer = Client().get(address("year", published, language=language))
    text = answer.content.decode()
    assert answer.status_code == 200
    for said in ("1,235,068.39", "34,567.89", HEAD["number"], "datapackage.json", "Creative Commons"):
        assert said in text, said
    assert "sessionid" not in answer.cookies
    assert "csrftoken" not in answer.cookies
    assert published.code in Client().get(reverse("open:index", args=[language])).content.decode()


def test_pages_of_sums_name_no_project_and_no_open_result(published):
    everything = b"".join(
        Client().get(where).content
        for where in (
            address("year", published), address("package", published),
            *(address("file", published, name, kind) for name in ("budget", "results") for kind in ("csv", "json")),
        )
    ).decode()  # fmt: skip
    assert "张三" not in everything
    assert '"poor"' not in everything
    (row,) = rows_of(published, "results")
    assert (row["grade"], row["projects"], row["mean_score"], row["budget"], row["executed"]) == (
        "excellent", "2", "93.00", "2000.00", "1800.00",
    )  # fmt: skip


def test_an_unchanged_copy_is_not_sent_again(published):
    for where in (
        address("year", published),
        address("file", published, "budget", "csv"),
        address("package", published),
    ):
        first = Client().get(where)
        assert "public" in first["Cache-Control"]
        again = Client().get(where, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_addresses_with_questions_are_refused(published):
    for query in ("x=1", "q=%00", "year=2026", "export=csv", "a" * 3000):
        for where in (
            address("year", published),
            address("file", published, "budget", "json"),
            address("package", published),
        ):
            assert Client().get(f"{where}?{query}").status_code == 404
        assert Client().get(f"{reverse('open:index', args=['mvf'])}?{query}").status_code == 404


def test_odd_addresses_are_not_found(published):
    for where in (
        "xx/", "zh-hans/000000/2027/", "zh-hans/150102/99999999999999999999/", "zh-hans/'%20or%201=1/2027/",
        "zh-hans/150102/2027/other.csv", "zh-hans/150102/2027/budget.exe",
    ):  # fmt: skip
        assert Client().get(f"/public/open/{where}").status_code == 404, where


def test_workbook_and_json_say_the_same_as_the_csv(published):
    rows = rows_of(published)
    found = json.loads(Client().get(address("file", published, "budget", "json")).content)
    assert [row["value"] for row in found["rows"]] == [row["value"] for row in rows]
    assert found["licence"]["name"] == "CC-BY-4.0"
    assert HEAD["number"] in found["source"]
    sheet = load_workbook(io.BytesIO(Client().get(address("file", published, "budget", "xlsx")).content)).active
    amounts = [row[-1] for row in sheet.iter_rows(values_only=True) if isinstance(row[-1], int | float)]
    assert sum(map(Decimal, map(str, amounts))) == sum(Decimal(row["value"]) for row in rows)


# --- the descriptor


def test_the_descriptor_is_a_fiscal_data_package(published):
    package = json.loads(Client().get(address("package", published)).content)
    assert package["profile"] == "fiscal-data-package"
    assert re.fullmatch(r"[-a-z0-9._/]+", package["name"])
    assert package["licenses"][0].keys() == {"name", "title", "path"}
    assert package["sources"][0]["title"].startswith(HEAD["number"])
    assert package["homepage"].endswith(address("year", published))
    known = TAXONOMY | {each["name"]: each["dataType"] for each in package["columnTypes"][1]}
    names = [resource["name"] for resource in package["resources"]]
    assert names == sorted(set(names)) == ["budget", "projects", "results"]
    for resource in package["resources"]:
        assert resource["profile"] == "tabular-data-resource"
        for field in resource["schema"]["fields"]:
            assert type_of(field["columnType"], known) == field["type"], field


def test_the_older_mapping_names_columns_that_are_there(published):
    package = json.loads(Client().get(address("package", published)).content)
    columns = {each["name"]: {field["name"] for field in each["schema"]["fields"]} for each in package["resources"]}
    model = package["model"]
    sources = [*model["measures"].values()]
    for dimension in model["dimensions"].values():
        assert dimension["primaryKey"] in dimension["attributes"]
        sources += dimension["attributes"].values()
    assert all(each["source"] in columns[each["resource"]] for each in sources)
    assert {each["currency"] for each in model["measures"].values()} == {"CNY"}


def keys_of(resource: dict[str, Any]) -> list[str]:
    """The columns that tell its rows apart."""
    return resource["schema"]["primaryKey"]  # type: ignore[no-any-return]


def type_of(meaning: str, known: dict[str, str]) -> str:
    """The type of a ColumnType: its own, or that of the longest one that it goes on from (spec, implicit typing)."""
    found = [name for name in known if meaning == name or meaning.startswith(f"{name}:")]
    return known[max(found, key=len)]


@pytest.mark.parametrize("name", ["budget", "projects", "results"])
def test_the_files_keep_what_the_descriptor_says(published, name):
    package = json.loads(Client().get(address("package", published)).content)
    (resource,) = [each for each in package["resources"] if each["name"] == name]
    content = body(Client().get(address("package", published).replace("datapackage.json", resource["path"])))
    assert len(content) == resource["bytes"]
    rows = rows_of(published, name)
    fields = resource["schema"]["fields"]
    assert list(rows[0]) == [field["name"] for field in fields]
    read = {"string": str, "integer": int, "number": Decimal}
    for row in rows:
        for field in fields:
            if row[field["name"]] not in resource["schema"]["missingValues"] or field["name"] in keys_of(resource):
                read[field["type"]](row[field["name"]])
    keys = [tuple(row[key] for key in keys_of(resource)) for row in rows]
    assert len(keys) == len(set(keys))


def test_what_has_a_label_has_its_code_and_keys_are_unique_types():
    for fields in (BUDGET, PROJECTS, RESULTS):
        meanings = {field.meaning for field in fields}
        for field in fields:
            if field.meaning.endswith(":label"):
                stem = field.meaning.removesuffix(":label")
                assert {f"{stem}:code", f"{stem}:id"} & meanings, field
            if field.key:
                assert field.meaning.rsplit(":", 1)[-1] in {
                    "code",
                    "id",
                    "fiscal-year",
                    "direction",
                    "date:fiscal-year",
                }
    assert {each["dataType"] for each in OWN} <= {"string", "integer", "number"}
    assert Disclosure.objects.aggregate(all=Sum("approved"))["all"] is None


def test_what_the_end_of_the_year_cleared_away_was_budget_of_the_year(published):
    """Else everything would seem to be executed in full as soon as the books are closed."""
    before = Disclosure.objects.get(state=DisclosureState.PUBLISHED)
    authorities = Authority.objects.filter(region=published, state="executable", balance__available__gt=0)
    carry_over(published, *authorities, kind=DocumentKind.WRITE_OFF)
    after = publish_figures(make_actor("banner_officer", published), published, year())
    assert (after.adjusted, after.executed) == (before.adjusted, before.executed)
    assert after.adjusted > after.executed
