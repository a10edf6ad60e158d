"""Proofs by HMAC-SM3 that a row or a transaction is the product's own work: whoever owns the database has not the key.

A stamp reads `id of the key:64 hexadecimal digits`. Keys come from `INTEGRITY_KEYS`; the first stamps, all of them
prove, so that rows can be stamped anew under a new key before the old one is taken out. A certified module takes the
place of `SoftwareKeeper` in production by doing what `Keeper` says.
"""

import json
import secrets
from functools import lru_cache
from typing import Any, Protocol

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as hmac_of
from django.conf import settings

from imbudget.kit.crypto import mac, same

NONCE_BITS = 62  # what a bigint of PostgreSQL holds
ACT = "act"


class Keeper(Protocol):
    """What a certified module has to do."""

    def current(self) -> str:
        """The id of the key that stamps."""

    def code(self, key_id: str, purpose: str, data: bytes) -> bytes | None:
        """The 32 bytes of HMAC-SM3 under this key for this purpose; None where there is no such key."""


class SoftwareKeeper:
    """A key for each purpose, all out of the ring of the environment."""

    def current(self) -> str:
        """As `Keeper.current`."""
        return next(iter(settings.INTEGRITY_KEYS))

    def code(self, key_id: str, purpose: str, data: bytes) -> bytes | None:
        """As `Keeper.code`."""
        master = settings.INTEGRITY_KEYS.get(key_id)
        if master is None:
            return None
        found = _begun(master, purpose).copy()
        found.update(data)
        return found.finalize()


@lru_cache(maxsize=64)
def _begun(master: bytes, purpose: str) -> hmac_of.HMAC:
    return hmac_of.HMAC(mac(master, b"integrity:" + purpose.encode()), hashes.SM3())


def keeper() -> Keeper:
    """Who holds the keys here."""
    return SoftwareKeeper()


def stamp(purpose: str, *values: Any) -> str:
    """The stamp over these values, for one purpose, under the current key."""
    key_id = keeper().current()
    code = keeper().code(key_id, purpose, _bytes(values)) or b""
    return f"{key_id}:{code.hex()}"


def is_genuine(purpose: str, stamped: str, *values: Any) -> bool:
    """Whether the stamp is one over exactly these values; nonsense of any kind is no stamp."""
    key_id, _colon, code = stamped.rpartition(":")
    right = keeper().code(key_id, purpose, _bytes(values))
    return right is not None and same(right.hex().encode(), code.encode())


def is_current(stamped: str) -> bool:
    """Whether the stamp was made with the key that stamps now."""
    return stamped.rpartition(":")[0] == keeper().current()


def act_token() -> str:
    """What a transaction of ours shows to the database: a number that comes once, and its stamp."""
    number = secrets.randbits(NONCE_BITS)
    return f"{number}:{stamp(ACT, number)}"


def number_of_act(token: str | None) -> int | None:
    """The number of a transaction of ours; None for what was written without us."""
    number, _colon, stamped = (token or "").partition(":")
    if not (number.isascii() and number.isdigit()) or not is_genuine(ACT, stamped, int(number)):
        return None
    return int(number)


def _bytes(values: tuple[Any, ...]) -> bytes:
    plain = [value if isinstance(value, bool | int) or value is None else str(value) for value in values]
    return json.dumps(plain, ensure_ascii=False).encode()
