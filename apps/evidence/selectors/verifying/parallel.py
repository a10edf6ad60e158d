"""Stretches checked by processes of their own, each over its own connection, all in this transaction's snapshot."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Any

from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from apps.evidence.checking.findings import Finding
from apps.evidence.selectors.connections import raw_connection
from apps.evidence.selectors.proofs import algorithm

Found = tuple[int, int, list[Finding]]


class Failed(RuntimeError):
    """A process ended before its work did."""


def in_processes(stretches: Sequence[tuple[int, int]], processes: int | None) -> list[Found]:
    """What is found in each stretch (entries, findings not told, findings), in their order. Raises Failed."""
    waiting: SimpleQueue[tuple[int, tuple[int, int]]] = SimpleQueue()
    for each in enumerate(stretches):
        waiting.put(each)
    count = min(processes or os.cpu_count() or 1, len(stretches))
    if not count:
        return []
    begun = _beginning()
    with ThreadPoolExecutor(count) as threads:
        runs = [threads.submit(_one, begun, waiting) for _each in range(count)]
        found = dict(pair for run in runs for pair in run.result())
    return [found[at] for at in range(len(stretches))]


def _beginning() -> str:
    with raw_connection() as raw, connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        database = make_conninfo(raw.info.dsn, password=raw.info.password or None)
    return json.dumps({"database": database, "snapshot": snapshot, "algorithm": algorithm()}) + "\n"


def _one(begun: str, waiting: "SimpleQueue[tuple[int, tuple[int, int]]]") -> list[tuple[int, Found]]:
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
