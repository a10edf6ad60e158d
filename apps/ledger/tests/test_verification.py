"""What must be true of the ledger holds after every event, and whatever somebody tampers with is found."""

from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.ledger.selfchecks import ledger as selfcheck
from apps.ledger.tests.factories import broken, issue, make_kept_story, make_pool, tampering
from apps.ledger.verification import CONSTRAINTS, INVARIANTS, TRIGGERS, verify
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit import registry
from imbudget.kit.selfchecks import CheckFailed

# What is done to the tables, and the invariants that it breaks at least.
TAMPERED = (
    ("UPDATE ledger_posting SET total = total + 1 WHERE id = (SELECT min(id) FROM ledger_posting)", {"I1"}),
    ("UPDATE ledger_entry SET amount = amount + 1 WHERE id = (SELECT min(id) FROM ledger_entry)", {"I1", "I2"}),
    ("UPDATE ledger_entry SET amount = amount + 1 WHERE posting_id = (SELECT min(id) FROM ledger_posting)", {"I1"}),
    ("DELETE FROM ledger_entry WHERE posting_id = (SELECT max(id) FROM ledger_posting)", {"I1"}),
    ("DELETE FROM ledger_posting WHERE id = (SELECT min(id) FROM ledger_posting)", {"I1"}),
    ("UPDATE ledger_entry SET authority_id = {pool} WHERE authority_id = {used}", {"I1", "I2"}),
    ("UPDATE ledger_balance SET amount = amount + 1, available = available + 1 WHERE authority_id = {pool}", {"I2"}),
    ("UPDATE ledger_balance SET spent = spent - 1, reserved = reserved + 1 WHERE authority_id = {used}", {"I2"}),
    ("UPDATE ledger_balance SET increased = 9, decreased = decreased + 9 WHERE authority_id = {pool}", {"I2"}),
    ("DELETE FROM ledger_balance WHERE authority_id = {pool}", {"I2"}),
    ("UPDATE ledger_documentline SET amount = amount + 1 WHERE origin_id = {received}", {"I2"}),
    ("UPDATE ledger_authoritydocument SET state = 'draft' WHERE id = {forward}", {"I2"}),
    ("UPDATE ledger_reservation SET spent = spent - 1, released = released + 1", {"I2"}),
    ("UPDATE ledger_reservation SET refunded = 0", {"I2"}),
    ("DELETE FROM ledger_reservation", {"I2"}),
    ("UPDATE ledger_accounttotal SET debit = debit + 1", {"I2"}),
    ("DELETE FROM ledger_accounttotal", {"I2"}),
    ("UPDATE ledger_accounttotal SET year_id = 2028 WHERE year_id = 2027", {"I2"}),
    ("DROP TRIGGER ledger_entry_totals ON ledger_entry", {"I4"}),
    ("UPDATE ledger_authority SET receiving_region_id = region_id WHERE state = 'sent'", {"I3"}),
    ("UPDATE ledger_authoritydocument SET upper_id = NULL WHERE upper_id IS NOT NULL", {"I3"}),
    ("UPDATE ledger_authority SET upper_document_number = '另一号' WHERE id = {received}", {"I3"}),
    ("DROP TRIGGER ledger_entry_kept ON ledger_entry", {"I4"}),
    ("ALTER TABLE ledger_posting DISABLE TRIGGER ledger_posting_kept", {"I4"}),
    ("ALTER TABLE ledger_balance DROP CONSTRAINT balance_available_not_below_zero", {"I4"}),
    ("UPDATE ledger_authoritydocument SET kind = 'write_off' WHERE id = {forward}", {"I6"}),
    ("UPDATE ledger_posting SET event = 'revenue' WHERE event = 'fwd_exec'", {"I6"}),
    ("UPDATE ledger_authority SET state = 'pending' WHERE id = {used}", {"I8"}),
    ("UPDATE ledger_reservation SET key = 'another'", {"I8"}),
    ("UPDATE ledger_reservation SET amount = amount + 1", {"I8"}),
    ("UPDATE ledger_books SET closed_at = closed_at - interval '1 hour' WHERE state = 'closed'", {"books"}),
    ("DELETE FROM ledger_books WHERE year_id = 2028", {"books"}),
    ("UPDATE ledger_books SET state = 'closed', closed_at = now() + interval '1 hour'", {"books"}),
    (
        "WITH gone AS (DELETE FROM ledger_posting WHERE event = 'closed' RETURNING id)"
        " DELETE FROM ledger_entry e USING gone g WHERE e.posting_id = g.id",
        {"books"},
    ),
)


@pytest.fixture
def story(db):
    return make_kept_story()


def test_every_invariant_holds_and_whatever_is_tampered_with_is_found(story):
    assert [str(finding) for finding in verify() if finding.count] == []
    keys = {name: getattr(story, name).pk for name in ("pool", "received", "used", "forward")}
    for statement, expected in TAMPERED:
        with tampering() as cursor:
            cursor.execute(statement.format(**keys))
            found = broken()
            assert expected <= found, f"{statement}: {found}"
    assert broken() == set()
    assert {name for _statement, names in TAMPERED for name in names} | {"I7"} == {rule.name for rule in INVARIANTS}


def test_switched_off_triggers_are_told(story):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET LOCAL session_replication_role = replica")
        assert {finding.invariant.name for finding in verify() if finding.count} == {"I4"}
        transaction.set_rollback(True)


def test_a_project_with_more_authority_than_it_may_get(world):
    project = ProjectFactory(unit=world.unit, stored=True)
    Project.objects.filter(pk=project.pk).update(total=Decimal("500.00"), reviewed=Decimal("400.00"))
    project.refresh_from_db()
    issue(world, make_pool(world), "400.00", project=project)
    assert broken() == set()
    Project.objects.filter(pk=project.pk).update(reviewed=Decimal("399.99"))
    assert broken() == {"I7"}


def test_the_command_prints_each_invariant_and_fails_where_one_is_broken(story):
    out, err = StringIO(), StringIO()
    call_command("verify_ledger", stdout=out)
    assert len(out.getvalue().splitlines()) == len(INVARIANTS)
    assert dict(registry.self_checks.items())["ledger"].run is selfcheck
    assert "balances equal" in selfcheck()
    with tampering() as cursor:
        cursor.execute("UPDATE ledger_balance SET amount = amount + 1, available = available + 1")
        with pytest.raises(CommandError):
            call_command("verify_ledger", stdout=StringIO(), stderr=err)
        assert f"authority {story.pool.pk}" in err.getvalue()
        with pytest.raises(CheckFailed):
            selfcheck()
    with pytest.raises(CommandError):
        call_command("verify_ledger", region="999999")


def test_the_command_looks_at_one_region_or_year_alone(story):
    with tampering() as cursor:
        cursor.execute(
            "UPDATE ledger_balance SET amount = amount + 1, available = available + 1 WHERE authority_id = %s",
            [story.pool.pk],
        )
        cursor.execute("SET LOCAL session_replication_role = origin")
        call_command("verify_ledger", region=story.world.tree.banner.code, stdout=StringIO())
        call_command("verify_ledger", year=2028, stdout=StringIO())
        for where in ({"region": story.world.tree.league.code}, {"year": 2027}):
            with pytest.raises(CommandError):
                call_command("verify_ledger", stdout=StringIO(), stderr=StringIO(), **where)


def test_it_knows_every_trigger_and_constraint_of_the_ledger(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text, tgname FROM pg_trigger WHERE NOT tgisinternal")
        there = {(table, name) for table, name in cursor.fetchall() if table.startswith("ledger_")}
    there = {(table, name) for table, name in there if "_history_" not in name}  # selfcheck "history" looks at those
    assert there == TRIGGERS
    assert "balance_adds_up" in CONSTRAINTS
