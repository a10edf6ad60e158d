"""Long documents are written, checked and posted by the statement, never by the line; and the totals that go with them."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.codes.tests.factories import make_codes
from apps.ledger import services
from apps.ledger.models import AccountTotal, AuthorityDocument, Books, DocumentKind, DocumentLine
from apps.ledger.selectors.books import leftovers, with_sums
from apps.ledger.selectors.entries import trial_balance
from apps.ledger.services.lines import LineInput
from apps.ledger.services.soundness import refuse_unsound
from apps.ledger.tests.factories import (
    SYSTEM,
    balance,
    broken,
    head,
    issue,
    make_document,
    make_pool,
    make_project_authority,
    make_story,
    post,
    tampering,
    transfer,
)
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit.errors import RuleViolation

D = Decimal


def elements(world, **values):
    return {"unit": world.unit, "function": world.codes.running, "department_economic": world.codes.office} | values


def statements(world, pool, lines):
    """How many statements a document of so many lines takes from its draft to its posting."""
    given = [LineInput(D(1), pool, elements=elements(world)) for _number in range(lines)]
    with CaptureQueriesContext(connection) as seen:
        document = make_document(world.tree.banner, DocumentKind.APPROVAL, given)
        refuse_unsound(document)
        post(document)
    assert document.authorities.count() == lines
    return len(seen)


def test_the_lines_of_a_document_do_not_make_more_statements(world):
    pool = make_pool(world, "1000.00")
    statements(world, pool, 1)  # what is asked once in a process
    assert statements(world, pool, 2) == statements(world, pool, 60)
    assert broken() == set()


def test_many_wrong_lines_are_not_read_one_by_one(world):
    pool = make_pool(world, "1000.00")
    wrong = elements(world, department_economic=world.codes.unused, unit=world.neighbour_unit)
    document = make_document(
        world.tree.banner, DocumentKind.APPROVAL, [LineInput(D(1), pool, elements=wrong) for _number in range(40)]
    )
    with CaptureQueriesContext(connection) as seen, pytest.raises(RuleViolation) as refusal:
        refuse_unsound(document)
    assert len(seen) < 20
    words = str(refusal.value)
    assert words.count("Line ") == 5
    assert "and 75 more" in words  # two errors a line


def test_wrong_projects_are_named_in_order_and_counted(world):
    pool = make_pool(world, "1000.00")
    projects = [ProjectFactory(unit=world.unit, stored=True) for _number in range(4)]
    Project.objects.filter(pk__in=[project.pk for project in projects]).update(
        total=D(1), reviewed=None, start_year=2030, end_year=2031
    )
    lines = [LineInput(D(2), pool, elements=elements(world, project=project)) for project in projects]
    with pytest.raises(RuleViolation) as refusal:
        refuse_unsound(make_document(world.tree.banner, DocumentKind.APPROVAL, lines))
    words = str(refusal.value)
    assert words.count("is not in the store") == 3
    assert words.count("may get 1.00 more, not 2.00") == 2
    assert "and 3 more" in words


@pytest.mark.parametrize("kind", [DocumentKind.CARRY_OVER, DocumentKind.WRITE_OFF])
def test_the_rest_of_a_year_is_drawn_up_as_lines_given_one_by_one(world, kind):
    make_codes(2028)
    authority = make_project_authority(world)
    issue(world, authority.origin, "30.00", is_payroll=True, upper_document_number="上级1号")
    banner = world.tree.banner
    books = Books.objects.get(region=banner, year=2027)
    drawn = services.draw_up_rest(SYSTEM, books, kind)
    given = [LineInput(row.balance.available, origin=row) for row in leftovers(books).select_related("balance")]
    one_by_one = make_document(banner, kind, given, number="")
    assert drawn.total == one_by_one.total > 0
    assert _rows(drawn) == _rows(one_by_one)
    assert len(_rows(drawn)) == 3
    services.save_document(SYSTEM, drawn, drawn.revision, head())
    services.open_books(SYSTEM, banner, 2028)
    post(AuthorityDocument.objects.get(pk=drawn.pk))
    assert broken() == set()


def _rows(document):
    names = [
        field.attname for field in DocumentLine._meta.concrete_fields if field.name not in {"id", "uid", "document"}
    ]
    return list(document.lines.order_by("number").values_list(*names))


def test_the_rest_of_empty_books_is_no_document(world):
    books = services.open_books(SYSTEM, world.tree.banner, 2027)
    with pytest.raises(RuleViolation, match="Nothing is left"):
        services.draw_up_rest(SYSTEM, books, DocumentKind.WRITE_OFF)
    assert not AuthorityDocument.objects.exists()


def test_what_a_transfer_brings_has_the_elements_of_its_line(world):
    pool = make_pool(world, "1000.00", world.tree.league)
    received = transfer(world, pool, "600.00", world.tree.banner)
    line = received.document.lines.get()
    sent = DocumentLine.objects.get(document=received.document.upper)
    same = (
        "fund_id",
        "function_id",
        "transfer_function_id",
        "income_code",
        "direct_flag",
        "is_advance",
        "kind",
        "amount",
    )
    assert {name: getattr(line, name) for name in same} == {name: getattr(sent, name) for name in same}
    assert (line.upper_document_number, line.source, line.authority_type) == (sent.document_number, "1", "21")
    assert balance(received)["available"] == D(600)


def test_totals_are_joined_and_say_the_same(world):
    make_story(world)
    banner = world.tree.banner

    def looks():
        books = with_sums(Books.objects.order_by("pk")).values_list("left", "held")
        return [trial_balance(banner, year) for year in (2027, 2028)], list(books)

    before, rows = looks(), AccountTotal.objects.count()
    assert before[0][0].debit == before[0][0].credit > 0
    assert services.fold_totals()
    assert looks() == before
    accounts = AccountTotal.objects.values("region", "year", "account").distinct().count()
    assert AccountTotal.objects.count() == accounts < rows
    services.rebuild_totals()
    assert looks() == before
    assert broken() == set()


def test_totals_that_somebody_wrote_over_are_found_and_mended(world):
    make_story(world)
    with tampering() as cursor:
        cursor.execute("UPDATE ledger_accounttotal SET debit = debit + 1")
        assert broken() == {"I2"}
        services.rebuild_totals()
        assert broken() == set()


def test_books_say_what_is_left_and_applied_for_at_once(world):
    authority = issue(world, make_pool(world, "1000.00"), "300.00")
    books = with_sums(Books.objects.filter(region=world.tree.banner))
    assert [(row.left, row.held) for row in books] == [(D(1000), D(0))]
    services.reserve(SYSTEM, authority, D(120), "held")
    assert [(row.left, row.held) for row in books.all()] == [(D(880), D(120))]
