"""The data keys as a process knows them: unwrapped once, read anew every few seconds, never over the caller's connection.

The caller may be in the midst of a COPY or of a transaction that sees an older state, so that the rows are read over a
connection of their own. A key is announced ahead of its moment (`services.keys.put_in_use`): whatever each process read
last, all of them change at the same instant.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

import psycopg
from django.conf import settings
from django.db import connection
from django.views.decorators.debug import sensitive_variables

from imbudget.kit import crypto
from imbudget.kit.crypto import DecryptionError, MasterKey
from imbudget.kit.wrapping import provider

STATE = (
    "SELECT number, algorithm, wrapped, in_use_from, clock_timestamp() FROM vault_datakey"
    " WHERE state <> 'destroyed' ORDER BY number"
)
AGAIN = 1.0  # seconds before a number that is not known is looked for once more
KNOWN = 60.0  # seconds for which a key is known without looking whether it has been destroyed


class Row(NamedTuple):
    """A key as the database has it, and when that was."""

    number: int
    algorithm: str
    wrapped: bytes
    in_use_from: datetime | None
    read_at: datetime


def read_apart() -> list[Row]:
    """The rows over a connection of their own."""
    found = connection.get_connection_params()
    wanted = {name: found[name] for name in found if name in {"dbname", "user", "password", "host", "port"}}
    wanted |= {name: value for name, value in found.items() if name.startswith("ssl")}
    with psycopg.connect(**wanted, autocommit=True, connect_timeout=10) as own:
        return [Row(*row) for row in own.execute(STATE).fetchall()]


def context_of(number: int, algorithm: str) -> bytes:
    """What is authenticated with a wrapped key: it unwraps in its own row only."""
    return f"imbudget data key {number} {algorithm}".encode()


class Store:
    """The keys of one process."""

    def __init__(self, read: Callable[[], list[Row]] = read_apart) -> None:
        self.read = read
        self._lock = threading.Lock()
        self.forget()

    def __repr__(self) -> str:
        return "<Store of data keys>"

    def forget(self) -> None:
        """Read everything anew at the next use."""
        self._keys: dict[int, MasterKey] = {}
        self._uses: list[tuple[datetime, int]] = []
        self._read_at = float("-inf")
        self._then: datetime | None = None

    def current(self) -> MasterKey | None:
        """The key that encrypts now; None before the first one is in use."""
        self._fresh(settings.KEY_REFRESH_SECONDS)
        passed = time.monotonic() - self._read_at
        found = None
        for moment, number in self._uses:
            if self._then is not None and (moment - self._then).total_seconds() <= passed:
                found = self._keys[number]
        return found

    def get(self, number: int) -> MasterKey:
        """A key by its number. Raises DecryptionError for one that is not there or no longer."""
        self._fresh(KNOWN if number in self._keys else AGAIN)
        if number not in self._keys:
            raise DecryptionError(f"no data key {number} in the vault")
        return self._keys[number]

    def _fresh(self, seconds: float) -> None:
        if time.monotonic() - self._read_at < seconds:
            return
        with self._lock:
            if time.monotonic() - self._read_at >= seconds:
                self._take(self.read())

    @sensitive_variables()
    def _take(self, rows: list[Row]) -> None:
        known, modul = self._keys, None
        keys = {}
        for row in rows:
            if row.number in known:
                keys[row.number] = known[row.number]
                continue
            modul = modul or provider()
            secret = modul.unwrap(bytes(row.wrapped), context_of(row.number, row.algorithm))
            keys[row.number] = MasterKey(f"vault:{row.number}", secret, row.algorithm, row.number)
        if known.keys() - keys.keys():
            crypto.forget_keys()
        self._uses = sorted((row.in_use_from, row.number) for row in rows if row.in_use_from is not None)
        self._then = rows[0].read_at if rows else None
        self._keys = keys
        self._read_at = time.monotonic()


store = Store()
