"""The supervisor: free ports, children that end, secrets that stay."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import demo, demo_env
from tools.places import ROOT, ToolError

SUPERVISOR = """
import sys, time
from pathlib import Path
from tools.demo import Children
family = Children()
family.add("worker", ["http.server", "--bind", "127.0.0.1", "0"], Path(sys.argv[1]))
print(family.running["worker"].pid, flush=True)
time.sleep(60)
"""


def is_alive(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_busy_port_is_passed_over():
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        number = busy.getsockname()[1]
        assert number < demo.free_port(number) < number + demo.PORTS_TRIED


def test_child_ends_with_a_killed_supervisor(tmp_path):
    parent = subprocess.Popen(
        [sys.executable, "-c", SUPERVISOR, str(tmp_path / "log")], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = int(parent.stdout.readline())
    assert is_alive(child)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while is_alive(child):
        assert time.monotonic() < deadline, "the child was left behind"
        time.sleep(0.05)


def test_a_child_that_ends_is_named(tmp_path):
    family = demo.Children()
    family.add("worker", ["this_module_does_not_exist"], tmp_path / "log")
    with pytest.raises(ToolError, match="The worker has ended by itself"):
        demo.watch(family)


def test_children_stop_in_order(tmp_path):
    family = demo.Children()
    for name in ("web server", "worker"):
        family.add(name, ["http.server", "--bind", "127.0.0.1", "0"], tmp_path / "log")
    family.stop()
    assert [child.returncode for child in family.running.values()] == [-signal.SIGTERM] * 2


def test_failed_command_is_told_with_its_last_lines():
    with pytest.raises(ToolError, match="no_such_command"):
        demo.manage("no_such_command")


def test_secrets_are_made_once_and_are_private(tmp_path, monkeypatch):
    names = list(demo_env.fresh())
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    for name in names:
        monkeypatch.setenv(name, "")  # so that monkeypatch restores it
        monkeypatch.delenv(name)
    demo_env.load()
    first = {name: os.environ.pop(name) for name in names}
    demo_env.load()
    assert {name: os.environ[name] for name in names} == first
    assert demo_env.path().stat().st_mode & 0o777 == 0o600


def test_an_older_file_gets_what_it_has_not_and_keeps_its_secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    for name in demo_env.fresh():
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    demo_env.path().write_text("SECRET_KEY=old\nSECURE=0\n")
    demo_env.load()
    assert (os.environ["SECRET_KEY"], len(os.environ["SIGNING_KEY"])) == ("old", 64)
    first = demo_env.path().read_text()
    assert first.startswith("SECRET_KEY=old\n")
    demo_env.load()
    assert demo_env.path().read_text() == first


def test_the_treasury_of_the_demonstration_has_a_place_for_every_connection(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    port = demo.open_treasury()
    key = (tmp_path / "treasury" / "key").read_text()
    assert demo.open_treasury() == port
    assert (tmp_path / "treasury" / "key").read_text() == key
    given = json.loads((ROOT / "fixtures" / "disbursement" / "demo_payments.json").read_text())
    assert {one["region"] for one in given["treasuries"]} == set(demo.TREASURIES)


def test_given_settings_win_over_the_secrets_file(tmp_path, monkeypatch):
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setenv("SECRET_KEY", "mine")
    demo_env.load()
    assert os.environ["SECRET_KEY"] == "mine"
