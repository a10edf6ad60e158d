"""Anchoring on a real EVM: once and not more, whatever is lost, dies, lies or is turned back meanwhile."""

import re
import sys
from datetime import timedelta
from pathlib import Path
from subprocess import run
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

import apps.evidence
from apps.evidence.anchoring import comparing, writing
from apps.evidence.anchoring.standing import on_chain, references
from apps.evidence.anchoring.writing import anchor_checkpoints, note_of
from apps.evidence.models import Anchor, AnchorState, Checkpoint, WitnessState
from apps.evidence.services import append
from apps.evidence.services.checkpoints import make_checkpoint
from apps.evidence.services.sealing import seal
from apps.evidence.tests.chainnode import CHAIN_ID, Machine, Node, chain_of
from apps.evidence.tests.helpers import EVENT
from apps.evidence.tests.rows import ALL_READY

pytestmark = pytest.mark.django_db
GONE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def world() -> Machine:
    """One chain for all tests here; each begins where it was left empty."""
    return Machine()


@pytest.fixture
def machine(world: Machine) -> Any:
    snapshot = world.tester.take_snapshot()
    world.is_paused, world.waiting = False, []
    yield world
    world.tester.revert_to_snapshot(snapshot)


@pytest.fixture
def node(machine: Machine) -> Any:
    with Node(machine).listening() as node:
        yield node


@pytest.fixture(autouse=True)
def set_up(settings: Any, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    settings.SIGNING_KEY = b"\x07" * 32
    monkeypatch.setattr("apps.evidence.services.sealing.READY", ALL_READY)
    monkeypatch.setattr(writing, "SOONEST", timedelta(0))
    if "node" in request.fixturenames:
        node = request.getfixturevalue("node")
        settings.EVIDENCE_CHAIN, settings.EVIDENCE_CHAIN_NODES = "evm", [node.address]
        settings.EVIDENCE_CHAIN_ID, settings.EVIDENCE_CHAIN_CONTRACT = CHAIN_ID, node.machine.contract
        settings.EVIDENCE_CHAIN_KEY, settings.EVIDENCE_CHAIN_CONFIRMATIONS = node.machine.key, 1


@pytest.fixture
def made(clerk: Any) -> Checkpoint:
    return more(clerk)


def more(clerk: Any) -> Checkpoint:
    append(EVENT, None, clerk, what="x")
    seal()
    checkpoint = make_checkpoint()
    assert checkpoint is not None
    return checkpoint


def rounds(count: int = 2) -> list[Anchor]:
    for _each in range(count):
        anchor_checkpoints()
    return list(Anchor.objects.order_by("checkpoint_id"))


def states() -> list[str]:
    return [anchor.state for anchor in Anchor.objects.order_by("checkpoint_id")]


def state() -> WitnessState:
    return WitnessState.objects.get(name="chain")


def test_without_a_chain_nothing_is_asked_and_web3_is_not_loaded(made: Checkpoint) -> None:
    assert anchor_checkpoints() == 0
    assert not Anchor.objects.exists()
    assert on_chain() is None
    assert list(comparing.faults()) == []
    asked = "import sys; import apps.evidence.anchoring.choosing; sys.exit('web3' in sys.modules)"
    assert run([sys.executable, "-c", asked], check=False).returncode == 0
    early = re.compile(r"^(from|import) .*(anchoring\.evm|anchoring import .*\bevm\b)", re.MULTILINE)
    sources = [path for path in Path(apps.evidence.__path__[0]).rglob("*.py") if "tests" not in path.parts]
    assert [path.name for path in sources if early.search(path.read_text())] == []


@pytest.mark.covers("C3", "不可否认性")
def test_a_checkpoint_is_anchored_once(made: Checkpoint, node: Node, settings: Any, clerk: Any) -> None:
    (anchor,) = rounds()
    assert (anchor.state, anchor.confirmations >= 1, anchor.error) == (AnchorState.CONFIRMED, True, "")
    note = note_of(made)
    kept = chain_of(node.address, node.machine).kept(note.log, 1)
    assert kept is not None
    assert (kept.digest, kept.root, kept.size, kept.block) == (note.digest, note.root, 1, anchor.block)
    rounds()
    assert node.sent == 1
    assert sys.getrecursionlimit() < 10_000  # with a higher one, nested JSON of a stranger ends the process
    more(clerk)
    more(clerk)
    rounds()
    assert states() == ["confirmed"] * 3
    assert node.sent == 3
    (told,) = references(made)
    assert (told.kind, told.reference) == ("evm", f"{anchor.transaction}@{anchor.block}")
    standing = on_chain()
    assert standing is not None
    assert (standing.is_well, standing.newest.checkpoint_id, standing.behind) == (True, 3, 0)
    assert list(comparing.faults()) == []


def test_what_was_made_before_the_chain_was_set_is_covered_by_the_newest(clerk: Any, node: Node) -> None:
    for _each in range(3):
        more(clerk)
    assert [anchor.checkpoint_id for anchor in rounds()] == [3]


def test_a_dead_node_is_passed_over_and_named(made: Checkpoint, node: Node, settings: Any) -> None:
    settings.EVIDENCE_CHAIN_NODES = [GONE, node.address]
    (anchor,) = rounds()
    assert anchor.state == AnchorState.CONFIRMED
    assert state().facts["nodes"]["127.0.0.1:9"] != ""


def test_while_no_node_answers_nothing_is_lost(made: Checkpoint, node: Node, settings: Any) -> None:
    address, settings.EVIDENCE_CHAIN_NODES = settings.EVIDENCE_CHAIN_NODES, [GONE]
    assert rounds() == []
    assert "127.0.0.1:9" in state().error
    with pytest.raises(comparing.NotAsked):
        list(comparing.faults())
    settings.EVIDENCE_CHAIN_NODES = address
    assert [anchor.state for anchor in rounds()] == ["confirmed"]
    assert state().error == ""


def test_a_node_that_dies_after_it_took_the_transaction(
    made: Checkpoint, node: Node, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.pause()

    def die(_result: Any) -> Any:
        raise ValueError("gone")

    node.lies["eth_sendRawTransaction"] = die
    (anchor,) = rounds(1)
    assert (anchor.state, "gone" in anchor.error, bool(anchor.transaction)) == ("waiting", True, True)
    node.lies.clear()
    machine.mine()
    (anchor,) = rounds(1)
    assert anchor.state == AnchorState.CONFIRMED
    assert node.sent == 1


def test_a_node_of_another_chain_is_not_used(made: Checkpoint, node: Node, machine: Machine, settings: Any) -> None:
    with Node(machine, chain_id=1).listening() as other:
        settings.EVIDENCE_CHAIN_NODES = [other.address]
        assert rounds() == []
        assert "is of chain 1" in state().error
        settings.EVIDENCE_CHAIN_NODES = [other.address, node.address]
        assert [anchor.state for anchor in rounds()] == ["confirmed"]
        assert other.sent == 0


def test_another_contract_at_the_address_is_not_written_to(made: Checkpoint, node: Node, settings: Any) -> None:
    settings.EVIDENCE_CHAIN_CONTRACT = "0x" + "11" * 20
    assert rounds() == []
    assert "no contract" in state().error
    settings.EVIDENCE_CHAIN_CONTRACT = ""
    assert rounds() == []
    assert "EVIDENCE_CHAIN_CONTRACT" in state().error


def test_it_waits_for_the_blocks_that_are_wanted(made: Checkpoint, node: Node, machine: Machine, settings: Any) -> None:
    settings.EVIDENCE_CHAIN_CONFIRMATIONS = 3
    (anchor,) = rounds()
    assert (anchor.state, anchor.confirmations) == ("included", 1)
    machine.mine(2)
    (anchor,) = rounds()
    assert (anchor.state, anchor.confirmations) == ("confirmed", 3)


def test_a_block_that_is_turned_back_is_written_again(
    made: Checkpoint, node: Node, machine: Machine, settings: Any
) -> None:
    settings.EVIDENCE_CHAIN_CONFIRMATIONS = 3
    snapshot = machine.tester.take_snapshot()
    (anchor,) = rounds()
    assert anchor.state == AnchorState.INCLUDED
    machine.tester.revert_to_snapshot(snapshot)
    machine.pause()
    (anchor,) = rounds(1)
    assert (anchor.state, anchor.block) == ("waiting", None)
    machine.mine(3)
    (anchor,) = rounds(1)
    assert anchor.state == AnchorState.CONFIRMED
    assert node.sent == 2


def test_an_account_without_money_waits_and_says_so(
    made: Checkpoint, node: Node, machine: Machine, settings: Any
) -> None:
    settings.EVIDENCE_CHAIN_KEY = b"\x09" * 32
    (anchor,) = rounds()
    assert (anchor.state, anchor.attempts) == ("waiting", 2)
    assert anchor.error
    sender = machine.tester.get_accounts()[2]
    machine.tester.send_transaction({"from": sender, "to": anchor.account, "value": 10**18, "gas": 21000})
    assert [anchor.state for anchor in rounds()] == ["confirmed"]


def test_the_number_of_a_transaction_that_went_to_another_one(
    made: Checkpoint, node: Node, machine: Machine, settings: Any
) -> None:
    machine.pause()

    def refuse(_result: Any) -> Any:
        raise ValueError("no")

    node.eth_sendRawTransaction = lambda raw: refuse(raw)  # type: ignore[method-assign]
    (before,) = rounds(1)
    del node.eth_sendRawTransaction
    machine.is_paused = False
    machine.tester.send_transaction(
        {"from": machine.account, "to": machine.account, "value": 1, "gas": 21000, "nonce": before.nonce}
    )
    (after,) = rounds()
    assert after.state == AnchorState.CONFIRMED
    assert after.nonce != before.nonce


def test_a_database_that_was_restored_finds_its_anchors_on_the_chain(
    made: Checkpoint, node: Node, settings: Any
) -> None:
    (first,) = rounds()
    forget()
    (again,) = rounds()
    assert (again.state, again.transaction, again.block) == ("confirmed", first.transaction, first.block)
    assert node.sent == 1


@pytest.mark.covers("C3", "E1")
def test_another_history_than_the_chain_s_is_named(made: Checkpoint, node: Node, clerk: Any) -> None:
    rounds()
    forget()
    change("UPDATE evidence_checkpoint SET text = replace(text, 'number 1', 'number 01')")
    (anchor,) = rounds()
    assert anchor.state == AnchorState.CONFLICT
    assert any("the chain holds another one" in fault for fault in comparing.faults())
    standing = on_chain()
    assert standing is not None
    assert (standing.conflicts, standing.is_well) == (1, False)


@pytest.mark.covers("C3")
def test_checkpoints_that_were_removed_are_missed_by_the_chain(made: Checkpoint, node: Node, clerk: Any) -> None:
    rounds()
    more(clerk)
    rounds()
    change("DELETE FROM evidence_anchor WHERE checkpoint_id = 2", "DELETE FROM evidence_checkpoint WHERE number = 2")
    (fault,) = comparing.faults()
    assert "the chain holds checkpoint 2 of 2 entries, the newest here is 1" in fault


@pytest.mark.parametrize(
    ("method", "lie"),
    [
        ("eth_getTransactionReceipt", lambda told: told and {**told, "blockHash": "0x" + "ab" * 32}),
        ("eth_getTransactionReceipt", lambda told: told and {**told, "transactionHash": "0x" + "ab" * 32}),
        ("eth_getTransactionReceipt", lambda told: told and {**told, "to": "0x" + "ab" * 20}),
        ("eth_getBlockByNumber", lambda told: told and {**told, "transactions": []}),
        ("eth_call", lambda told: "0x" + "00" * 160),
        ("eth_getTransactionReceipt", lambda told: "nonsense"),
    ],
)
def test_a_node_that_lies_about_a_receipt_is_not_believed(made: Checkpoint, node: Node, method: str, lie: Any) -> None:
    node.lies[method] = lie
    (anchor,) = rounds()
    assert anchor.state == AnchorState.WAITING
    assert anchor.error or method == "eth_call"
    node.lies.clear()
    assert rounds()[0].state == AnchorState.CONFIRMED


def test_a_node_that_says_otherwise_than_the_others_is_named(
    made: Checkpoint, node: Node, machine: Machine, settings: Any
) -> None:
    with Node(machine).listening() as other:
        settings.EVIDENCE_CHAIN_NODES = [node.address, other.address]
        other.lies["eth_getTransactionReceipt"] = lambda told: None
        (anchor,) = rounds()
        assert anchor.state == AnchorState.WAITING
        assert "do not say the same" in anchor.error
        other.lies.clear()
        assert rounds()[0].state == AnchorState.CONFIRMED


def test_a_second_round_at_the_same_time_goes_away(made: Checkpoint, node: Node) -> None:
    from django.db import connections

    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            cursor.execute(writing.LOCK)
            assert anchor_checkpoints() == 0
            cursor.execute(writing.UNLOCK)
    finally:
        other.close()
    assert rounds()[0].state == AnchorState.CONFIRMED


def test_an_anchor_is_never_taken_back(made: Checkpoint, node: Node) -> None:
    rounds()
    for sql in (
        "DELETE FROM evidence_anchor",
        "UPDATE evidence_anchor SET digest = sha256('x')",
        "UPDATE evidence_anchor SET state = 'waiting'",
    ):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def forget() -> None:
    change("DELETE FROM evidence_anchor", "DELETE FROM evidence_witnessstate")


def change(*statements: str) -> None:
    """As who owns the database."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for sql in statements:
            cursor.execute(sql)
        cursor.execute("SET LOCAL session_replication_role = origin")
