"""Somebody who owns the database edits, removes, puts in, moves and back-dates rows, triggers off: each is found and named."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.selectors import forged_rows
from apps.budget.tests.factories import World
from apps.disbursement.models import PaymentRequest
from apps.disbursement.tests.paid import answered, connected
from apps.evidence import services
from apps.evidence.models import RowVersion
from apps.evidence.selectors.rowcheck import check_rows
from apps.evidence.selectors.verifying import verify
from apps.evidence.services import rows as row_sealing
from apps.evidence.services import sealing
from apps.evidence.services.checkpoints import make_checkpoint
from apps.performance.tests.evaluating import Office
from apps.review.models import Conclusion
from apps.review.tests.scored import scored_review
from imbudget.kit.actor import NOBODY
from imbudget.kit.history import record_context
from imbudget.kit.integrity import act_token

pytestmark = pytest.mark.django_db

ANYTHING = (
    "SELECT id, leaf FROM evidence_entry WHERE batch_id IS NULL ORDER BY id LIMIT %s",
    'SELECT id, "table", key, op, body, at, xid::text::bigint, act FROM evidence_rowchange ORDER BY id LIMIT %s',
)


@pytest.fixture
def sealed_at_once(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """What a test writes is sealed in the test's own transaction, which is still open."""
    settings.SIGNING_KEY = b"\x05" * 32
    monkeypatch.setattr(sealing, "READY", ANYTHING[0])
    monkeypatch.setattr(row_sealing, "READY", ANYTHING[1])


def seal_all() -> None:
    services.seal_rows()
    services.seal_all()
    make_checkpoint()


@pytest.fixture
def paid(sealed_at_once: None, world: World) -> PaymentRequest:
    """A request that was paid, all of it sealed and signed."""
    record_context(None, "", "test")
    request = answered(connected(world))
    seal_all()
    return request


@pytest.fixture
def scored(sealed_at_once: None, world: World) -> Any:
    """A review with its conclusion."""
    record_context(None, "", "test")
    review, _members, _items = scored_review(world, [[80, 90, 70], [60, 70, 65]])
    Conclusion.objects.create(review=review, author=review.organiser)
    seal_all()
    return review


@pytest.fixture
def evaluated(sealed_at_once: None, world: World) -> Any:
    """A self-evaluation that everybody has signed."""
    record_context(None, "", "test")
    evaluation = Office(world).approved()
    seal_all()
    return evaluation


def problems() -> list[str]:
    """What all of the checks together say."""
    return [*check_rows().problems, *verify().problems, *forged_rows()]


@dataclass(frozen=True)
class Case:
    """What is done in the database, and the table and the words by which it is found; `key` is a SELECT of the row's key."""

    sql: str
    named: str
    key: str = ""


PAYMENTS = {
    "amount of a request edited": Case(
        "UPDATE disbursement_paymentrequest SET total = total + 1 WHERE id = KEY",
        "disbursement_paymentrequest KEY: the row was changed",
        "SELECT id FROM disbursement_paymentrequest",
    ),
    "request back-dated": Case(
        "UPDATE disbursement_paymentrequest SET submitted_at = submitted_at - interval '30 days' WHERE id = KEY",
        "disbursement_paymentrequest KEY: the row was changed",
        "SELECT id FROM disbursement_paymentrequest",
    ),
    "payee of a row changed": Case(
        "UPDATE disbursement_paymentrow SET payee_name = '别人' WHERE id = KEY",
        "disbursement_paymentrow KEY: the row was changed",
        "SELECT id FROM disbursement_paymentrow",
    ),
    "payee removed": Case(
        "DELETE FROM disbursement_paymentrow WHERE id = KEY",
        "disbursement_paymentrow KEY: the row was removed",
        "SELECT id FROM disbursement_paymentrow",
    ),
    "bytes of a voucher changed with their digest": Case(
        "UPDATE disbursement_voucher SET body = '\\x00', digest = repeat('0', 64) WHERE id = KEY",
        "disbursement_voucher KEY: the row was changed",
        "SELECT id FROM disbursement_voucher",
    ),
    "voucher removed": Case(
        "DELETE FROM disbursement_voucher WHERE id = KEY",
        "disbursement_voucher KEY: the row was removed",
        "SELECT id FROM disbursement_voucher",
    ),
    "both sides of a posting raised": Case(
        "UPDATE ledger_entry SET amount = amount + 5 WHERE posting_id = (SELECT posting_id FROM ledger_entry WHERE id = KEY)",
        "ledger_entry KEY: the row was changed",
        "SELECT max(id) FROM ledger_entry",
    ),
    "entry removed": Case(
        "DELETE FROM ledger_entry WHERE id = KEY",
        "ledger_entry KEY: the row was removed",
        "SELECT max(id) FROM ledger_entry",
    ),
    "posting put in": Case(
        "INSERT INTO ledger_posting SELECT (jsonb_populate_record(p, jsonb_build_object('id', KEY, 'key', 'forged'))).*"
        " FROM ledger_posting p ORDER BY id LIMIT 1",
        "ledger_posting KEY: the row was put in",
        "SELECT max(id) + 1000 FROM ledger_posting",
    ),
    "two postings exchanged": Case(
        "UPDATE ledger_posting p SET total = o.total, summary = o.summary || '·' FROM ledger_posting o"
        " WHERE p.id IN (KEY, (SELECT min(id) FROM ledger_posting)) AND o.id IN (KEY, (SELECT min(id) FROM ledger_posting))"
        " AND o.id <> p.id",
        "ledger_posting KEY: the row was changed",
        "SELECT max(id) FROM ledger_posting",
    ),
    "posting back-dated": Case(
        "UPDATE ledger_posting SET posted_at = posted_at - interval '1 year' WHERE id = KEY",
        "ledger_posting KEY: the row was changed",
        "SELECT max(id) FROM ledger_posting",
    ),
    "authority raised": Case(
        "UPDATE ledger_authority SET state = 'pending' WHERE id = KEY",
        "ledger_authority KEY: the row was changed",
        "SELECT max(id) FROM ledger_authority",
    ),
    "version made to fit the edited row": Case(
        "UPDATE evidence_rowversion SET digest = sha256('x') WHERE id = KEY",
        "evidence_rowversion: batch 1: versions were added, removed or changed",
        "SELECT max(id) FROM evidence_rowversion",
    ),
    "version removed": Case(
        "DELETE FROM evidence_rowversion WHERE id = KEY",
        "evidence_rowversion: batch 1: versions were added, removed or changed",
        "SELECT max(id) FROM evidence_rowversion",
    ),
    "a batch of versions removed with its entry": Case(
        "DELETE FROM evidence_rowversion; DELETE FROM evidence_entry WHERE id = KEY",
        "disbursement_voucher",
        "SELECT id FROM evidence_entry WHERE event = 'evidence.rows_sealed'",
    ),
    "columns left out of what is compared": Case(
        "UPDATE evidence_rowshape SET columns = columns - 'amount' WHERE id = KEY",
        "evidence_rowversion: batch 1: versions were added, removed or changed",
        "SELECT id FROM evidence_rowshape WHERE \"table\" = 'ledger_entry'",
    ),
    "what an act says edited": Case(
        "UPDATE evidence_entry SET actor_name = '别人' WHERE id = KEY",
        "entry KEY",
        "SELECT min(id) FROM evidence_entry",
    ),
    "act back-dated": Case(
        "UPDATE evidence_entry SET recorded_at = recorded_at - interval '1 day' WHERE id = KEY",
        "entry KEY",
        "SELECT min(id) FROM evidence_entry",
    ),
    "act removed": Case("DELETE FROM evidence_entry WHERE id = KEY", "batch 1", "SELECT min(id) FROM evidence_entry"),
    "two acts exchanged": Case(
        "UPDATE evidence_entry SET position = CASE position WHEN 1 THEN 900001 ELSE 900002 END WHERE position IN (1, 2);"
        "UPDATE evidence_entry SET position = 900003 - position WHERE position > 900000",
        "batch 1",
    ),
    "checkpoint changed": Case("UPDATE evidence_checkpoint SET size = size - 1", "checkpoint 1"),
    "tile changed": Case("UPDATE evidence_tile SET hashes = '\\x00' || substring(hashes FROM 2)", "tile 0/0"),
    "post put in": Case(
        "INSERT INTO accounts_post SELECT (jsonb_populate_record(p, jsonb_build_object('id', KEY, 'role', 'treasury_officer'))).*"
        " FROM accounts_post p WHERE role = 'treasury_clerk'",
        "accounts_post KEY ",
        "SELECT max(id) + 1000 FROM accounts_post",
    ),
    "post raised": Case(
        "UPDATE accounts_post SET role = 'treasury_officer' WHERE id = KEY",
        "accounts_post KEY ",
        "SELECT id FROM accounts_post WHERE role = 'treasury_clerk'",
    ),
    "post that had ended made longer": Case(
        "UPDATE accounts_post SET valid_from = valid_from - 100 WHERE id = KEY",
        "accounts_post KEY ",
        "SELECT max(id) FROM accounts_post",
    ),
    "post removed": Case(
        "DELETE FROM accounts_post WHERE id = KEY",
        "accounts_post KEY: the row was removed",
        "SELECT max(id) FROM accounts_post",
    ),
    "right put in": Case(
        "INSERT INTO guardian_userobjectpermission (object_pk, content_type_id, permission_id, user_id)"
        " SELECT '999', content_type_id, permission_id, user_id FROM guardian_userobjectpermission WHERE id = KEY",
        "guardian_userobjectpermission",
        "SELECT max(id) FROM guardian_userobjectpermission",
    ),
    "user made a superuser": Case(
        "UPDATE accounts_user SET is_superuser = true WHERE id = KEY",
        "accounts_user KEY ",
        "SELECT max(id) FROM accounts_user",
    ),
    "password put in": Case(
        "UPDATE accounts_user SET password = 'pbkdf2_sha256$1$a$b' WHERE id = KEY",
        "accounts_user KEY ",
        "SELECT max(id) FROM accounts_user",
    ),
    "group put in": Case("INSERT INTO auth_group (id, name) VALUES (77, 'x')", "auth_group 77"),
}
SCORES = {
    "score raised": Case(
        "UPDATE review_scoresheet SET total = 99 WHERE id = KEY",
        "review_scoresheet KEY: the row was changed",
        "SELECT min(id) FROM review_scoresheet",
    ),
    "scores of two experts exchanged": Case(
        "UPDATE review_scoresheet a SET member_id = (SELECT max(member_id) FROM review_scoresheet), item_id = item_id, round = 2"
        " WHERE id = KEY",
        "review_scoresheet KEY: the row was changed",
        "SELECT min(id) FROM review_scoresheet",
    ),
    "score removed": Case(
        "DELETE FROM review_scoresheet WHERE id = KEY",
        "review_scoresheet KEY: the row was removed",
        "SELECT max(id) FROM review_scoresheet",
    ),
    "conclusion changed": Case(
        "UPDATE review_conclusion SET text = '另一结论' WHERE id = KEY",
        "review_conclusion KEY: the row was changed",
        "SELECT id FROM review_conclusion",
    ),
}
EVALUATIONS = {
    "score of an evaluation raised": Case(
        "UPDATE performance_evaluation SET score = 100 WHERE id = KEY",
        "performance_evaluation KEY: the row was changed",
        "SELECT id FROM performance_evaluation",
    ),
    "approval back-dated": Case(
        "UPDATE performance_evaluation SET approved_at = approved_at - interval '60 days' WHERE id = KEY",
        "performance_evaluation KEY: the row was changed",
        "SELECT id FROM performance_evaluation",
    ),
    "points of a line raised": Case(
        "UPDATE performance_evaluationline SET computed = weight WHERE id = KEY",
        "performance_evaluationline KEY: the row was changed",
        "SELECT id FROM performance_evaluationline WHERE computed < weight LIMIT 1",
    ),
    "line removed": Case(
        "DELETE FROM performance_evaluationline WHERE id = KEY",
        "performance_evaluationline KEY: the row was removed",
        "SELECT max(id) FROM performance_evaluationline",
    ),
}


def not_found(cases: dict[str, Case]) -> Iterator[str]:
    """Each case is played and taken back; those that nobody noticed, or named wrongly."""
    assert problems() == []
    for name, case in cases.items():
        with transaction.atomic(), connection.cursor() as cursor:
            key = ""
            if case.key:
                cursor.execute(case.key)
                key = str(cursor.fetchone()[0])
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute(case.sql.replace("KEY", key))
            cursor.execute("SET LOCAL session_replication_role = origin")
            found = problems()
            if not any(case.named.replace("KEY", key) in problem for problem in found):
                yield f"{name}: {found}"
            transaction.set_rollback(True)


@pytest.mark.covers("C3", "E1", "存储完整性", "访问控制信息完整性")
@pytest.mark.parametrize(
    ("made", "cases"),
    [("paid", PAYMENTS), ("scored", SCORES), ("evaluated", EVALUATIONS)],
    ids=lambda part: str(part)[:9],
)
def test_what_is_done_past_the_product_is_found_and_named(request, made, cases):
    request.getfixturevalue(made)
    assert list(not_found(cases)) == []


def test_with_the_triggers_on_it_is_found_as_well(paid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.act', '', true)")
        cursor.execute("UPDATE disbursement_paymentrow SET reason_code = 'X1'")
    key = paid.rows.get().pk
    assert any(f"disbursement_paymentrow {key}: written (U) past" in problem for problem in check_rows().problems)
    seal_all()
    assert any(f"disbursement_paymentrow {key}: written (U) past" in problem for problem in check_rows().problems)


def test_an_honest_act_on_the_row_does_not_cover_it_up(paid):
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.act', '', true)")
        cursor.execute("UPDATE disbursement_paymentrow SET reason_code = 'X1'")
    record_context(None, "", "act")
    paid.rows.update(reason="x")
    seal_all()
    assert any("disbursement_paymentrow" in problem for problem in check_rows().problems)


def test_a_number_of_an_act_serves_once(paid):
    token = RowVersion.objects.exclude(act=None).latest("pk")
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.act', %s, true)", [act_token()])
        cursor.execute("UPDATE disbursement_paymentrow SET reason_code = 'X1'")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE evidence_rowchange SET xid = '7'")
        cursor.execute("SET LOCAL session_replication_role = origin")
        cursor.execute("UPDATE disbursement_paymentrow SET reason_code = 'X2'")
    services.seal_rows()
    assert token.act is not None
    assert any("past the services" in problem for problem in check_rows().problems)


def test_switched_off_triggers_are_named(paid):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE disbursement_voucher DISABLE TRIGGER disbursement_voucher_chained_changed")
    assert check_rows().problems == [
        "disbursement_voucher: the triggers that chain its rows are missing or switched off"
    ]


def test_what_was_looked_into_is_accepted_with_its_reason(paid, capsys):
    key = paid.rows.get().pk
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE disbursement_paymentrow SET payee_bank = '农行'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    with pytest.raises(CommandError, match="1 problems"):
        call_command("verify_rows")
    assert f"disbursement_paymentrow {key}: the row was changed past the services" in capsys.readouterr().err
    call_command("verify_rows", accept=["disbursement_paymentrow", str(key)], reason="更正开户行")
    seal_all()
    call_command("verify_rows")
    assert check_rows().problems == []


def test_since_looks_at_what_was_written_since(paid):
    moment = RowVersion.objects.latest("pk").at
    whole, part = check_rows(), check_rows(since=moment)
    assert (part.problems, whole.problems) == ([], [])
    assert part.rows <= whole.rows


def test_a_column_that_comes_later_is_no_change(paid):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE disbursement_voucher ADD COLUMN later integer NOT NULL DEFAULT 7")
    assert check_rows().problems == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE disbursement_voucher SET later = 8")
    seal_all()
    assert check_rows().problems == []


def test_a_forged_post_grants_nothing(paid):
    post = Post.objects.with_nodes().select_related("user").get(role="treasury_clerk")
    assert actor_of(post).can("disbursement.treasury")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_post SET role = 'treasury_officer' WHERE id = %s", [post.pk])
    forged = Post.objects.with_nodes().select_related("user").get(pk=post.pk)
    assert actor_of(forged) == NOBODY
