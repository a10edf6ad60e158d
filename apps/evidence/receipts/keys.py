"""The public keys by which checkpoints are checked: the one that signs now, and those that signed before."""

import base64
import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Final

from django.conf import settings
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
    """The key that signs now, then those that signed before (EVIDENCE_FORMER_KEYS): never what a row of the database says alone."""
    now = signing_key()
    former = [Key(content, ALGORITHM) for content in settings.EVIDENCE_FORMER_KEYS if not now or content != now.content]
    last = Checkpoint.objects.values_list("text", flat=True).first() or ""
    used = _used_until(last)
    return [replace(key, **used.get(key.content, {})) for key in ([now] if now else []) + former]  # type: ignore[arg-type]


@lru_cache(maxsize=1)
def _used_until(_text: str) -> dict[bytes, dict[str, datetime]]:
    """From when to when each key signed: read once for each new checkpoint, since the whole table is, and the page is for everybody."""
    rows = Checkpoint.objects.order_by().values_list("public_key")
    found = rows.annotate(begins=Min("made_at"), ends=Max("made_at"))
    return {bytes(key): {"first": begins, "last": ends} for key, begins, ends in found}


def key_for(key_id: str) -> bytes | None:
    """The key of this name, where it is one of ours."""
    now = signing_key()
    ours = [now.content] if now else []
    return next((key for key in (*ours, *settings.EVIDENCE_FORMER_KEYS) if key_id_of(key) == key_id), None)
