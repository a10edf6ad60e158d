"""Sealing and verification, with committed acts, side by side and against someone who owns the database."""

import json
import threading
from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from apps.evidence import services, tasks
from apps.evidence.canonical import head_of, leaf_of, root_of
from apps.evidence.models import Batch, Entry
from apps.evidence.selectors.verifying import verify
from apps.evidence.services import sealing
from apps.evidence.tests.helpers import EVENT, append, seal, without_triggers
from imbudget.kit.crypto import sm3

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["apps.evidence"])


def in_threads(work: Callable[[], Any], count: int) -> list[Any]:
    """Run the work in threads with connections of their own; returns what each returned."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == count
    return results


@pytest.fixture
def sealed(clerk: Any) -> list[Entry]:
    """Nine entries in three batches."""
    entries = []
    for _batch in range(3):
        entries += [append(clerk, what=str(number)) for number in range(3)]
        assert seal() == 3
    return entries


def test_a_batch_holds_the_entries_in_their_order(clerk):
    entries = [append(clerk, what=str(number)) for number in range(4)]
    assert seal() == 4
    batch = Batch.objects.get()
    assert (batch.number, batch.size) == (1, 4)
    assert [entry.pk for entry in batch.entries.order_by("position")] == [entry.pk for entry in entries]
    assert list(batch.entries.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4]


def test_with_nothing_to_seal_no_batch_is_made():
    assert services.seal() == 0
    assert tasks.seal() == 0
    assert not Batch.objects.exists()


def test_large_piles_are_sealed_in_several_batches(clerk, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH_SIZE", 4)
    for _number in range(10):
        append(clerk)
    assert seal() == 4
    out = StringIO()
    call_command("seal_evidence", stdout=out)
    assert out.getvalue() == "6 entries sealed\n"
    assert list(Batch.objects.order_by("number").values_list("size", flat=True)) == [4, 4, 2]
    assert verify().problems == []


def test_outside_a_transaction_nothing_is_appended(clerk):
    with pytest.raises(RuntimeError, match="inside the transaction"):
        services.append(EVENT, None, clerk)


def test_what_an_open_transaction_could_still_precede_waits(clerk):
    """An act that began earlier and commits later must not end up behind a sealed one."""
    with transaction.atomic():
        services.append(EVENT, None, clerk, what="early")
        assert services.seal() == 0
        in_threads(lambda: append(clerk, what="late"), 1)
        assert in_threads(services.seal, 1) == [0]
    assert seal() == 2
    order = Entry.objects.order_by("batch_id", "position").values_list("facts__what", flat=True)
    assert list(order) == ["early", "late"]


def test_appended_and_sealed_side_by_side_each_entry_is_sealed_once(clerk):
    done = threading.Event()

    def write() -> None:
        for number in range(25):
            append(clerk, what=number)

    def seal_on() -> int:
        total = 0
        while not done.wait(0.01):
            total += services.seal()
        return total

    totals: list[int] = []
    sealers = threading.Thread(target=lambda: totals.extend(in_threads(seal_on, 2)))
    sealers.start()
    try:
        in_threads(write, 4)
    finally:
        done.set()
        sealers.join()
    while count := seal():
        totals.append(count)
    assert sum(totals) == 100
    assert sum(Batch.objects.values_list("size", flat=True)) == Entry.objects.exclude(batch=None).count() == 100
    assert verify().problems == []


def test_entries_of_a_restored_backup_are_sealed_too(clerk):
    """A restored database counts transactions anew: the ids that the entries carry lie in the future."""
    append(clerk, what="restored")
    with without_triggers() as cursor:
        cursor.execute("UPDATE evidence_entry SET xid = '900000000000'")
    assert services.seal() == 1


def test_an_untouched_record_verifies(sealed, clerk):
    append(clerk)
    result = verify()
    assert result.problems == []
    assert (result.entries, result.batches, result.unsealed) == (10, 3, 1)
    assert result.head == bytes(Batch.objects.get(number=3).head).hex()


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("UPDATE evidence_entry SET actor_name = '别人' WHERE id = %s", "content was changed"),
        ('UPDATE evidence_entry SET facts = \'{"what": "9"}\' WHERE id = %s', "content was changed"),
        ("UPDATE evidence_entry SET recorded_at = recorded_at - interval '1 ms' WHERE id = %s", "content was changed"),
        ("UPDATE evidence_entry SET leaf = sha256('x') WHERE id = %s", "entries were added, removed, moved or changed"),
        ("DELETE FROM evidence_entry WHERE id = %s", "entries were added, removed, moved or changed"),
        ("UPDATE evidence_entry SET batch_id = NULL, position = NULL WHERE id = %s", "entries were added, removed"),
        ("UPDATE evidence_entry SET position = 9 WHERE id = %s", "entries were added, removed, moved or changed"),
        ("UPDATE evidence_batch SET root = sha256('x') WHERE number = 2 AND %s > 0", "its head was changed"),
        ("UPDATE evidence_batch SET head = sha256('x') WHERE number = 2 AND %s > 0", "does not follow"),
        ("UPDATE evidence_batch SET size = 2 WHERE number = 2 AND %s > 0", "its head was changed"),
        ("DELETE FROM evidence_batch WHERE number = 2 AND %s > 0", "batches 2 to 2 are missing"),
        ("DELETE FROM evidence_batch WHERE number = 3 AND %s > 0", "3 entries lost the batch"),
    ],
)
def test_tampering_is_found(sealed, sql, complaint):
    with without_triggers() as cursor:
        cursor.execute(sql, [sealed[3].pk])
    problems = verify().problems
    assert any(complaint in problem for problem in problems), problems


def test_an_entry_changed_with_its_leaf_and_root_still_breaks_the_chain(sealed):
    """Someone who computes anew what belongs to one batch would have to rewrite all that follow."""
    entry = sealed[3]
    entry.actor_name = "别人"
    leaf = leaf_of(entry.version, entry.body)
    batch = Batch.objects.get(number=2)
    root = root_of(sm3, [leaf, bytes(sealed[4].leaf), bytes(sealed[5].leaf)])
    head = head_of(sm3, bytes(batch.previous_head), 2, 3, root)
    with without_triggers() as cursor:
        cursor.execute("UPDATE evidence_entry SET actor_name = '别人', leaf = %s WHERE id = %s", [leaf, entry.pk])
        cursor.execute("UPDATE evidence_batch SET root = %s, head = %s WHERE number = 2", [root, head])
    assert verify().problems == [
        "batch 3 does not follow the one before it",
        f"entry {entry.pk} ({EVENT}): the log holds another leaf for it at place 3 (batch 2, position 1)",
        "tile 0/0 of the log is not what the entries give",
    ]


def test_removal_of_the_newest_batches_shows_against_a_noted_head(sealed):
    noted = verify().head
    assert verify(noted.upper()).problems == []
    with without_triggers() as cursor:
        cursor.execute("DELETE FROM evidence_entry WHERE batch_id = 3")
        cursor.execute("DELETE FROM evidence_batch WHERE number = 3")
        cursor.execute("UPDATE evidence_tile SET hashes = substring(hashes FOR 6 * 32)")
    assert verify().problems == []
    assert [noted in problem for problem in verify(noted).problems] == [True]


def test_the_command_reports_in_words_and_in_json(sealed):
    out = StringIO()
    call_command("verify_evidence", stdout=out)
    assert out.getvalue().startswith("9 entries, 3 batches, 0 not sealed yet, head ")
    out = StringIO()
    call_command("verify_evidence", "--json", stdout=out)
    assert json.loads(out.getvalue())["batches"] == 3


def test_the_command_fails_and_names_the_first_bad_entry(sealed):
    with without_triggers() as cursor:
        cursor.execute("UPDATE evidence_entry SET address = '10.9.9.9' WHERE id >= %s", [sealed[4].pk])
    err = StringIO()
    with pytest.raises(CommandError, match="5 problems"):
        call_command("verify_evidence", stdout=StringIO(), stderr=err)
    assert err.getvalue().startswith(f"entry {sealed[4].pk} ({EVENT}): its content was changed")
