"""How often one source may ask in a while: counted in this process, and where the limit has a name in all of them.

What is told to the others are numbers under a keyed digest of the source; nothing about anybody is written down.
"""

import time
from collections import OrderedDict
from threading import Lock

from imbudget.kit import registry

STEPS = 10  # so often in a whole limit a process tells the others what it has counted, and hears of theirs


class Limit:
    """So many times in so many seconds for one source; of the many sources at once that an attacker has, the oldest are forgotten.

    With a `name` all processes count together (`registry.counted`), in steps: together they let through a step for each process more
    at most. Who is beyond the limit of this process alone is refused without a question to the database.
    """

    def __init__(self, most: int, seconds: float, sources: int = 20_000, name: str = "") -> None:
        self._most, self._seconds, self._sources, self._name = most, seconds, sources, name
        self._step = max(1, most // STEPS)
        # source: since when it is counted, how often here, how often by others when they were heard last
        self._begun: OrderedDict[str, tuple[float, int, int]] = OrderedDict()
        self._lock = Lock()

    def take(self, source: str) -> bool:
        """Count one more; False where that is too many."""
        now = time.monotonic()
        with self._lock:
            since, count, others = self._begun.get(source, (now, 0, 0))
            if now - since >= self._seconds:
                since, count, others = now, 0, 0
            count += 1
            self._begun[source] = (since, count, others)
            self._begun.move_to_end(source)
            if len(self._begun) > self._sources:
                self._begun.popitem(last=False)
        if self._name and count <= self._most and count % self._step == 0:
            others = max(0, registry.counted.get()(self._name, source, self._step, self._seconds) - count)
            with self._lock:
                self._begun[source] = (since, count, others)
        return count + others <= self._most

    def forget(self) -> None:
        """Begin anew."""
        with self._lock:
            self._begun.clear()
