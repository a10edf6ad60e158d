"""Messages that wait to be fetched. Each is given again until it is acknowledged."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

AGAIN = 2.0  # seconds until a message that nobody acknowledged is given again


@dataclass
class Waiting:
    """One message of the outbox."""

    number: int
    raw: bytes
    kind: str
    due: float


@dataclass
class Outbox:
    """In the order in which they go out; who is not due yet is passed over."""

    clock: Callable[[], float] = time.monotonic
    waiting: list[Waiting] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: int = 0

    def number(self) -> int:
        """The next number of a message."""
        with self.lock:
            self.last += 1
            return self.last

    def put(self, number: int, raw: bytes, kind: str, seconds: float, position: int) -> None:
        """Let a message wait, at this place of the queue."""
        with self.lock:
            self.waiting.insert(position, Waiting(number, raw, kind, self.clock() + seconds))

    def next(self) -> Waiting | None:
        """The first that is due. It is due again a little later, unless acknowledged."""
        now = self.clock()
        with self.lock:
            for message in self.waiting:
                if message.due <= now:
                    message.due = now + AGAIN
                    return message
        return None

    def forget(self, number: int) -> bool:
        """Acknowledged: it is not given again. A message that goes out twice waits twice."""
        with self.lock:
            for place, message in enumerate(self.waiting):
                if message.number == number:
                    del self.waiting[place]
                    return True
        return False
