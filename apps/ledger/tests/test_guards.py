"""What the database itself refuses, whoever asks: by raw SQL, as the owner of the tables."""

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from apps.ledger import services
from apps.ledger.models import Books, BooksState, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import SYSTEM, broken, make_document, make_pool, make_story, post
from imbudget.kit.errors import RuleViolation

D = Decimal
KEPT = (
    "UPDATE ledger_posting SET summary = ''",
    "UPDATE ledger_posting SET total = total",
    "DELETE FROM ledger_posting",
    "TRUNCATE ledger_posting CASCADE",
    "UPDATE ledger_entry SET amount = amount + 1",
    "DELETE FROM ledger_entry",
    "TRUNCATE ledger_entry",
    "UPDATE ledger_balance SET amount = amount + 1, available = available + 1",
    "UPDATE ledger_balance SET authority_id = authority_id + 1",
    "DELETE FROM ledger_balance",
    "TRUNCATE ledger_balance",
    "UPDATE ledger_reservation SET amount = amount + 1",
    "UPDATE ledger_reservation SET key = 'other'",
    "DELETE FROM ledger_reservation",
    "TRUNCATE ledger_reservation",
    "UPDATE ledger_authority SET unit_id = NULL",
    "UPDATE ledger_authority SET summary = 'other'",
    "UPDATE ledger_authority SET is_debt = NOT is_debt",
    "UPDATE ledger_authority SET state = 'pending' WHERE state = 'executable'",
    "UPDATE ledger_authority SET state = 'executable' WHERE state = 'unallocated'",
    "DELETE FROM ledger_authority",
    "TRUNCATE ledger_authority CASCADE",
    "UPDATE ledger_authoritydocument SET title = 'other'",
    "UPDATE ledger_authoritydocument SET state = 'draft'",
    "DELETE FROM ledger_authoritydocument",
    "TRUNCATE ledger_authoritydocument CASCADE",
    "UPDATE ledger_documentline SET amount = amount + 1",
    "DELETE FROM ledger_documentline",
    "TRUNCATE ledger_documentline",
    "UPDATE ledger_books SET state = 'open', closed_at = NULL WHERE state = 'closed'",
    "DELETE FROM ledger_books WHERE state = 'closed'",
    "TRUNCATE ledger_books",
)
BY_CONSTRAINT = (
    "UPDATE ledger_balance SET available = available - 1",
    "UPDATE ledger_balance SET spent = spent + available + 1, available = -1",
    "UPDATE ledger_balance SET reserved = -1, available = available + 1",
    "UPDATE ledger_reservation SET released = amount + 1",
    "UPDATE ledger_reservation SET refunded = spent + 1",
    "UPDATE ledger_reservation SET spent = -1, refunded = -1",
)


def refusal(statement, *values):
    """The SQLSTATE by which the database refuses a statement."""
    with pytest.raises(DatabaseError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values or None)
    return refused.value.__cause__.sqlstate


def test_what_was_posted_is_neither_changed_nor_deleted(world):
    make_story(world)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # none of the keys waits for the end of the test
    assert {statement: refusal(statement) for statement in KEPT} == dict.fromkeys(KEPT, "LB003")
    assert {statement: refusal(statement) for statement in BY_CONSTRAINT} == dict.fromkeys(BY_CONSTRAINT, "23514")
    assert broken() == set()


def test_lines_neither_come_to_a_decided_document_nor_leave_it(world):
    pool = make_pool(world, "100.00")
    line = LineInput(D("10.00"), elements={"fund": world.codes.fund})
    draft = make_document(world.unit.region, DocumentKind.REVENUE, [line])
    posted = pool.document
    assert refusal("UPDATE ledger_documentline SET document_id = %s, number = 9 WHERE document_id = %s", draft.pk, posted.pk) == "LB003"  # fmt: skip
    assert refusal("UPDATE ledger_documentline SET document_id = %s, number = 9 WHERE document_id = %s", posted.pk, draft.pk) == "LB003"  # fmt: skip
    copied = "INSERT INTO ledger_documentline SELECT (jsonb_populate_record(l, jsonb_build_object('id', 0, 'number', 2))).* FROM ledger_documentline l WHERE document_id = %s"
    assert refusal(copied, posted.pk) == "LB003"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE ledger_documentline SET amount = 11 WHERE document_id = %s", [draft.pk])
        assert cursor.rowcount == 1


ENTRIES = """
INSERT INTO ledger_entry (posting_id, number, account_id, authority_id, side, amount)
SELECT p.id, s.number, c.id, %s, s.side, s.amount
FROM (SELECT max(id) AS id FROM ledger_posting) p, (SELECT min(id) AS id FROM ledger_account) c,
     (VALUES (11, 1, %s), (12, -1, %s)) AS s (number, side, amount)
"""


def test_a_posting_balances_and_nothing_is_added_to_it(world):
    pool = make_pool(world, "100.00")
    assert refusal(ENTRIES, pool.pk, D("100.00"), D("100.00")) == "LB002"  # balanced, but the posting has its entries
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_posting (event, key, digest, year_id, region_id, total, summary, user_name, post_label)"
            " SELECT event, 'bare', '', year_id, region_id, total, '', '', '' FROM ledger_posting"
        )
        assert refusal(ENTRIES, pool.pk, D("100.00"), D("99.00")) == "LB002"
        assert refusal(ENTRIES, pool.pk, D("99.00"), D("99.00")) == "LB002"
        assert refusal(ENTRIES, pool.pk, D("-100.00"), D("-100.00")) == "LB002"
        assert broken() == {"I1"}  # a posting without entries
        cursor.execute(ENTRIES, [pool.pk, D("100.00"), D("100.00")])
        transaction.set_rollback(True)


def test_nothing_is_posted_in_closed_or_missing_books(world):
    story = make_story(world)
    for act, key in ((services.refund, "late:refund"), (services.spend, "late:paid"), (services.release, "late:back")):
        with pytest.raises(RuleViolation):
            act(SYSTEM, story.used, D("1.00"), key, f"{story.used.pk}:held")
    with pytest.raises(RuleViolation):
        services.reserve(SYSTEM, story.used, D("1.00"), "late:held")
    document = make_document(
        world.tree.banner, DocumentKind.REVENUE, [LineInput(D(1), elements={"fund": world.codes.fund})]
    )
    with pytest.raises(RuleViolation, match="books of 2027 are not open"):
        post(document)
    bare = (
        "INSERT INTO ledger_posting (event, key, digest, year_id, region_id, total, summary, user_name, post_label)"
        " VALUES ('revenue', 'bare', '', %s, %s, 1, '', '', '')"
    )
    assert refusal(bare, 2027, world.tree.banner.pk) == "LB001"
    assert refusal(bare, 2027, world.tree.neighbour.pk) == "LB001"


def test_closed_books_refuse_a_refund_by_the_trigger(world):
    """A refund needs nothing that is left: the books alone refuse it."""
    story = make_story(world)
    with pytest.raises(RuleViolation, match="books of this year are not open"):
        services.refund(SYSTEM, story.used, D("1.00"), "late", f"{story.used.pk}:held")
    assert Books.objects.get(region=world.tree.banner, year=2027).state == BooksState.CLOSED
