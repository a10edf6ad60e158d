"""Signatures by SM2 with SM3 (GB/T 32918.2): who holds the public key alone can tell what was signed and by whom.

What is signed is the SM3 digest of a content, as 32 bytes. `provider()` makes signatures. The software provider derives a key for each holder (an office with its stamp) from one master key
of the environment; it is for demonstration, tests and small installations. In production a certified module (UKey, signing
server) takes its place by the setting `SIGNING_PROVIDER`: a dotted path to a callable that returns a `Provider`.
"""

from functools import lru_cache
from typing import Protocol

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from django.conf import settings
from django.utils.module_loading import import_string
from gmalg import SM2
from gmalg.errors import GMError

from imbudget.kit.crypto import mac

# The identity that GB/T 35276 sets where two parties have not agreed on another.
IDENTITY = b"1234567812345678"
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
SIZE = 32


class Provider(Protocol):
    """What a certified module has to do."""

    def sign(self, holder: str, digest: bytes) -> bytes:
        """The signature of this holder over a digest (32 bytes SM3), DER encoded: a SEQUENCE of r and s."""

    def public_key(self, holder: str) -> bytes:
        """The 65 bytes (04 x y) by which others verify what the holder signs."""


class SoftwareProvider:
    """Keys from `SIGNING_KEY`, one for each holder."""

    def sign(self, holder: str, digest: bytes) -> bytes:
        """As `Provider.sign`."""
        r, s = SM2(_secret(holder), IDENTITY, self.public_key(holder)).sign(digest)
        return encode_dss_signature(int.from_bytes(r), int.from_bytes(s))

    def public_key(self, holder: str) -> bytes:
        """As `Provider.public_key`."""
        return _public(_secret(holder))


def provider() -> Provider:
    """The one that signs here."""
    return _made(settings.SIGNING_PROVIDER)


def verify(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """Whether the holder of this key signed the digest; nonsense of any kind is no signature."""
    try:
        r, s = decode_dss_signature(signature)
        return SM2(uid=IDENTITY, pk=public_key).verify(digest, r.to_bytes(SIZE), s.to_bytes(SIZE))
    except (ValueError, OverflowError, GMError):
        return False


@lru_cache(maxsize=4)
def _made(path: str) -> Provider:
    return import_string(path)()


@lru_cache(maxsize=1024)
def _secret(holder: str) -> bytes:
    number = int.from_bytes(mac(settings.SIGNING_KEY, b"sm2:" + holder.encode())) % (ORDER - 2) + 1
    return number.to_bytes(SIZE)


@lru_cache(maxsize=1024)
def _public(secret: bytes) -> bytes:
    return SM2().generate_pk(secret)
