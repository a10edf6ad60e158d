"""How often one source may ask in a while. Counted in the memory of each process: nothing about anybody is written down."""

import time
from collections import OrderedDict
from threading import Lock


class Limit:
    """So many times in so many seconds for one source; of the many sources at once that an attacker has, the oldest are forgotten."""

    def __init__(self, most: int, seconds: float, sources: int = 20_000) -> None:
        self._most, self._seconds, self._sources = most, seconds, sources
        self._begun: OrderedDict[str, tuple[float, int]] = OrderedDict()  # source: since when it is counted, how often
        self._lock = Lock()

    def take(self, source: str) -> bool:
        """Count one more; False where that is too many."""
        now = time.monotonic()
        with self._lock:
            since, count = self._begun.get(source, (now, 0))
            if now - since >= self._seconds:
                since, count = now, 0
            self._begun[source] = (since, count + 1)
            self._begun.move_to_end(source)
            if len(self._begun) > self._sources:
                self._begun.popitem(last=False)
        return count < self._most

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._begun.clear()
