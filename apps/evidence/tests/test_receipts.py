"""Receipts out of the record: each holds, stays the same, and says so where it is not proved yet."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.evidence.models import Checkpoint, Entry
from apps.evidence.receipts import composing, keys
from apps.evidence.receipts.checking import Result, check
from apps.evidence.receipts.composing import entry_at, receipt_of
from apps.evidence.receipts.writing import LARGEST, NoReceipt, code_of, parse, read_code
from apps.evidence.services.checkpoints import make_checkpoint
from apps.evidence.tests.helpers import append as act
from apps.evidence.tests.helpers import seal_here as seal
from apps.evidence.tests.helpers import without_triggers
from apps.evidence.tests.samples import log_of
from imbudget.kit.errors import RuleViolation
from imbudget.kit.limits import Limit
from imbudget.kit.registry import Anchor
from imbudget.kit.signing import SoftwareProvider
from tools.tests.test_verify_receipt import alone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x07" * 32


def entries() -> list[Entry]:
    return sorted(Entry.objects.select_related("batch"), key=lambda entry: entry.place or 0)


def checked(content: bytes) -> Result:
    return check(parse(content.decode()), keys.key_for)


@pytest.fixture
def logged(clerk):
    """Seven entries under two checkpoints."""
    for count in (4, 3):
        for number in range(count):
            act(clerk, what=f"付款 {number}", rows=number, nested={"乙": [1, None, True], "a": "1.50"})
        assert seal() == count
        make_checkpoint()


@pytest.mark.covers("E1", "不可否认性")
def test_the_receipt_of_every_record_holds(logged):
    own = keys.signing_key().content
    for place, entry in enumerate(entries()):
        receipt = receipt_of(entry)
        assert (receipt.body["log"]["place"], receipt.checkpoint.number) == (place, 1 if place < 4 else 2)
        result = checked(receipt.content)
        assert result.holds, result.steps
        assert (result.record["actor_name"], result.code) == ("其其格", receipt.code)
        assert alone(receipt.content, own) == 0


def test_a_receipt_stays_the_same_when_the_log_grows(logged, clerk):
    before = [receipt_of(entry).content for entry in entries()]
    act(clerk)
    seal()
    make_checkpoint()
    assert [receipt_of(entry).content for entry in entries()][:7] == before


def test_a_receipt_costs_the_same_in_a_log_of_any_size(logged, django_assert_num_queries):
    entry = entries()[5]
    with django_assert_num_queries(3):  # its checkpoint, the tiles with the hash of the log, the hash again
        receipt_of(entry)


@pytest.mark.parametrize("sealed", [False, True])
def test_a_record_without_a_checkpoint_says_when_the_next_one_comes(logged, clerk, settings, sealed):
    act(clerk)
    assert not sealed or seal() == 1
    receipt = receipt_of(Entry.objects.select_related("batch").latest("pk"))
    last = Checkpoint.objects.first()
    assert receipt.next_checkpoint == last.made_at + timedelta(seconds=settings.EVIDENCE_CHECKPOINT_SECONDS)
    assert json.loads(receipt.content)["next_checkpoint"] == receipt.next_checkpoint.isoformat()
    result = checked(receipt.content)
    assert (result.pending, result.holds, receipt.code) == (True, False, "")
    assert alone(receipt.content, keys.signing_key().content) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE evidence_entry SET actor_name = '别人' WHERE id = %s",
        "UPDATE evidence_entry SET leaf = sha256('x') WHERE id = %s",
        "UPDATE evidence_tile SET hashes = sha256('x') WHERE %s > 0",
        "UPDATE evidence_tile SET hashes = sha256('x') || substring(hashes FROM 33) WHERE %s > 0",
        "UPDATE evidence_checkpoint SET root = sha256('x') WHERE %s > 0",
    ],
)
def test_of_what_was_falsified_there_is_no_receipt(logged, sql):
    with without_triggers() as cursor:
        cursor.execute(sql, [entries()[1].pk])
    with pytest.raises(RuleViolation, match="was changed"):
        receipt_of(entries()[1])


def test_the_next_checkpoint_is_never_in_the_past(clerk, settings):
    settings.EVIDENCE_CHECKPOINT_SECONDS = 0
    act(clerk)
    seal()
    make_checkpoint()
    assert composing.next_checkpoint() >= timezone.now() - timedelta(seconds=5)


def test_the_anchors_of_its_checkpoint_are_named(logged, monkeypatch):
    anchor = Anchor("chain", "FISCO BCOS group0", "0xabc")
    asked = []
    shelf = SimpleNamespace(items=lambda: [("evm", lambda checkpoint: asked.append(checkpoint.number) or [anchor])])
    monkeypatch.setattr(composing.registry, "checkpoint_anchors", shelf)
    receipt = receipt_of(entries()[0])
    assert (receipt.anchors, asked) == ((anchor,), [1])
    result = checked(receipt.content)
    assert result.holds
    assert result.anchors == [{"kind": "chain", "name": "FISCO BCOS group0", "reference": "0xabc"}]
    assert alone(receipt.content, keys.signing_key().content) == 0


def test_a_receipt_holds_in_a_log_of_sha256(clerk, settings):
    settings.EVIDENCE_HASH = "sha256"
    for number in range(3):
        act(clerk, what=str(number))
    seal()
    make_checkpoint()
    for entry in entries():
        receipt = receipt_of(entry)
        assert receipt.body["record"]["hash"] == "sha256"
        assert checked(receipt.content).holds
        assert alone(receipt.content, keys.signing_key().content) == 0


def test_a_receipt_still_holds_after_another_key_signs(logged, settings):
    old = receipt_of(entries()[0])
    former = keys.signing_key().content
    settings.SIGNING_KEY = b"\x08" * 32
    assert not checked(old.content).holds, "a row of the database alone makes no key"
    settings.EVIDENCE_FORMER_KEYS = [former]
    assert checked(old.content).holds
    used = keys.keys()
    assert [bool(key.first) for key in used] == [False, True]
    assert used[1].content == SoftwareProvider(b"\x07" * 32).public_key("evidence")
    assert alone(old.content, used[1].content) == 0
    assert alone(old.content, used[0].content) == 1


def test_a_key_that_has_signed_nothing_here_is_not_believed(logged):
    forged = log_of(signer=SoftwareProvider(b"\x09" * 32)).receipts[0]
    result = check(forged, keys.key_for)
    assert not result.holds
    assert [step.holds for step in result.steps] == [True, True, True, True, False]


def test_the_keys_are_read_once_for_each_checkpoint(logged, django_assert_num_queries):
    keys.keys()
    with django_assert_num_queries(1):
        assert len(keys.keys()) == 1


def test_a_code_leads_to_its_record_and_to_no_other(logged):
    for entry in entries():
        place, leaf = read_code(receipt_of(entry).code)
        assert entry_at(place, leaf) == entry
        assert entry_at(place, bytes(32)) is None
        assert entry_at(place + 1, leaf) is None
    assert entry_at(10**17, bytes(32)) is None


@pytest.mark.parametrize(
    "code", ["", "1", "1.", ".x", "1.x", "-1." + "A" * 43, "٣." + "A" * 43, "01." + "A" * 43, "1." + "B" * 43]
)
def test_what_is_no_code_is_none(code):
    assert read_code(code) is None
    assert read_code(code_of(1, b"\x00" * 32)) == (1, bytes(32))


def test_a_text_without_end_is_no_receipt():
    with pytest.raises(NoReceipt):
        parse(" " * (LARGEST + 1))


def test_the_public_key_is_written_for_others(capsys, settings):
    call_command("export_public_key")
    told = capsys.readouterr()
    assert told.out.startswith("-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoEcz1UBgi0DQgAE")
    assert keys.signing_key().key_id in told.err
    call_command("export_public_key", format="hex")
    assert capsys.readouterr().out == f"{keys.signing_key().hexadecimal}\n"
    settings.SIGNING_KEY = None
    assert keys.keys() == []
    with pytest.raises(CommandError, match="SIGNING_KEY"):
        call_command("export_public_key")


def test_a_limit_counts_each_source_for_itself(monkeypatch):
    now = [1000.0]
    monkeypatch.setattr("imbudget.kit.limits.time.monotonic", lambda: now[0])
    limit = Limit(most=2, seconds=60, sources=3)
    assert [limit.take("a") for _number in range(3)] == [True, True, False]
    assert limit.take("b")
    now[0] += 61
    assert limit.take("a")
    for source in "cdef":
        limit.take(source)
    assert len(limit._begun) == 3, "what is counted does not grow with those who ask"
