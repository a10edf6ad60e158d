"""Reading ahead: a thread makes the next items while the caller, or the database for it, works on this one."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.utils import translation

T = TypeVar("T")
END = object()


def read_ahead(items: Iterator[T], most: int) -> Generator[T, None, None]:
    """The same items, up to `most` of them made early in another thread in the caller's language; errors come in turn.

    What makes the items must not touch the database: the thread would open a connection of its own.
    """
    language = translation.get_language() or "en"

    def make() -> Any:
        with translation.override(language):
            return next(items, END)

    thread = ThreadPoolExecutor(1, "ahead")
    try:
        waiting = deque(thread.submit(make) for _number in range(most))
        while (item := waiting.popleft().result()) is not END:
            waiting.append(thread.submit(make))
            yield item
    finally:
        thread.shutdown(cancel_futures=True)
