"""Pages of the ledger: who opens what, figures that lead to their entries, bad input, no query per row."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.ledger import services
from apps.ledger.models import Authority, DocumentKind, Entry
from apps.ledger.selectors.entries import FIGURES, behind, trial_balance
from apps.ledger.services.lines import LineInput
from apps.ledger.tests import rows as ledger_rows
from apps.ledger.tests.factories import SYSTEM, issue, make_document, make_pool, make_project_authority, post
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db
D = Decimal
LISTS = ("authorities", "entries", "postings", "documents", "books", "trial_balance")


@pytest.fixture
def used(world):
    return ledger_rows.used_authority(world)


@pytest.fixture
def officer(world):
    return client_of("banner_officer", world.tree.banner)


@pytest.fixture
def clerk(world):
    return client_of("unit_clerk", world.unit)


def to(name, *args):
    return reverse(f"ledger:{name}", args=args)


@pytest.mark.parametrize("name", LISTS)
def test_lists_open_for_finance_and_not_for_administrators(world, used, officer, name):
    assert officer.get(to(name)).status_code == 200
    for role in ("system_admin", "expert"):
        assert client_of(role, world.tree.root).get(to(name)).status_code == 403


@pytest.mark.parametrize("name", ["authority", "posting", "document", "book"])
def test_pages_of_one_are_found_in_their_scope_only(world, used, name):
    address = used[name].get_absolute_url()
    for role, node in (("banner_officer", world.tree.banner), ("league_officer", world.tree.league)):
        assert client_of(role, node).get(address).status_code == 200
    for role, node in (("banner_officer", world.tree.neighbour), ("unit_clerk", world.neighbour_unit)):
        assert client_of(role, node).get(address).status_code == 404


def test_a_unit_sees_its_own_issued_authority_and_nothing_of_the_pool(world, used, clerk):
    authority = used["authority"]
    page = clerk.get(to("authorities"))
    assert f"№ {authority.pk}" in html.text(page)
    assert clerk.get(to("authority", authority.pk)).status_code == 200
    assert clerk.get(to("authority", authority.origin_id)).status_code == 404
    assert clerk.get(to("trial_balance")).status_code == 403
    for tab in ("entries", "descent", "reservations"):
        shown = clerk.get(to("authority", authority.pk), {"tab": tab})
        assert shown.status_code == 200
        for link in html.links(shown):
            if link.startswith("/ledger/"):
                assert clerk.get(link.partition("#")[0]).status_code == 200, link


def moved(world):
    """An authority with every figure above zero: added to, cut, applied for, paid."""
    pool = make_pool(world, "10000.00")
    authority = issue(world, pool, "1000.00")
    post(make_document(pool.region, DocumentKind.SUPPLEMENT, [LineInput(D("500.00"), origin=pool, target=authority)]))
    post(make_document(pool.region, DocumentKind.CUT, [LineInput(D("200.00"), origin=authority, target=pool)]))
    services.reserve(SYSTEM, authority, D("300.00"), "moved:1")
    services.spend(SYSTEM, authority, D("120.00"), "moved:1:paid", "moved:1")
    return Authority.objects.select_related("balance").get(pk=authority.pk)


@pytest.mark.parametrize("figure", FIGURES)
def test_the_entries_behind_a_figure_add_up_to_it(world, figure):
    authority = moved(world)
    rows = behind(Entry.objects.filter(authority=authority), figure)
    sign = -1 if figure == "decreased" else 1
    total = sum(entry.side * entry.amount for entry in rows) * sign
    assert total == getattr(authority.balance, figure) > 0


def test_a_figure_leads_to_its_entries_and_these_to_posting_and_document(world, officer):
    authority = moved(world)
    page = officer.get(authority.get_absolute_url())
    address = f"{to('entries')}?authority={authority.pk}&of=spent"
    assert address in html.links(page)
    shown = officer.get(address)
    assert "120.00" in html.text(shown)
    assert "300.00" not in html.text(shown)
    posting = next(link for link in html.links(shown) if re.match(r"/ledger/postings/\d+/", link))
    detail = officer.get(posting.partition("#")[0])
    assert html.text(detail).count("120.00") >= 4  # an entry on each side, and both sums
    numbers = [entry.number for entry in detail.context_data["entries"]]
    assert numbers == list(range(1, len(numbers) + 1))
    increased = officer.get(f"{to('entries')}?authority={authority.pk}&of=increased")
    assert any(re.fullmatch(r"/ledger/documents/\d+/", link) for link in html.links(increased))


def test_the_balance_stands_as_an_equation_and_the_page_names_26_elements(world, officer):
    authority = moved(world)
    page = officer.get(authority.get_absolute_url())
    assert len(page.context_data["elements"]) == 26
    text = html.text(page)
    for amount in ("1,000.00", "500.00", "200.00", "120.00", "180.00"):
        assert amount in text
    assert "AGENCY_CODE" in text


def test_the_trial_balance_comes_out_even_and_leads_to_entries(world, officer):
    authority = moved(world)
    trial = trial_balance(authority.region, authority.year_id)
    assert trial.debit == trial.credit > 0
    by_role = {line.account.role: line.balance for line in trial.lines}
    assert (by_role["spent"], by_role["reserved"], by_role["executable"]) == (D("120.00"), D("180.00"), D("1000.00"))
    page = officer.get(to("trial_balance"), {"year": 2027})
    account = next(line.account.pk for line in trial.lines if line.account.role == "spent")
    address = f"{to('entries')}?year=2027&region={authority.region_id}&account={account}"
    assert address in html.links(page)
    assert "120.00" in html.text(officer.get(address))


@pytest.mark.parametrize("rows", [1, 6])
def test_the_trial_balance_is_one_statement_over_the_entries(world, rows, django_assert_num_queries):
    pool = make_pool(world)
    for _ in range(rows):
        issue(world, pool, "10.00")
    with django_assert_num_queries(2):  # the sums, and the names of the accounts
        trial_balance(pool.region, pool.year_id)


def test_the_trial_balance_of_another_region_is_not_found(world, used):
    beside = client_of("banner_officer", world.tree.neighbour)
    page = beside.get(to("trial_balance"), {"region": world.tree.banner.pk})
    assert "1,000.00" not in html.text(page)
    above = client_of("league_officer", world.tree.league)
    asked = {"region": world.tree.banner.pk, "year": 2027}
    assert "1,000.00" in html.text(above.get(to("trial_balance"), asked))


@pytest.mark.parametrize(
    "query", ["authority=x", "authority=0", f"authority={2**70}", "of=nothing", "account=x", "posting=-1"]
)
def test_nonsense_in_the_filter_of_entries_narrows_nothing(used, officer, query):
    assert officer.get(f"{to('entries')}?{query}").status_code == 200


def test_an_authority_of_another_region_shows_no_entries(world, used):
    beside = client_of("banner_officer", world.tree.neighbour)
    page = beside.get(to("entries"), {"authority": used["authority"].pk, "of": "spent"})
    assert "100.00" not in html.text(page)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
@pytest.mark.parametrize("name", ["authorities", "postings", "documents", "entries", "books"])
def test_lists_are_exported(used, officer, name, kind):
    response = officer.get(to(name), {"export": kind, "year": "2027"})
    assert response.status_code == 200
    assert "attachment" in response["Content-Disposition"]


@pytest.mark.parametrize("rows", [1, 8])
@pytest.mark.parametrize("name", ["authorities", "postings", "entries", "documents"])
def test_a_list_needs_no_query_per_row(world, officer, name, rows, django_assert_max_num_queries):
    pool = make_pool(world)
    for _ in range(rows):
        issue(world, pool, "10.00")
    officer.get(to(name))
    with django_assert_max_num_queries(24):
        assert officer.get(to(name), {"year": 2027}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"function": "20101"}, True),
        ({"function": "205"}, False),
        ({"fund": "11"}, True),
        ({"department_economic": "301"}, False),
        ({"state": "pending"}, False),
        ({"state": "executable"}, True),
        ({"project_code": "15"}, False),
    ],
)
def test_authorities_are_narrowed_by_their_elements(world, used, officer, asked, found):
    page = officer.get(to("authorities"), {"year": 2027, "state": "executable"} | asked)
    assert (f"№ {used['authority'].pk}" in html.text(page)) is found


def test_the_project_page_shows_its_authority_by_year(world):
    authority = make_project_authority(world, "700.00")
    clerk = client_of("unit_clerk", world.unit)
    services.reserve(SYSTEM, authority, D("70.00"), "project:1")
    page = clerk.get(authority.project.get_absolute_url(), {"tab": "authority"})
    text = html.text(page)
    assert "700.00" in text
    assert "630.00" in text
    goal = next(link for link in html.links(page) if link.startswith(to("authorities") + "?"))
    assert f"№ {authority.pk}" in html.text(clerk.get(goal))
