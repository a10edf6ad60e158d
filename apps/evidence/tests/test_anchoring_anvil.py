"""The same against a node in a process of its own, where one is there (`ANVIL` names it, or it is on the path): it is killed in between."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from apps.evidence.anchoring import comparing, writing
from apps.evidence.anchoring.writing import anchor_checkpoints
from apps.evidence.models import Anchor, WitnessState
from apps.evidence.services import append
from apps.evidence.tests.helpers import EVENT
from apps.evidence.tests.rows import make_signed_checkpoint

ANVIL = os.environ.get("ANVIL") or shutil.which("anvil")
KEY = bytes.fromhex(
    "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
)  # its first account, known to all
pytestmark = [pytest.mark.django_db, pytest.mark.skipif(ANVIL is None, reason="no anvil here: npm @foundry-rs/anvil")]


@contextmanager
def node(port: int, state: Path) -> Iterator[None]:
    command = [str(ANVIL), "--port", str(port), "--chain-id", "20200", "--state", str(state), "--hardfork", "london"]
    process = subprocess.Popen([*command, "--silent"])
    try:
        for _try in range(200):
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGINT)  # it writes its state
        process.wait(20)


def free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def test_a_node_that_is_killed_and_comes_again(
    settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any, clerk: Any
) -> None:
    monkeypatch.setattr(writing, "SOONEST", timedelta(0))
    port, dead, state = free_port(), free_port(), tmp_path / "state.json"
    settings.EVIDENCE_CHAIN_NODES = [f"http://127.0.0.1:{dead}", f"http://127.0.0.1:{port}"]
    settings.EVIDENCE_CHAIN_ID, settings.EVIDENCE_CHAIN_KEY = 20200, KEY
    with node(port, state):
        call_command("deploy_anchor")
        settings.EVIDENCE_CHAIN_CONTRACT = capsys.readouterr().out.strip().partition("=")[2]
        settings.EVIDENCE_CHAIN = "evm"
        append(EVENT, None, clerk)
        make_signed_checkpoint()
        anchor_checkpoints()
        anchor_checkpoints()
        assert Anchor.objects.get().state == "confirmed"
    make_signed_checkpoint()
    assert anchor_checkpoints() == 0
    assert WitnessState.objects.get().error
    with node(port, state):
        anchor_checkpoints()
        anchor_checkpoints()
        assert [anchor.state for anchor in Anchor.objects.all()] == ["confirmed", "confirmed"]
        assert list(comparing.faults()) == []
