"""SM3 digests, SM4-GCM field encryption and blind indexes (GB/T 32905, GB/T 32907).

A value at rest: version (1 byte) | length of key id | key id | nonce (12) | ciphertext and tag. The column's
name is authenticated with it, so a value moved to another column does not decrypt. A certified module takes
this module's place in production by implementing the same three functions.
"""

import hashlib
import hmac
import os
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as hmac_of
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings

VERSION = 1
NONCE = 12
TAG = 16


class DecryptionError(Exception):
    """The stored value was changed, belongs to another column, or its key is not in the ring."""


def sm3(data: bytes) -> bytes:
    """The 32-byte SM3 digest."""
    try:
        return hashlib.new("sm3", data).digest()
    except ValueError:  # a Python built without it
        digest = hashes.Hash(hashes.SM3())
        digest.update(data)
        return digest.finalize()


def sm3_of_file(path: Path) -> str:
    """The SM3 digest of a file as 64 hexadecimal digits, read piece by piece."""
    with path.open("rb") as file:
        return sm3_of_stream(file)


def sm3_of_stream(file: BinaryIO) -> str:
    """The SM3 digest of what is left to read of an opened file."""
    digest = hashes.Hash(hashes.SM3())
    while piece := file.read(1 << 20):
        digest.update(piece)
    return digest.finalize().hex()


def sm3_hex(data: bytes) -> str:
    """The SM3 digest as 64 hexadecimal digits."""
    return sm3(data).hex()


def mac(key: bytes, data: bytes) -> bytes:
    """HMAC-SM3 (RFC 2104 with 64-byte blocks)."""
    block = key.ljust(64, b"\0") if len(key) <= 64 else sm3(key).ljust(64, b"\0")
    inner = sm3(bytes(byte ^ 0x36 for byte in block) + data)
    return sm3(bytes(byte ^ 0x5C for byte in block) + inner)


def column_key(master: bytes, column: str) -> bytes:
    """The key under which a column's values are encrypted."""
    return mac(master, b"field:" + column.encode())[:16]


@lru_cache(maxsize=256)
def _column_cipher(master: bytes, column: str) -> algorithms.SM4:
    return algorithms.SM4(column_key(master, column))


def head_of(key_id: str) -> bytes:
    """What stands before the nonce of every value under a key."""
    return bytes([VERSION, len(key_id)]) + key_id.encode()


def seal(head: bytes, cipher: algorithms.SM4, bound: bytes, text: str) -> bytes:
    """A value as stored: the only place that writes the layout, for one value as for a million (`kit.sealing`)."""
    nonce = os.urandom(NONCE)
    encryptor = Cipher(cipher, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound)
    return head + nonce + encryptor.update(text.encode()) + encryptor.finalize() + encryptor.tag


def encrypt(text: str, column: str) -> bytes:
    """The value as stored, under the current key."""
    key_id, master = next(iter(settings.FIELD_KEYS.items()))
    return seal(head_of(key_id), _column_cipher(master, column), column.encode(), text)


def decrypt(stored: bytes, column: str) -> str:
    """The clear value. Raises DecryptionError."""
    key_id, rest = _split(stored)
    master = settings.FIELD_KEYS.get(key_id)
    if master is None:
        raise DecryptionError(f"no key {key_id!r} in the ring")
    nonce, body, tag = rest[:NONCE], rest[NONCE:-TAG], rest[-TAG:]
    decryptor = Cipher(_column_cipher(master, column), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(column.encode())
    try:
        return (decryptor.update(body) + decryptor.finalize()).decode()
    except InvalidTag as error:
        raise DecryptionError("the value was changed or belongs elsewhere") from error


def key_of(stored: bytes) -> str:
    """The id of the key that a stored value needs."""
    return _split(stored)[0]


def _split(stored: bytes) -> tuple[str, bytes]:
    if len(stored) < 2 or stored[0] != VERSION:
        raise DecryptionError("not an encrypted value")
    end = 2 + stored[1]
    if len(stored) < end + NONCE + TAG:
        raise DecryptionError("not an encrypted value")
    return stored[2:end].decode("ascii", "replace"), stored[end:]


def index_key(master: bytes, column: str) -> bytes:
    """The key of a column's blind indexes."""
    return mac(master, column.encode())


@lru_cache(maxsize=256)
def _index_mac(master: bytes, column: str) -> hmac_of.HMAC:
    return hmac_of.HMAC(index_key(master, column), hashes.SM3())


def index_under(empty: hmac_of.HMAC, text: str) -> bytes:
    """The index under a column's HMAC-SM3 with nothing in it yet: a copy of that costs less than the key."""
    found = empty.copy()
    found.update(text.encode())
    return found.finalize()[:16]


def blind_index(text: str, column: str) -> bytes:
    """16 bytes that equal values share and that tell nothing without the index key."""
    return index_under(_index_mac(settings.INDEX_KEY, column), text)


def same(one: bytes, other: bytes) -> bool:
    """Comparison in constant time."""
    return hmac.compare_digest(one, other)
