"""Running the same work in several threads, each with its own connection."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections


def at_once(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """Begin all works together; returns their results, or the exception that ended each, in the order given."""
    start = threading.Barrier(len(works))
    results: list[Any] = [None] * len(works)

    def run(number: int, work: Callable[[], Any]) -> None:
        try:
            start.wait(10)
            results[number] = work()
        except Exception as error:  # noqa: BLE001 - the test judges what came out
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "a work hangs: probably a deadlock"  # noqa: S101
    return results
