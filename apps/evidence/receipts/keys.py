"""The public keys by which checkpoints are checked: the one that signs now, and those that signed before."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Max, Min

from apps.evidence.models import Checkpoint
from apps.evidence.services.checkpoints import HOLDER
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.signing import ALGORITHM, key_id_of, provider

# A SubjectPublicKeyInfo of RFC 5480 for the curve 1.2.156.10197.1.301 (SM2), up to the 65 bytes of the key.
SPKI: Final = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")
LINE: Final = 64


@dataclass(frozen=True, slots=True)
class Key:
    """A public key, with the times of the first and the last checkpoint that it signed."""

    content: bytes
    algorithm: str
    first: datetime | None = None
    last: datetime | None = None

    @property
    def key_id(self) -> str:
        return key_id_of(self.content)

    @property
    def hexadecimal(self) -> str:
        return self.content.hex()

    @property
    def sm3(self) -> str:
        """The fingerprint that is read out on the telephone: SM3 of the 65 bytes."""
        return sm3_hex(self.content)

    @property
    def sha256(self) -> str:
        """The fingerprint that common tools show: SHA-256 of the DER."""
        return hashlib.sha256(SPKI + self.content).hexdigest()

    @property
    def pem(self) -> str:
        return pem_of(self.content)


def pem_of(key: bytes) -> str:
    """The key as others read it (PEM)."""
    text = base64.b64encode(SPKI + key).decode()
    lines = [text[at : at + LINE] for at in range(0, len(text), LINE)]
    return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])


def signing_key() -> Key | None:
    """The key that signs now; None where none was given."""
    try:
        return Key(provider().public_key(HOLDER), ALGORITHM)
    except ImproperlyConfigured:
        return None


def keys() -> list[Key]:
    """Every key that has signed a checkpoint, and the one that signs now; the newest first."""
    last = Checkpoint.objects.values_list("text", flat=True).first()
    used = list(_used_until(last)) if last else []
    now = signing_key()
    fresh = [now] if now and now.content not in {key.content for key in used} else []
    return [*fresh, *used]


@lru_cache(maxsize=1)
def _used_until(_text: str) -> tuple[Key, ...]:
    """Read once for each new checkpoint: the table is read whole, and the page is for everybody."""
    rows = Checkpoint.objects.order_by().values_list("public_key", "algorithm")
    found = rows.annotate(begins=Min("made_at"), ends=Max("made_at")).order_by("-ends")
    return tuple(Key(bytes(key), algorithm, begins, ends) for key, algorithm, begins, ends in found)


def key_for(key_id: str, number: int | None) -> bytes | None:
    """The key of this name, where it signs now or signed the checkpoint of this number here."""
    return next((key for key in _candidates(number) if key_id_of(key) == key_id), None)


def _candidates(number: int | None) -> Iterator[bytes]:
    now = signing_key()
    if now:
        yield now.content
    if number is not None:
        yield from map(bytes, Checkpoint.objects.filter(number=number).values_list("public_key", flat=True))
