"""The sandbox's own stamp, and the stamps that it trusts: SM2 over the SM3 digest of the body."""

import json
import secrets
from collections.abc import Callable
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from gmalg import SM2
from gmalg.errors import GMError

IDENTITY = b"1234567812345678"


class SandboxStamp:
    """A key pair of its own."""

    def __init__(self, secret: str = "") -> None:
        self._secret = bytes.fromhex(secret) if secret else (secrets.randbits(255) | 1).to_bytes(32)
        self._public = SM2().generate_pk(self._secret)
        self.public_key = self._public.hex()

    def sign(self, body: bytes) -> bytes:
        """DER of r and s."""
        r, s = SM2(self._secret, IDENTITY, self._public).sign(_digest(body))
        return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))


def trusted(path: Path | None) -> Callable[[str, bytes, bytes], bool] | None:
    """Whether a stamp of this name is over this body, by the keys of a file; nothing is verified without one."""
    if path is None:
        return None
    keys = {name: bytes.fromhex(key) for name, key in json.loads(path.read_text(encoding="utf-8")).items()}

    def verify(name: str, body: bytes, value: bytes) -> bool:
        if name not in keys:
            return False
        try:
            r, s = decode_dss_signature(value)
            return SM2(uid=IDENTITY, pk=keys[name]).verify(_digest(body), r.to_bytes(32), s.to_bytes(32))
        except (ValueError, OverflowError, GMError):
            return False

    return verify


def _digest(body: bytes) -> bytes:
    digest = hashes.Hash(hashes.SM3())
    digest.update(body)
    return digest.finalize()
