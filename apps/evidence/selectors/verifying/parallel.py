"""Stretches checked by this process and others, each over its own connection, all in this transaction's snapshot."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from apps.evidence.checking.findings import Finding
from apps.evidence.selectors.connections import raw_connection
from apps.evidence.selectors.proofs import algorithm

Found = tuple[int, Mapping[str, int], list[Finding]]
Waiting = SimpleQueue[tuple[int, tuple[int, int]]]


class Failed(RuntimeError):
    """A process ended before its work did."""


def in_processes(
    stretches: Sequence[tuple[int, int]], processes: int | None, here: Callable[[tuple[int, int]], Found]
) -> list[Found]:
    """What is found in each stretch (entries, findings not told, findings), in their order; `here` is how this process checks one.

    `processes` is how many work on it, this one among them (as many as there are processors). Raises Failed.
    """
    waiting: Waiting = SimpleQueue()
    for each in enumerate(stretches):
        waiting.put(each)
    others = min(processes or os.cpu_count() or 1, len(stretches)) - 1
    if others < 1:
        return [here(stretch) for stretch in stretches]
    begun = _beginning()
    with ThreadPoolExecutor(others) as threads:
        runs = [threads.submit(_one, begun, waiting) for _each in range(others)]
        found = dict(_taken(waiting, here))
        found.update(pair for run in runs for pair in run.result())
    return [found[at] for at in range(len(stretches))]


def _taken(waiting: Waiting, here: Callable[[tuple[int, int]], Found]) -> Iterator[tuple[int, Found]]:
    while True:
        try:
            at, stretch = waiting.get_nowait()
        except Empty:
            return
        yield at, here(stretch)


def _beginning() -> str:
    with raw_connection() as raw, connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        database = make_conninfo(raw.info.dsn, password=raw.info.password or None)
    return json.dumps({"database": database, "snapshot": snapshot, "algorithm": algorithm()}) + "\n"


def _one(begun: str, waiting: Waiting) -> list[tuple[int, Found]]:
    """A process that takes stretch after stretch until none waits."""
    command = [sys.executable, "-m", "apps.evidence.checking.worker"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=settings.BASE_DIR
    ) as process:
        try:
            return list(_talk(process, begun, waiting))
        except BrokenPipeError as broken:
            raise Failed("a verifying process ended too early") from broken


def _talk(process: Any, begun: str, waiting: Any) -> Iterator[tuple[int, Found]]:
    process.stdin.write(begun)
    while True:
        try:
            at, stretch = waiting.get_nowait()
        except Empty:
            process.stdin.close()
            return
        process.stdin.write(json.dumps(stretch) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            raise Failed("a verifying process ended too early")
        told = json.loads(line)
        yield at, (told["entries"], told["more"], [Finding(**each) for each in told["findings"]])
