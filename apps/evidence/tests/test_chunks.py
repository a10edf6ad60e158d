"""What is read by the hundred is looked at as closely as entry by entry: nothing hides between two records of a chunk."""

import pytest
from django.db import transaction

from apps.evidence import services
from apps.evidence.canonical import SM3, canonical_bytes, leaf_of
from apps.evidence.checking import stretch
from apps.evidence.checking.chunks import CHUNK
from apps.evidence.models import Batch, Entry
from apps.evidence.selectors.verifying import is_sound, verify
from apps.evidence.services.checkpoints import make_checkpoint
from apps.evidence.tests.helpers import EVENT, append, seal, without_triggers

pytestmark = [
    pytest.mark.django_db(transaction=True, available_apps=["apps.evidence"]),
    pytest.mark.covers("C3", "E1"),
]
COUNT = 2 * CHUNK + 100


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x07" * 32


@pytest.fixture
def many(clerk):
    """A batch over three chunks; the keys of its entries in their order."""
    with transaction.atomic():
        services.append_many(EVENT, [(None, {"what": number}) for number in range(COUNT)], clerk)
    assert seal() == COUNT
    make_checkpoint()
    return list(Entry.objects.order_by("position").values_list("pk", flat=True))


@pytest.fixture
def never_named(monkeypatch):
    """Fails where entries are looked at one by one."""
    monkeypatch.setattr(stretch.Stretch, "_name", lambda *_given: pytest.fail("read entry by entry"))


def tamper(sql, *values):
    with without_triggers() as cursor:
        cursor.execute(sql, values or None)


def problems():
    return verify(processes=0).problems


def test_a_sound_log_is_read_in_chunks_alone(many, never_named):
    found = verify(processes=0)
    assert (found.problems, found.entries) == ([], COUNT)
    assert is_sound(Batch.objects.get())


def test_one_value_to_escape_holds_nobody_up(many, clerk, never_named):
    with transaction.atomic():
        services.append_many(EVENT, [(None, {"what": number}) for number in range(9)], clerk)
        services.append_many(EVENT, [(None, {})], type(clerk)(user_id=1, name='a"b\\', region_code="150000"))
    seal()
    assert problems() == []
    tamper("UPDATE evidence_entry SET actor_name = 'a\"c\\' WHERE actor_id = '1' AND actor_name = 'a\"b\\'")
    assert [problem.split(": ")[1] for problem in problems()] == ["its content was changed"]


@pytest.mark.parametrize("character", ["\n", "\t", "\x1e", "\x01"])
def test_a_character_that_json_escapes_is_no_change(clerk, character):
    append(clerk)
    append(type(clerk)(user_id=1, name=f"a{character}b", region_code="150000"))
    append(clerk)
    seal()
    assert problems() == []
    tamper("UPDATE evidence_entry SET actor_name = 'ab' WHERE actor_id = '1' AND post_label = ''")
    assert len(problems()) == 1


@pytest.mark.parametrize("at", [0, CHUNK - 1, CHUNK, 2 * CHUNK, COUNT - 1])
def test_the_edges_of_chunks_are_looked_at(many, at):
    tamper("UPDATE evidence_entry SET address = '9.9.9.9' WHERE id = %s", many[at])
    assert problems() == [f"entry {many[at]} ({EVENT}): its content was changed"]
    tamper("DELETE FROM evidence_entry WHERE id = %s", many[at])
    assert f"place {at} of the log (batch 1, position {at + 1}): the entry was removed" in problems()


def test_bytes_moved_from_one_leaf_to_the_next_are_found(many):
    first, second = Entry.objects.filter(pk__in=many[3:5]).order_by("position")
    both = bytes(first.leaf) + bytes(second.leaf)
    tamper("UPDATE evidence_entry SET leaf = %s WHERE id = %s", both[:31], first.pk)
    tamper("UPDATE evidence_entry SET leaf = %s WHERE id = %s", both[31:], second.pk)
    found = problems()
    assert all(any(f"entry {one.pk} " in problem for problem in found) for one in (first, second))


def test_what_separates_records_cannot_be_put_into_one(many):
    """The values of two entries, given to the first of them."""
    first, second = Entry.objects.filter(pk__in=many[7:9]).order_by("position")
    label = f'x\x1e{{"v": "2", "event": "{second.event}'
    tamper("UPDATE evidence_entry SET subject_label = %s WHERE id = %s", label, first.pk)
    assert f"entry {first.pk} ({EVENT}): its content was changed" in problems()


def test_a_value_moved_into_its_neighbour_is_found(clerk):
    """The bytes stay as they were, so that the leaf holds; what they are made of does not."""
    entry = append(type(clerk)(user_id=1, name="a", post_label="b", region_code="150000"))
    seal()
    assert problems() == []
    name = 'a", "post_label": "b", "subject_id": "", "recorded_at": "'
    tamper("UPDATE evidence_entry SET actor_name = %s WHERE id = %s", name, entry.pk)
    assert problems() == [f"entry {entry.pk} ({EVENT}): its content was changed"]


def test_entries_where_no_batch_wants_them_are_found(many, clerk):
    stray = append(clerk)
    tamper("UPDATE evidence_entry SET batch_id = 1, position = NULL WHERE id = %s", stray.pk)
    assert any(f"entry {stray.pk} ({EVENT}): it was inserted into batch 1" in problem for problem in problems())
    tamper("UPDATE evidence_entry SET position = %s WHERE id = %s", COUNT + 1, stray.pk)
    assert any(f"entry {stray.pk} ({EVENT}): it was inserted into batch 1" in problem for problem in problems())


def test_what_is_wrong_in_one_batch_leaves_the_others_in_chunks(many, clerk, monkeypatch):
    looked_at = []
    name = stretch.Stretch._name
    monkeypatch.setattr(
        stretch.Stretch,
        "_name",
        lambda self, first, last, *given: looked_at.append((first, last)) or name(self, first, last, *given),
    )
    for _batch in range(3):
        append(clerk)
        seal()
    entry = Entry.objects.get(batch=3)
    tamper("UPDATE evidence_entry SET address = '9.9.9.9' WHERE id = %s", entry.pk)
    found = verify(processes=0)
    assert found.problems == [f"entry {entry.pk} ({EVENT}): its content was changed"]
    assert (found.entries, looked_at) == (COUNT + 3, [(3, 3)])


def test_a_format_of_another_log_is_named(clerk):
    entry = append(clerk)
    seal()
    assert problems() == []
    leaf = leaf_of(SM3, canonical_bytes(SM3, vars(entry), entry.facts, entry.recorded_at))
    assert leaf == bytes(entry.leaf)
    tamper("UPDATE evidence_entry SET version = 3 WHERE id = %s", entry.pk)
    assert len(problems()) == 1
