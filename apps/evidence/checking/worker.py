"""A process that checks stretches: `python -m apps.evidence.checking.worker`.

One JSON line in says where the database is, which snapshot to read and by which hash; then a line for each stretch `[begin, end]`,
and a line of findings out for each. The password comes through the pipe, never as an argument that others could see.
"""

import json
import sys
from typing import IO, Any

import psycopg

from apps.evidence.checking.stretch import Stretch


def serve(lines: IO[str], out: IO[str]) -> None:
    """Answer until the lines end."""
    begun = json.loads(lines.readline())
    with psycopg.connect(begun["database"], autocommit=True) as connection:
        connection.execute("SET jit = off")  # to compile the statement of a stretch takes as long as to run it
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(
            psycopg.sql.SQL("SET TRANSACTION SNAPSHOT {}").format(psycopg.sql.Literal(begun["snapshot"]))
        )
        for line in lines:
            begin, end = json.loads(line)
            out.write(json.dumps(answer(connection, begun["algorithm"], begin, end)) + "\n")
            out.flush()


def answer(connection: Any, algorithm: str, begin: int, end: int) -> dict[str, Any]:
    """What is found in a stretch, as JSON takes it."""
    stretch = Stretch(connection, algorithm)
    stretch.check(begin, end)
    findings = [finding.as_data() for finding in stretch.findings]
    return {"entries": stretch.entries, "findings": findings, "more": stretch.more}


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
