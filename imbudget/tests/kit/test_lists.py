"""Lists: what they read, the columns a person wants, first views, last pages, and what a search costs."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from apps.accounts.tests.factories import client_of
from apps.budget.filters import LineFilter
from apps.budget.models import BudgetLine, BudgetSheet
from apps.budget.tables import LineTable, SheetTable
from apps.budget.tests.factories import World, make_sheet
from apps.desk.models import ColumnChoice, SavedView
from apps.regions.models import Unit
from apps.regions.tests.factories import UnitFactory
from imbudget.kit.paging import LAST, paginate
from imbudget.kit.reading import reading_of
from imbudget.kit.tables import Column

pytestmark = pytest.mark.django_db
LISTS = ["budget:sheets", "budget:lines", "regions:regions", "regions:units", "desk:jobs"]


def fill(world: World, units: int, project: str = "草原生态保护补助") -> None:
    """Sheets of as many new units of the first banner, with one line each."""
    codes = world.codes
    for number in range(units):
        unit = UnitFactory(region=world.tree.banner)
        sheet = BudgetSheet.objects.create(unit=unit, region=unit.region, year_id=codes.year, state="submitted")
        values = {"function": codes.running, "department_economic": codes.wages, "fund": codes.fund}
        BudgetLine.objects.create(sheet=sheet, number=1, amount=Decimal(number + 1), project_name=project, **values)


def cells(page: Any) -> list[list[str]]:
    return [[cell.text for cell in row["cells"]] for row in page.context["rows"]]


def total(page: Any) -> Any:
    return {column.name: value for column, value in page.context["totals"]}["amount"]


def heads(page: Any) -> list[str]:
    return [head["column"].name for head in page.context["heads"]]


def officer(world: World, role: str = "league_officer") -> Client:
    return client_of(role, world.tree.league if role == "league_officer" else world.tree.banner)


@pytest.mark.parametrize(
    ("name", "queries"),
    [("budget:sheets", 14), ("budget:lines", 15), ("regions:units", 10), ("regions:regions", 10), ("desk:jobs", 8)],
)
def test_a_list_costs_the_same_at_one_row_and_at_fifteen(world: World, name, queries, django_assert_num_queries):
    client = officer(world)
    fill(world, 1)
    client.get(reverse(name))
    with django_assert_num_queries(queries):
        client.get(reverse(name))
    fill(world, 14)
    with django_assert_num_queries(queries):
        client.get(reverse(name))


@pytest.mark.parametrize("query", [{"q": "草原"}, {"function": "201"}, {"state": "submitted"}, {"cursor": LAST}])
def test_search_and_filters_cost_the_same_whatever_they_find(world: World, query):
    client = officer(world)
    address = reverse("budget:lines")
    fill(world, 1)
    client.get(address, query)
    counts = []
    for _round in range(2):
        with CaptureQueriesContext(connection) as caught:
            client.get(address, query)
        counts.append(len(caught))
        fill(world, 14)
    assert counts[0] == counts[1]


def test_a_list_reads_only_the_columns_it_shows(world: World):
    make_sheet(world.codes, world.unit)
    reading = reading_of(BudgetLine, LineTable.chosen("unit,amount"), "pk")
    with CaptureQueriesContext(connection) as caught:
        rows = reading.rows(BudgetLine.objects.order_by("pk"))
    assert len(caught) == 2
    lines, units = (query["sql"] for query in caught)
    assert "JOIN" not in lines
    assert "note" not in lines
    assert "credit_code" not in units
    assert [row.value_of(LineTable.column("unit")) for row in rows] == [world.unit.name] * 2


def test_names_are_read_in_the_language_of_the_page_and_fall_back(world: World):
    Unit.objects.filter(pk=world.unit.pk).update(name_mvf="ᠭᠠᠵᠠᠷ")
    UnitFactory(region=world.tree.banner, name_zh_hans="只有中文")
    column = Column("name", "")
    with translation.override("mvf"):
        rows = reading_of(Unit, [column], "pk").rows(Unit.objects.order_by("pk"))
        names = [row.value_of(column) for row in rows]
    assert "ᠭᠠᠵᠠᠷ" in names
    assert "只有中文" in names


def test_cells_made_of_many_rows_are_asked_for_once_for_each_part(world: World):
    fill(world, 5)
    asked = []

    def numbers(keys):
        asked.append(list(keys))
        return {key: f"no. {key}" for key in keys[1:]}

    columns = [Column("note", ""), Column("number", "", many=numbers), Column("amount", "", kind="money")]
    reading = reading_of(BudgetLine, columns, "pk")
    rows = reading.rows(BudgetLine.objects.order_by("pk"))
    assert [row.value_of(columns[1]) for row in rows] == [None, *(f"no. {row.pk}" for row in rows[1:])]
    assert [row.value_of(columns[2]) for row in rows] == [Decimal(number) for number in range(1, 6)]
    assert asked == [[row.pk for row in rows]]
    assert len(list(reading.stream(BudgetLine.objects.order_by("pk"), size=2))) == 5
    assert [len(keys) for keys in asked[1:]] == [2, 2, 1]
    assert reading.rows(BudgetLine.objects.none()) == []


def test_a_row_without_a_key_has_empty_cells(world: World):
    fill(world, 1)
    BudgetLine.objects.update(department_economic=None, government_economic=None)
    page = officer(world).get(reverse("budget:lines"), {"columns": "department_economic,government_economic,amount"})
    assert cells(page) == [["", "", "1.00"]]


def test_choices_and_states_are_shown_in_words(world: World):
    fill(world, 1)
    page = officer(world).get(reverse("budget:sheets"), {"columns": "round,state"}, headers={"Accept-Language": "zh"})
    assert cells(page) == [["一上", "已提交"]] or cells(page)[0][1] != "submitted"
    assert page.context["rows"][0]["cells"][1].state == "submitted"


def test_the_columns_of_the_address_come_in_its_order_and_nonsense_is_left_out(world: World):
    fill(world, 2)
    page = officer(world).get(reverse("budget:lines"), {"columns": "amount,nothing,unit,amount,__class__"})
    assert heads(page) == ["amount", "unit"]
    assert heads(officer(world).get(reverse("budget:lines"), {"columns": "nothing"})) == [
        column.name for column in LineTable.columns if not column.optional
    ]


def test_where_no_link_is_chosen_the_first_column_leads_to_the_page(world: World):
    fill(world, 1)
    page = officer(world).get(reverse("budget:sheets"), {"columns": "total,unit_code"})
    sheet = BudgetSheet.objects.get()
    assert page.context["rows"][0]["cells"][0].href == sheet.get_absolute_url()


def test_a_person_chooses_columns_for_a_page_and_goes_back_to_the_first_ones(world: World):
    client, other = officer(world), officer(world)
    address = reverse("budget:lines")
    order = {"column": ["unit", "amount", "kind"], "place-unit": "3", "place-amount": "1", "place-kind": "x"}
    answer = client.post(reverse("desk:columns"), {"page": address, "next": f"{address}?year=2027", **order})
    assert answer.url == f"{address}?year=2027"
    assert heads(client.get(address)) == ["amount", "unit", "kind"]
    assert heads(other.get(address)) != ["amount", "unit", "kind"]
    client.post(reverse("desk:columns"), {"page": address, "next": address, "reset": "1", **order})
    assert not ColumnChoice.objects.exists()
    assert len(heads(client.get(address))) > 3


def test_exports_follow_the_chosen_columns(world: World):
    fill(world, 3)
    page = officer(world).get(reverse("budget:lines"), {"columns": "amount,function", "export": "csv"})
    head, *rows = csv.reader(io.StringIO(b"".join(page.streaming_content).decode("utf-8-sig")))
    assert len(head) == 2
    assert sorted(row[0] for row in rows) == ["1.00", "2.00", "3.00"]
    assert {row[1].split("-")[0] for row in rows} == {world.codes.running.code}


def test_a_saved_view_keeps_the_columns_and_may_be_the_first(world: World):
    client = officer(world)
    address = reverse("budget:lines")
    fill(world, 2)
    query = client.get(address, {"columns": "amount,unit", "sort": "-amount"}).context["view_query"]
    client.post(reverse("desk:save_view"), {"page": address, "name": "大额", "query": query})
    view = SavedView.objects.get()
    assert heads(client.get(f"{address}?{view.query}")) == ["amount", "unit"]
    assert heads(client.get(address)) != ["amount", "unit"]
    client.post(reverse("desk:first_view", args=[view.pk]), {"next": address, "chosen": "1"})
    page = client.get(address)
    assert heads(page) == ["amount", "unit"]
    assert [row[0] for row in cells(page)] == ["2.00", "1.00"]
    assert heads(client.get(address, {"view": "plain"})) != ["amount", "unit"]
    client.post(reverse("desk:first_view", args=[view.pk]), {"next": address, "chosen": ""})
    assert heads(client.get(address)) != ["amount", "unit"]


def test_one_view_is_the_first_and_nobody_chooses_for_another(world: World):
    client, other = officer(world), officer(world)
    address = reverse("budget:lines")
    for name in ("甲", "乙"):
        client.post(reverse("desk:save_view"), {"page": address, "name": name, "query": "year=2027"})
    for view in SavedView.objects.all():
        client.post(reverse("desk:first_view", args=[view.pk]), {"next": address, "chosen": "1"})
        other.post(reverse("desk:first_view", args=[view.pk]), {"next": address, "chosen": ""})
    assert SavedView.objects.filter(is_first=True).count() == 1


def test_a_choice_leads_only_to_pages_of_ours(world: World):
    client = officer(world)
    for goal in ("https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\x00", ""):
        answer = client.post(reverse("desk:columns"), {"page": goal, "next": goal, "column": ["unit"]})
        assert answer.url == "/", goal


def test_the_last_page_is_read_backwards_and_leads_back(world: World):
    fill(world, 7)
    rows = BudgetLine.objects.all()
    last = paginate(rows, "amount", 3, LAST)
    assert [row.amount for row in last.rows] == [5, 6, 7]
    assert not last.next
    before = paginate(rows, "amount", 3, last.previous)
    assert [row.amount for row in before.rows] == [2, 3, 4]
    assert [row.amount for row in paginate(rows, "amount", 3, before.next).rows] == [5, 6, 7]
    assert paginate(rows, "amount", 7, LAST).previous == ""
    assert paginate(rows.none(), "amount", 7, LAST).rows == []


def test_totals_are_exact_with_filters_and_capped_with_a_search(world: World, monkeypatch):
    fill(world, 4)
    client = officer(world)
    address = reverse("budget:lines")
    page = client.get(address, {"function": world.codes.running.code})
    assert (page.context["count"], total(page)) == (4, Decimal(10))
    found = client.get(address, {"q": "草原"})
    assert total(found) == Decimal(10)
    monkeypatch.setattr("imbudget.kit.views.list.COUNT_CAP", 3)
    found = client.get(address, {"q": "草原"})
    assert found.context["count_capped"]
    assert total(found) is None


def test_the_region_officer_adds_up_in_the_roll_up_what_the_lines_say(world: World):
    fill(world, 5)
    client = client_of("region_officer", world.tree.root)
    for query in ({}, {"function": "201"}, {"function": "209"}, {"fund": "1"}, {"year": "2027"}, {"kind": "project"}):
        page = client.get(reverse("budget:lines"), {"view": "x", **query})
        rows = LineFilter(query or {"year": ""}, actor=page.wsgi_request.actor)
        rows.is_valid()
        kept = list(rows.narrow(BudgetLine.objects.all()))
        assert page.context["count"] == len(kept), query
        shown = {column.name: value for column, value in page.context["totals"]}
        assert (shown["amount"] or 0) == sum(line.amount for line in kept), query


def test_a_search_finds_by_units_codes_and_projects_and_fears_nothing(world: World):
    fill(world, 2)
    client = officer(world)
    for text in ("草原生态", "第", "2010101", "查无此词", "%", "_", "'", "\\", "a" * 500):
        page = client.get(reverse("budget:lines"), {"q": text})
        assert len(page.context["rows"]) == (2 if text in {"草原生态", "第", "2010101"} else 0), text
    assert len(client.get(reverse("budget:lines"), {"q": "\u202f"}).context["rows"]) == 2  # nothing to search by


def test_a_search_that_means_many_units_asks_for_them_as_a_whole(world: World, monkeypatch):
    monkeypatch.setattr("imbudget.kit.search.FEW", 2)
    fill(world, 5)
    page = officer(world).get(reverse("budget:lines"), {"q": "单位"})
    assert len(page.context["rows"]) == 5


SPOILT = [
    {"cursor": "x"},
    {"cursor": "last\x00"},
    {"cursor": "字" * 300},
    {"cursor": "eyJ:aaaa:bbbb"},
    {"sort": "amount; DROP TABLE"},
    {"sort": "-unit__credit_code"},
    {"columns": "," * 500},
    {"columns": "phone,password"},
    {"region": "1e9"},
    {"region": "٣"},
    {"region": "999999999"},
    {"unit": "-1"},
    {"unit": "99999999999999999999"},
    {"function": "'; --"},
    {"year": "0x7eb"},
    {"view": "plain", "cursor": "last"},
]


@pytest.mark.parametrize("name", LISTS)
def test_spoilt_addresses_get_a_page_and_never_an_error(world: World, name):
    make_sheet(world.codes, world.unit)
    client = officer(world)
    for query in SPOILT:
        assert client.get(reverse(name), query).status_code == 200, query


def test_a_cursor_shows_nothing_outside_the_scope(world: World):
    fill(world, 60)
    whole = officer(world).get(reverse("budget:sheets"), {"year": world.codes.year})
    cursor = whole.context["page"].next
    neighbour = client_of("banner_officer", world.tree.neighbour)
    page = neighbour.get(reverse("budget:sheets"), {"year": world.codes.year, "cursor": cursor})
    assert cells(page) == []


def test_every_column_of_every_table_can_be_read_and_shown(world: World):
    make_sheet(world.codes, world.unit)
    for name in LISTS:
        page = officer(world).get(reverse(name))
        every = ",".join(column.name for column in page.context["table"].columns)
        for language in ("zh-hans", "mvf"):
            client = officer(world)
            client.cookies["django_language"] = language
            shown = client.get(reverse(name), {"columns": every})
            assert len(heads(shown)) == len(shown.context["table"].columns), name
    assert SheetTable.chosen("") != list(SheetTable.columns)
