"""What verification says of each way to falsify the record: which record, at which place; and where it goes on from."""

import base64
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from apps.evidence import merkle, tasks
from apps.evidence.canonical import HASHES, SM3, V1, canonical_bytes, head_of, leaf_of, root_of
from apps.evidence.checking.batches import SKEW
from apps.evidence.models import Batch, Checkpoint, Entry, VerifiedState
from apps.evidence.selectors.verifying import chain, verify
from apps.evidence.services import sealing
from apps.evidence.services.checkpoints import make_checkpoint
from apps.evidence.services.verifying import verify_on
from apps.evidence.tests.helpers import EVENT, append, seal, without_triggers
from imbudget.kit.crypto import sm3

pytestmark = [
    pytest.mark.django_db(transaction=True, available_apps=["apps.evidence"]),
    pytest.mark.covers("C3", "E1", "存储完整性"),
]
NAME = "entry {%d} ({event}): "


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x07" * 32


@pytest.fixture
def sealed(clerk):
    """Nine entries in three batches, a checkpoint behind the last."""
    entries = []
    for _batch in range(3):
        entries += [append(clerk, what=str(number)) for number in range(3)]
        assert seal() == 3
    make_checkpoint()
    return entries


def tamper(*statements, values=()):
    with without_triggers() as cursor:
        for sql in statements:
            cursor.execute(sql, values or None)


COPY = (
    "INSERT INTO evidence_entry (event, subject_type, subject_id, subject_label, actor_id, actor_name, post_label,"
    " region_code, address, facts, recorded_at, leaf, version, xid, batch_id, position) SELECT event, subject_type,"
    " subject_id, subject_label, actor_id, 'x', post_label, region_code, address, facts, recorded_at, sha256('x'),"
    " version, xid, 2, 4 FROM evidence_entry WHERE id = {3}"
)
CASES = {
    "edited": (["UPDATE evidence_entry SET actor_name = '别人' WHERE id = {3}"], ["{n3}its content was changed"]),
    "facts edited": (
        ['UPDATE evidence_entry SET facts = \'{{"what": "9"}}\' WHERE id = {4}'],
        ["{n4}its content was changed"],
    ),
    "escaped": (["UPDATE evidence_entry SET actor_name = 'a\"\\b' WHERE id = {3}"], ["{n3}its content was changed"]),
    "dated back": (
        ["UPDATE evidence_entry SET recorded_at = recorded_at - interval '3 days' WHERE id = {3}"],
        ["{n3}its content was changed", "{n3}it is dated before batch 1 was sealed"],
    ),
    "deleted": (
        ["DELETE FROM evidence_entry WHERE id = {4}"],
        ["place 4 of the log (batch 2, position 2): the entry was removed"],
    ),
    "deleted at the end": (
        ["DELETE FROM evidence_entry WHERE id = {8}"],
        ["place 8 of the log (batch 3, position 3): the entry was removed"],
    ),
    "inserted": ([COPY], ["it was inserted into batch 2, which did not seal it (position 4)"]),
    "exchanged": (
        [
            "UPDATE evidence_entry SET position = 99 WHERE id = {3}",
            "UPDATE evidence_entry SET position = 1 WHERE id = {4}",
            "UPDATE evidence_entry SET position = 2 WHERE id = {3}",
        ],
        ["{n4}it was moved to place 3 of the log from place 4", "{n3}it was moved to place 4 of the log from place 3"],
    ),
    "put into another batch": (
        ["UPDATE evidence_entry SET batch_id = 3, position = 4 WHERE id = {3}"],
        ["{n3}it was inserted into batch 3", "{n3}it was sealed at place 3 of the log and stands in batch 3 now"],
    ),
    "torn out": (
        ["UPDATE evidence_entry SET batch_id = NULL, position = NULL WHERE id = {5}"],
        ["{n5}it was sealed at place 5 of the log and is torn out of its batch"],
    ),
    "order of transactions": (
        ["UPDATE evidence_entry SET xid = (xid::text::bigint + 2)::text::xid8 WHERE id = {3}"],
        ["{n4}it stands at place 4 of the log behind one of a later transaction"],
    ),
    "leaf too": (
        ["UPDATE evidence_entry SET leaf = sha256('x') WHERE id = {3}"],
        ["{n3}it is not what was sealed at place 3 of the log"],
    ),
    "batch gone": (
        ["DELETE FROM evidence_batch WHERE number = 2"],
        ["batches 2 to 2 are missing", "entries {3}, {4}, {5}"],
    ),
    "size without end": (
        ["UPDATE evidence_batch SET size = 2000000000 WHERE number = 3"],
        ["batch 3: its head was changed", "batch 3: entries were added, removed"],
    ),
    "place without end": (
        ["UPDATE evidence_batch SET first = 9000000000000000000 WHERE number = 3"],
        ["batch 3 does not begin at place 6 of the log"],
    ),
    "tile": (
        ["UPDATE evidence_tile SET hashes = sha256('x') || substring(hashes FROM 33)"],
        ["the log holds another leaf for it at place 0", "tile 0/0 of the log"],
    ),
    "tile short": (
        ["UPDATE evidence_tile SET hashes = substring(hashes FOR 32)"],
        ["tile 0/0 of the log is not what the entries give"],
    ),
    "tile too many": (
        ["INSERT INTO evidence_tile (level, number, hashes) VALUES (1, 0, sha256('x'))"],
        ["tile 1/0 of the log is not what the entries give"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_each_falsified_record_is_named(sealed, case):
    statements, wanted = CASES[case]
    keys = [entry.pk for entry in sealed]
    names = {f"n{at}": f"entry {key} ({EVENT}): " for at, key in enumerate(keys)}
    tamper(*(sql.format(*keys) for sql in statements))
    problems = verify().problems
    for complaint in wanted:
        assert any(complaint.format(*keys, **names) in problem for problem in problems), problems
    named = {key for key in keys if any(f"entry {key} " in problem for problem in problems)}
    assert len(named) <= 3, problems  # nobody else is suspected


def test_what_was_computed_anew_to_the_end_is_found_by_the_signed_head(sealed, clerk):
    """Someone who owns the database can make all of it fit again, but not sign it."""
    append(clerk)
    seal()
    make_checkpoint()
    entry = sealed[4]
    entry.actor_name = "别人"
    leaves = [bytes(one.leaf) for one in Entry.objects.order_by("batch_id", "position")]
    leaves[4] = leaf_of(entry.version, entry.body)
    previous = bytes(32)
    with without_triggers() as cursor:
        cursor.execute("UPDATE evidence_entry SET actor_name = '别人', leaf = %s WHERE id = %s", [leaves[4], entry.pk])
        for batch in Batch.objects.order_by("number"):
            root = root_of(sm3, leaves[batch.first : batch.first + batch.size])
            head = head_of(sm3, previous, batch.number, batch.size, root)
            cursor.execute(
                "UPDATE evidence_batch SET root = %s, head = %s, previous_head = %s WHERE number = %s",
                [root, head, previous, batch.number],
            )
            previous = head
        for (level, number), hashes in merkle.grow(sm3, 0, {}, leaves):
            cursor.execute(
                "UPDATE evidence_tile SET hashes = %s WHERE level = %s AND number = %s", [hashes, level, number]
            )
    problems = verify().problems
    assert problems[0].startswith("checkpoint 1: the log of 9 entries has another head now: places 0 to 8")


def test_an_entry_dated_back_by_the_product_itself_is_found(sealed, clerk, settings):
    """Leaf and chain are right; only the sealing before knows that its transaction began later."""
    append(clerk)
    with without_triggers() as cursor:
        entry = Entry.objects.get(batch=None)
        at = entry.recorded_at.replace(year=entry.recorded_at.year - 1)
        leaf = leaf_of(SM3, canonical_bytes(SM3, vars(entry), entry.facts, at))
        cursor.execute("UPDATE evidence_entry SET recorded_at = %s, leaf = %s WHERE id = %s", [at, leaf, entry.pk])
    told = f"entry {entry.pk} ({EVENT}): it is dated before batch 3 was sealed, though its transaction began later"
    assert verify().problems == [told]
    seal()
    assert verify().problems == [told]
    settings.DEMO = True
    assert verify().problems == []
    assert verify().notes == [note(1)]


@pytest.mark.parametrize(("demonstration", "named", "count", "played"), [(True, 1, 1, 3), (False, 2, 4, 0)])
def test_many_findings_of_one_kind_hide_none_of_another(
    sealed, clerk, settings, monkeypatch, demonstration, named, count, played
):
    monkeypatch.setattr("apps.evidence.checking.stretch.MANY", 1)
    settings.DEMO = demonstration
    for _each in range(4):
        append(clerk)
    *back, changed = Entry.objects.filter(batch=None).order_by("pk")
    with without_triggers() as cursor:
        for entry in back:
            at = entry.recorded_at.replace(year=entry.recorded_at.year - 1)
            leaf = leaf_of(SM3, canonical_bytes(SM3, vars(entry), entry.facts, at))
            cursor.execute("UPDATE evidence_entry SET recorded_at = %s, leaf = %s WHERE id = %s", [at, leaf, entry.pk])
        cursor.execute("UPDATE evidence_entry SET actor_name = 'another' WHERE id = %s", [changed.pk])
    found = verify()
    assert f"entry {changed.pk} ({EVENT}): its content was changed" in found.problems
    assert (len(found.problems), found.count) == (named, count)
    assert found.notes[:1] == ([note(played)] if played else [])


def note(count: int) -> str:
    return f"{count} entries carry another day than the one on which they were written (demonstration)"


def test_a_long_transaction_and_other_clocks_are_no_offence(sealed, clerk):
    with transaction.atomic(), connection.cursor() as cursor:
        append(clerk)
        cursor.execute("SELECT pg_sleep(0.01)")
    seal()
    assert verify().problems == []
    assert SKEW == 300_000_000


def test_values_to_escape_and_the_first_format_are_read_too(clerk):
    for what in ('a"b', "back\\slash", "line\nbreak", "ᠮᠣᠩᠭᠣᠯ", "\x01"):
        append(clerk, what=what)
    odd = type(clerk)(user_id=1, name='"; "actor_id": "2', post_label="\\u0041", region_code="150000")
    append(odd)
    entry = append(clerk, what="old")
    leaf = leaf_of(V1, canonical_bytes(V1, vars(entry), entry.facts, entry.recorded_at))
    tamper("UPDATE evidence_entry SET version = 1, leaf = %s WHERE id = %s", values=[leaf, entry.pk])
    seal()
    assert verify().problems == []
    tamper("UPDATE evidence_entry SET actor_name = actor_name || '\\' WHERE actor_id = '1'")
    tamper("UPDATE evidence_entry SET address = '1' WHERE version = 1")
    assert [problem.split(": ")[1] for problem in verify().problems] == ["its content was changed"] * 2


def test_an_added_backslash_does_not_pass_for_an_escape(clerk):
    entry = append(type(clerk)(user_id=1, name='a"b', region_code="150000"))
    tamper("UPDATE evidence_entry SET actor_name = %s WHERE id = %s", values=['a\\"b', entry.pk])
    assert verify().problems == [f"entry {entry.pk} ({EVENT}): its content was changed"]


def test_other_processes_find_the_same(sealed, monkeypatch):
    monkeypatch.setattr(chain, "STRETCH", 3)
    assert verify(processes=2).problems == []
    tamper("UPDATE evidence_entry SET address = 'x' WHERE id = %s", values=[sealed[4].pk])
    tamper("DELETE FROM evidence_entry WHERE id = %s", values=[sealed[7].pk])
    alone, together = verify(processes=0), verify(processes=2)
    assert alone.problems == together.problems
    assert (alone.entries, together.entries) == (8, 8)
    assert "place 7 of the log" in "".join(alone.problems)


def test_a_log_over_many_tiles_is_read_in_stretches(clerk, monkeypatch):
    monkeypatch.setattr(sealing, "BATCH_SIZE", 100)
    monkeypatch.setattr(chain, "STRETCH", 250)
    with transaction.atomic():
        from apps.evidence import services

        services.append_many(EVENT, [(None, {"what": number}) for number in range(700)], clerk)
    while seal():
        pass
    make_checkpoint()
    assert verify().problems == []
    tamper("UPDATE evidence_tile SET hashes = sha256('x') || substring(hashes FROM 33) WHERE level = 1")
    assert verify().problems[0] == "tile 0/0 of the log is not what the one above it was made from"


# --- from the last verified state on


def test_only_what_came_since_is_read(sealed, clerk):
    assert verify_on().since == 0
    append(clerk)
    seal()
    result = verify_on()
    assert (result.since, result.entries, result.batches, result.size) == (9, 1, 1, 10)
    assert VerifiedState.objects.first().since == 9
    assert tasks.verify() == 0
    assert verify_on(since_last=False).entries == 10


def test_what_came_since_is_looked_at_and_nothing_is_kept_of_a_bad_state(sealed, clerk):
    verify_on()
    entry = append(clerk)
    seal()
    tamper("UPDATE evidence_entry SET address = 'x' WHERE id = %s", values=[entry.pk])
    assert verify_on().problems == [f"entry {entry.pk} ({EVENT}): its content was changed"]
    assert tasks.verify() == 1
    assert VerifiedState.objects.count() == 1


@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("UPDATE evidence_verifiedstate SET text = replace(text, 'since 0', 'since 1')", "its signature does not hold"),
        ("UPDATE evidence_batch SET head = sha256('x') WHERE number = 3", "the log of 9 entries has another head now"),
        ("UPDATE evidence_tile SET hashes = sha256('x') || substring(hashes FROM 33)", "has another head now"),
    ],
)
def test_a_state_that_does_not_hold_is_not_relied_upon(sealed, sql, complaint):
    verify_on()
    tamper(sql)
    result = verify_on()
    assert result.since == 0
    assert complaint in result.problems[0]


def test_a_state_signed_by_another_key_is_not_relied_upon(sealed, settings):
    verify_on()
    settings.SIGNING_KEY = b"\x08" * 32
    assert verify(since_last=True).since == 0
    settings.SIGNING_KEY = None
    assert verify_on().since == 0
    assert VerifiedState.objects.count() == 1


def test_a_kept_state_is_final(sealed):
    verify_on()
    for sql in ("UPDATE evidence_verifiedstate SET size = 1", "DELETE FROM evidence_verifiedstate"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


# --- keys and copies


def test_checkpoints_of_an_unknown_key_are_named(sealed, clerk, settings):
    """Whoever owns the database may sign all of it with a key of their own: it is not ours."""
    own = bytes(Checkpoint.objects.get().public_key)
    settings.SIGNING_KEY = b"\x09" * 32
    assert any("signed by a key that is not ours" in problem for problem in verify().problems)
    settings.EVIDENCE_FORMER_KEYS = [own]
    assert verify().problems == []


@pytest.mark.covers("不可否认性")
def test_a_copy_kept_outside_is_compared(sealed, tmp_path, clerk):
    made = Checkpoint.objects.get()
    good, note = tmp_path / "good.json", tmp_path / "note"
    good.write_text(json.dumps({"text": made.text}))
    note.write_text(f"{made.text}\n— imbudget AAAA\n")
    call_command("verify_evidence", "--checkpoint", str(good), "--checkpoint", str(note), stdout=StringIO())
    lines = made.text.splitlines()
    cases = {
        "are removed|were removed at its end": [lines[0], "99", lines[2]],
        "computed anew": [lines[0], "9", base64.b64encode(bytes(32)).decode()],
        "is of the log": ["another", *lines[1:3]],
    }
    for complaint, told in cases.items():
        note.write_text("\n".join(told) + "\n")
        err = StringIO()
        with pytest.raises(CommandError, match="1 problems"):
            call_command("verify_evidence", "--checkpoint", str(note), stdout=StringIO(), stderr=err)
        assert complaint.split("|")[-1] in err.getvalue()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"a": 1}', "a\nb\nc", "a\n1\n***", '{"text": 3}'])
def test_a_file_that_is_no_checkpoint_is_refused(sealed, tmp_path, text):
    path = tmp_path / "x"
    path.write_text(text)
    with pytest.raises(CommandError, match="x: "):
        call_command("verify_evidence", "--checkpoint", str(path), stdout=StringIO())


@pytest.mark.parametrize("head", ["xyz", "abc"])
def test_a_head_that_is_none_is_refused(sealed, head):
    with pytest.raises(CommandError, match="hexadecimal"):
        call_command("verify_evidence", "--head", head, stdout=StringIO())


def test_the_hashes_are_known():
    assert sorted(HASHES) == ["sha256", "sm3"]
