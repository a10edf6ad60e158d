"""Signatures by SM2 with SM3 (GB/T 32918.2): who holds the public key alone can tell what was signed and by whom.

What is signed is the SM3 digest of a content, as 32 bytes. `SoftwareProvider` derives a key for each holder (an office with
its stamp) from one master key; it is for demonstration, tests and small installations. A certified module (UKey, signing
server) takes its place in production by doing what `Provider` says.
"""

from functools import cached_property, lru_cache
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from gmalg import SM2
from gmalg.errors import GMError

from imbudget.kit.crypto import mac, sm3_hex

ALGORITHM = "SM2-SM3"
# The identity that GB/T 35276 sets where two parties have not agreed on another.
IDENTITY = b"1234567812345678"
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SIZE = 32
UNCOMPRESSED = 4  # the first byte of a public key of 65


class Provider(Protocol):
    """What a certified module has to do."""

    def sign(self, holder: str, digest: bytes) -> bytes:
        """The signature of this holder over a digest (32 bytes SM3), DER encoded: a SEQUENCE of r and s."""

    def public_key(self, holder: str) -> bytes:
        """The 65 bytes (04 x y) by which others verify what the holder signs."""


class SoftwareProvider:
    """A key for each holder, all out of one master key of 32 bytes."""

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._keys: dict[str, _Pair] = {}

    def sign(self, holder: str, digest: bytes) -> bytes:
        """As `Provider.sign`."""
        pair = self._pair(holder)
        r, s = SM2(pair.secret, IDENTITY, pair.public).sign(digest)
        return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))

    def public_key(self, holder: str) -> bytes:
        """As `Provider.public_key`."""
        return self._pair(holder).public

    def _pair(self, holder: str) -> "_Pair":
        if holder not in self._keys:
            number = int.from_bytes(mac(self._master, b"sm2:" + holder.encode())) % (ORDER - 2) + 1
            self._keys[holder] = _Pair(number.to_bytes(SIZE))
        return self._keys[holder]


class _Pair:
    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    @cached_property
    def public(self) -> bytes:
        return SM2().generate_pk(self.secret)


def provider() -> Provider:
    """Who signs here; raises ImproperlyConfigured where no key was given."""
    if settings.SIGNING_KEY is None:
        raise ImproperlyConfigured("Set the environment variable SIGNING_KEY (see docs/operations.md).")
    return SoftwareProvider(settings.SIGNING_KEY)


def key_id_of(public_key: bytes) -> str:
    """What a public key is called: the first 16 hexadecimal digits of its SM3."""
    return sm3_hex(public_key)[:16]


def verify(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether the holder of this key signed the digest; nonsense of any kind is no signature."""
    try:
        r, s = decode_dss_signature(signature)
        return is_public_key(public_key) and SM2(uid=IDENTITY, pk=public_key).verify(
            digest, r.to_bytes(SIZE), s.to_bytes(SIZE)
        )
    except (ValueError, OverflowError, GMError):
        return False


@lru_cache(maxsize=1024)
def is_public_key(public_key: bytes) -> bool:
    """Whether it is a point of the curve: what is none would be a key that others can compute with."""
    if len(public_key) != 2 * SIZE + 1 or public_key[0] != UNCOMPRESSED:
        return False
    return SM2().verify_pk(public_key)
