"""What each kind of document posts, line by line; what it makes, and what it leaves."""

from decimal import Decimal

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from apps.budget.tests.factories import make_world
from apps.codes.models import Code
from apps.codes.tests.factories import make_codes
from apps.ledger import services
from apps.ledger.models import (
    Authority,
    AuthorityState,
    Books,
    DocumentKind,
    DocumentState,
    Entry,
    Posting,
)
from apps.ledger.moves import BOOKINGS, MOVES
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import (
    SYSTEM,
    balance,
    broken,
    carry_over,
    fresh,
    issue,
    make_document,
    make_pool,
    make_story,
    post,
    transfer,
)
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.kept import kept

D = Decimal
U, P, E, SENT, NOWHERE = "unallocated", "pending", "executable", "sent", ""
# Move → event, account debited, account credited, of every posting (domain rules of the ledger, 2.6).
BOOKED = {
    (NOWHERE, U, False): [("revenue", U, "revenue")],
    (NOWHERE, E, False): [("revenue", U, "revenue"), ("allocated", P, U), ("issued", E, P)],
    (U, U, False): [("rearranged", U, U)],
    (U, P, False): [("allocated", P, U)],
    (P, E, False): [("issued", E, P)],
    (U, E, False): [("allocated", P, U), ("issued", E, P)],
    (E, E, False): [("reallocated", E, E)],
    (E, U, False): [("recovered", U, E)],
    (U, SENT, False): [("sent", SENT, U)],
    (E, NOWHERE, False): [("clear_exec", "carry_over", E)],
    (P, NOWHERE, False): [("clear_pend", "carry_over", P)],
    (U, NOWHERE, False): [("clear_unal", "carry_over", U)],
    (E, E, True): [("clear_exec", "carry_over", E), ("fwd_exec", E, "revenue")],
    (P, P, True): [("clear_pend", "carry_over", P), ("fwd_pend", P, "revenue")],
    (U, U, True): [("clear_unal", "carry_over", U), ("fwd_unal", U, "revenue")],
}
EACH_MOVE = sorted((str(kind), *map(str, move[:2]), move[2]) for kind, moves in MOVES.items() for move in moves)


@kept
def make_origins():
    """One authority of each state in the league's books, and open books all around."""
    world = make_world()
    make_codes(2028)
    league = world.tree.league
    pool = make_pool(world, "1000.00", league)
    for region, year in ((league, 2028), (world.tree.banner, 2027)):
        services.open_books(SYSTEM, region, year)
    elements = {"unit": world.league_unit, "function": world.codes.running, "department_economic": world.codes.office}
    line = LineInput(D("300.00"), origin=pool, elements=elements)
    pending = post(make_document(league, DocumentKind.ALLOCATION, [line])).authorities.get()
    issued = issue(world, pool, "200.00", world.league_unit)
    return {"world": world, NOWHERE: None, U: pool, P: pending, E: issued}


@pytest.fixture
def origins(db):
    return make_origins()


@pytest.fixture
def world(request, db):
    """The world of the origins, where a test has them: they are made together."""
    return request.getfixturevalue("origins")["world"] if "origins" in request.fixturenames else make_world()


def line_of(world, origin, into, next_year=False):
    """A line of 20 yuan that makes this move."""
    elements = {"fund": world.codes.fund} if origin is None else {}
    if into in {P, E} and not next_year:
        elements |= {"unit": world.league_unit, "function": world.codes.running}
    if into == SENT:
        elements = {"receiving_region": world.tree.banner}
    return LineInput(D("20.00"), origin=origin, elements=elements, state=into)


def entries_of(document):
    """(event, account, amount with its sign) of what a document posted."""
    rows = Entry.objects.filter(posting__document=document).order_by("posting_id", "number")
    return [(e.posting.event, e.account.role, e.side * e.amount) for e in rows.select_related("posting", "account")]


def test_the_table_of_bookings_is_complete():
    assert set(BOOKED) == {(str(a), str(b), next_year) for a, b, next_year in BOOKINGS}
    assert {move[1:] for move in EACH_MOVE} == set(BOOKED)


def test_each_kind_of_document_posts_its_events(world, origins):
    for kind, start, end, next_year in EACH_MOVE:
        line = line_of(world, origins[start] and fresh(origins[start]), end, next_year)
        document = post(make_document(world.tree.league, kind, [line]))
        expected = []
        for event, debit, credit in BOOKED[start, end, next_year]:
            expected += [(event, debit, D("20.00")), (event, credit, D("-20.00"))]
        assert entries_of(document) == expected, (kind, start, end, next_year)
        assert document.state == DocumentState.POSTED
        made = list(document.authorities.all())
        assert [row.state for row in made] == ([end] if end else [])
        assert all(balance(row)["available"] == D("20.00") for row in made)
        years = {p.year_id for p in Posting.objects.filter(document=document)}
        assert years == ({2027, 2028} if next_year else {2027})
    assert broken() == set()


def test_money_comes_to_a_line_that_is_there_already(world, origins):
    into = fresh(origins[E])
    document = post(
        make_document(
            world.tree.league, DocumentKind.SUPPLEMENT, [LineInput(D("80.00"), origin=fresh(origins[U]), target=into)]
        )
    )
    assert list(document.authorities.all()) == []
    assert balance(into) == {
        "amount": D("200.00"), "increased": D("80.00"), "decreased": D(0), "reserved": D(0), "spent": D(0),
        "available": D("280.00"),
    }  # fmt: skip
    post(
        make_document(
            world.tree.league, DocumentKind.CUT, [LineInput(D("280.00"), origin=fresh(into), target=fresh(origins[U]))]
        )
    )
    assert (balance(into)["decreased"], balance(into)["available"]) == (D("280.00"), D(0))
    assert broken() == set()


def test_pending_authority_is_issued_as_a_whole_and_stays_the_same_one(world, origins):
    pending = fresh(origins[P])
    with pytest.raises(RuleViolation):
        services.reserve(SYSTEM, pending, D("1.00"), "early")
    document = post(
        make_document(world.tree.league, DocumentKind.ISSUE, [LineInput(D("300.00"), origin=pending, target=pending)])
    )
    assert entries_of(document) == [("issued", E, D("300.00")), ("issued", P, D("-300.00"))]
    assert fresh(pending).state == AuthorityState.EXECUTABLE
    assert balance(pending) == balance(pending) | {"amount": D("300.00"), "decreased": D(0), "available": D("300.00")}
    services.reserve(SYSTEM, fresh(pending), D("300.00"), "now")
    assert broken() == set()


def test_a_line_may_be_issued_in_part(world, origins):
    document = post(
        make_document(
            world.tree.league, DocumentKind.ISSUE, [LineInput(D("100.00"), origin=fresh(origins[P]), state=E)]
        )
    )
    assert document.authorities.get().state == AuthorityState.EXECUTABLE
    assert (fresh(origins[P]).state, balance(origins[P])["available"]) == (AuthorityState.PENDING, D("200.00"))
    assert broken() == set()


def test_one_document_may_take_from_and_give_to_the_same_line(world, origins):
    first = fresh(origins[E])
    second = issue(world, fresh(origins[U]), "100.00", world.league_unit)
    lines = [LineInput(D("150.00"), origin=first, target=second), LineInput(D("60.00"), origin=second, target=first)]
    post(make_document(world.tree.league, DocumentKind.REALLOCATION, lines))
    assert (balance(first)["available"], balance(second)["available"]) == (D("110.00"), D("190.00"))
    assert Posting.objects.filter(event="reallocated").get().total == D("210.00")
    assert broken() == set()


def test_new_authority_has_the_elements_of_its_document_and_derived_ones(world, origins):
    made = issue(world, fresh(origins[U]), "10.00", world.league_unit)
    assert made.document_number == made.document.number
    assert (made.source, made.year_id, made.region_id) == ("1", 2027, world.tree.league.pk)
    assert made.government_economic.code == "50201"
    line = LineInput(D("5.00"), origin=made, elements={"department_economic": world.codes.reception})
    moved = post(make_document(world.tree.league, DocumentKind.REALLOCATION, [line])).authorities.get()
    assert (moved.source, moved.government_economic.code, moved.origin_id) == ("3", "50206", made.pk)
    with pytest.raises(RuleViolation):
        make_document(
            world.tree.league, DocumentKind.REALLOCATION, [LineInput(D(1), origin=made, elements={"source": "1"})]
        )


def test_a_transfer_is_received_below_under_its_number(world):
    pool = make_pool(world, "1000.00", world.tree.league)
    received = transfer(world, pool, "600.00", world.tree.banner)
    document = received.document
    sent = Authority.objects.get(state=AuthorityState.SENT)
    assert (sent.region_id, sent.receiving_region_id) == (world.tree.league.pk, world.tree.banner.pk)
    assert (document.state, document.region_id, document.total) == ("posted", world.tree.banner.pk, D("600.00"))
    assert received.upper_document_number == document.upper_number == document.upper.number
    assert (received.state, balance(received)["available"]) == (AuthorityState.UNALLOCATED, D("600.00"))
    assert received.fund_id == pool.fund_id
    assert balance(pool)["available"] == D("400.00")
    assert broken() == set()


def test_a_transfer_waits_for_open_books_below(world):
    pool = make_pool(world, "1000.00", world.tree.league)
    line = LineInput(D("1.00"), origin=pool, elements={"receiving_region": world.tree.banner})
    with pytest.raises(RuleViolation, match="books of 2027 are not open"):
        post(make_document(world.tree.league, DocumentKind.TRANSFER, [line]))


def test_the_rest_goes_into_next_year_in_the_codes_of_that_year(world):
    story = make_story(world)
    forward = {
        row.state: row for row in story.forward.authorities.select_related("balance", "fund", "function", "origin")
    }
    executable, pool = forward[E], forward[U]
    assert (executable.year_id, executable.balance.amount, executable.origin) == (2028, D("370.00"), story.used)
    assert (pool.year_id, pool.balance.amount) == (2028, D("100.00"))
    for name in ("fund", "function", "department_economic", "government_economic"):
        code, before = getattr(executable, name), getattr(story.used, name)
        assert (code.code, code.year_id) == (before.code, 2028)
    assert executable.authority_type == "31"
    assert balance(story.used)["available"] == 0
    services.reserve(SYSTEM, fresh(executable), D("370.00"), "next:1")
    closed = Posting.objects.get(event="closed")
    assert (closed.total, closed.year_id, closed.region_id) == (D("470.00"), 2027, world.tree.banner.pk)
    assert broken() == set()


def test_a_code_that_next_year_has_not_stops_the_carry_over(world):
    make_codes(2028)
    authority = issue(world, make_pool(world, "100.00"), "100.00")
    services.open_books(SYSTEM, authority.region, 2028)
    Code.objects.filter(year_id=2028, code=world.codes.office.code).update(is_leaf=False)
    with pytest.raises(RuleViolation, match="is no code of the last level in 2028"):
        carry_over(authority.region, authority)


def test_books_close_only_when_nothing_is_left_and_nothing_applied_for(world):
    authority = issue(world, make_pool(world, "100.00"), "60.00")
    pool = Authority.objects.get(state=U)
    books = Books.objects.get()
    services.reserve(SYSTEM, authority, D("10.00"), "held")
    with pytest.raises(RuleViolation, match="applied for"):
        services.close_books(SYSTEM, books)
    services.spend(SYSTEM, authority, D("10.00"), "paid", "held")
    with pytest.raises(RuleViolation, match="2 authorities have something left"):
        services.close_books(SYSTEM, books)
    carry_over(authority.region, authority, pool, kind=DocumentKind.WRITE_OFF)
    services.close_books(SYSTEM, books)
    assert not Posting.objects.filter(year=2028).exists()
    assert Posting.objects.get(event="closed").total == D("90.00")
    assert books.closed_at >= Posting.objects.get(event="closed").posted_at
    assert broken() == set()
    with pytest.raises(RuleViolation):
        services.close_books(SYSTEM, Books.objects.get())


def test_empty_books_close_without_a_posting(world):
    services.close_books(SYSTEM, services.open_books(SYSTEM, world.tree.banner, 2027))
    assert not Posting.objects.exists()
    assert broken() == set()
    assert services.open_books(SYSTEM, world.tree.banner, 2027).state == "closed"


@pytest.mark.parametrize("kind", [DocumentKind.APPROVAL, DocumentKind.REALLOCATION, DocumentKind.TRANSFER])
def test_a_document_of_many_lines_takes_no_more_statements(world, origins, kind):
    league, pool = world.tree.league, fresh(origins[U])
    made = {
        DocumentKind.APPROVAL: line_of(world, pool, E),
        DocumentKind.REALLOCATION: line_of(world, fresh(origins[E]), E),
        DocumentKind.TRANSFER: line_of(world, pool, SENT),
    }
    counts = []
    for size in (1, 5):
        with CaptureQueriesContext(connection) as queries:
            post(make_document(league, kind, [made[kind]] * size))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_many_lines_are_planned_for_and_leave_the_planner_as_it_was(world, origins):
    line = LineInput(
        D("1.00"), origin=fresh(origins[U]), elements={"unit": world.league_unit, "function": world.codes.running}
    )
    document = make_document(world.tree.league, DocumentKind.APPROVAL, [line] * 201)
    with transaction.atomic():
        post(document)
        with connection.cursor() as cursor:
            cursor.execute("SHOW enable_nestloop")
            assert cursor.fetchone() == ("on",)
    assert document.authorities.count() == 201
    assert broken() == set()
