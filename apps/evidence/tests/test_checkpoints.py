"""Checkpoints: what is signed, when, and that a stranger can tell what came before."""

import datetime

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, connection, transaction

from apps.evidence import merkle, tasks
from apps.evidence.canonical import HASHES
from apps.evidence.models import Cause, Checkpoint, Entry, Log, Tile
from apps.evidence.selectors import proofs
from apps.evidence.selectors.verifying import verify
from apps.evidence.services import append
from apps.evidence.services.checkpoints import is_due, make_checkpoint
from apps.evidence.tests.helpers import EVENT, others_are_done, seal, without_triggers
from apps.evidence.tests.helpers import append as act
from imbudget.kit.crypto import sm3
from imbudget.kit.signing import verify as signature_holds

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["apps.evidence"])


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x07" * 32


@pytest.fixture
def logged(clerk):
    """Seven entries in two batches, a checkpoint after each."""
    made = []
    for count in (4, 3):
        for number in range(count):
            act(clerk, what=str(number))
        assert seal() == count
        made.append(make_checkpoint())
    return made


@pytest.mark.covers("C3", "不可否认性")
def test_a_checkpoint_is_signed_over_its_text(logged):
    one, two = logged
    assert (one.size, two.size) == (4, 7)
    for made in logged:
        assert signature_holds(bytes(made.public_key), sm3(made.text.encode()), bytes(made.signature))
        assert not signature_holds(bytes(made.public_key), sm3(made.text.encode() + b" "), bytes(made.signature))
    assert two.text.splitlines()[:2] == ["imbudget", "7"]
    assert verify().problems == []
    assert verify().checkpoints == 2


def test_every_entry_is_shown_in_the_log_of_a_checkpoint(logged):
    digest, last = HASHES["sm3"], logged[-1]
    for entry in Entry.objects.select_related("batch"):
        shown = proofs.inclusion_of(entry, last.size)
        assert shown.root == bytes(last.root)
        assert merkle.inclusion_holds(digest, bytes(entry.leaf), shown.place, shown.size, shown.proof, shown.root)
    places = sorted(entry.place for entry in Entry.objects.select_related("batch"))
    assert places == list(range(7))


def test_what_came_after_a_checkpoint_is_not_in_its_log(logged, clerk):
    entry = act(clerk)
    with pytest.raises(ValueError, match="is not in the log"):
        proofs.inclusion_of(entry, 7)
    seal()
    entry = Entry.objects.select_related("batch").get(pk=entry.pk)
    with pytest.raises(ValueError, match="is not in the log"):
        proofs.inclusion_of(entry, 7)


@pytest.mark.covers("C3")
def test_the_later_log_begins_with_the_earlier(logged):
    one, two = logged
    shown = proofs.consistency_of(one.size, two.size)
    assert (shown.old_root, shown.new_root) == (bytes(one.root), bytes(two.root))
    assert merkle.consistency_holds(HASHES["sm3"], 4, 7, shown.old_root, shown.new_root, shown.proof)
    for old, new in ((0, 7), (4, 8), (7, 4)):
        with pytest.raises(ValueError, match="no sizes"):
            proofs.consistency_of(old, new)


def test_nothing_new_makes_no_checkpoint_but_at_the_end_of_the_day(logged):
    assert make_checkpoint() is None
    assert make_checkpoint(Cause.DAY).number == 3


def test_it_is_made_at_the_set_interval(logged, settings):
    last = Checkpoint.objects.first()
    seconds = datetime.timedelta(seconds=settings.EVIDENCE_CHECKPOINT_SECONDS)
    assert not is_due(last.made_at + seconds - datetime.timedelta(seconds=1))
    assert is_due(last.made_at + seconds)


def test_the_day_ends_with_all_that_was_done(clerk):
    act(clerk)
    others_are_done()
    assert tasks.end_of_day() == 1
    assert tasks.checkpoint() is None


def test_without_a_key_nothing_is_signed_and_nothing_is_lost(clerk, settings):
    settings.SIGNING_KEY = None
    act(clerk)
    seal()
    with pytest.raises(ImproperlyConfigured, match="SIGNING_KEY"):
        make_checkpoint()
    assert verify().problems == []


@pytest.mark.parametrize("table", ["log", "checkpoint", "tile"])
def test_the_database_refuses_to_change_them(logged, table):
    changes = {
        "log": "UPDATE evidence_log SET origin = 'x'",
        "checkpoint": "UPDATE evidence_checkpoint SET size = 1",
        "tile": "UPDATE evidence_tile SET hashes = substring(hashes FROM 33)",
    }
    for sql in (changes[table], f"DELETE FROM evidence_{table}"):  # noqa: S608 - names of this test
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_log_stays_with_its_hash(logged, clerk, settings):
    settings.EVIDENCE_HASH = "sha256"
    with pytest.raises(IntegrityError, match="hashed by another function"), transaction.atomic():
        append(EVENT, None, clerk)


def test_a_log_may_be_one_of_sha256(clerk, settings):
    settings.EVIDENCE_HASH = "sha256"
    for number in range(3):
        act(clerk, what=number)
    seal()
    made = make_checkpoint()
    assert Log.objects.get().algorithm == "sha256"
    assert "hash sha256" in made.text.splitlines()
    assert verify().problems == []


@pytest.mark.covers("E1", "存储完整性")
@pytest.mark.parametrize(
    ("sql", "complaint"),
    [
        ("UPDATE evidence_checkpoint SET size = 5 WHERE number = 1", "checkpoint 1: its row is not what was signed"),
        ("UPDATE evidence_checkpoint SET root = sha256('x') WHERE number = 2", "checkpoint 2: the log of 7 entries"),
        ("UPDATE evidence_checkpoint SET text = text || 'x' WHERE number = 1", "its signature does not hold"),
        ("DELETE FROM evidence_checkpoint WHERE number = 1", "checkpoint 1 is missing"),
        ("UPDATE evidence_tile SET hashes = sha256('x')", "tile 0/0 of the log"),
    ],
)
def test_tampering_is_found(logged, sql, complaint):
    with without_triggers() as cursor:
        cursor.execute(sql)
    problems = verify().problems
    assert any(complaint in problem for problem in problems), problems


def test_proofs_stay_the_same_in_number_of_queries(logged, django_assert_num_queries):
    entry = Entry.objects.select_related("batch").first()
    with django_assert_num_queries(1):  # the tiles, and by which hash they are made
        proofs.inclusion_of(entry, 7)
    assert Tile.objects.count() == 1
