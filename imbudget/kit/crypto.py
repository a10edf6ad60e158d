"""SM3 digests, field encryption by SM4-GCM or AES-256-GCM, and blind indexes (GB/T 32905, GB/T 32907).

A value at rest, under a data key of the vault (`registry.data_keys`):

    2 | algorithm (1 SM4-GCM, 2 AES-256-GCM) | number of the data key (4 bytes) | nonce (12) | ciphertext and tag

and directly under a key of FIELD_KEYS, as installations without envelope keys write it (always SM4-GCM):

    1 | length of key id | key id | nonce (12) | ciphertext and tag

Both can be read for as long as their key is there. The column's name is authenticated with the value, so one moved to another
column does not decrypt; so is the head of the second kind. Each column has a key of its own, derived from the data key.
"""

import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import hmac as hmac_of
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.views.decorators.debug import sensitive_variables

from imbudget.kit import registry

DIRECT, ENVELOPE = 1, 2  # the first byte
NONCE = 12
TAG = 16
SM4, AES = "sm4", "aes256"
CIPHERS: dict[str, int] = {SM4: 1, AES: 2}  # the second byte
NUMBER = 4  # bytes of the number of a data key

BlockCipher = algorithms.SM4 | algorithms.AES


@dataclass(frozen=True, slots=True, repr=False)
class MasterKey:
    """What keys of columns are derived from; its secret stands in no text made of it.

    `label` names it to people: the id in FIELD_KEYS, or `vault:3` for the third data key.
    """

    label: str
    secret: bytes
    algorithm: str = SM4
    number: int = 0

    def __repr__(self) -> str:
        return f"<MasterKey {self.label}>"

    @property
    def head(self) -> bytes:
        """What stands before the nonce of every value under it."""
        return envelope_head(self.algorithm, self.number) if self.number else head_of(self.label)

    def bound(self, column: str) -> bytes:
        """What is authenticated with a value of the column."""
        return self.head + column.encode() if self.number else column.encode()


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


def column_key(master: bytes, column: str, algorithm: str = SM4) -> bytes:
    """The key under which a column's values are encrypted: 16 bytes for SM4, 32 for AES-256."""
    if algorithm == AES:
        return mac(master, b"aes256:" + column.encode())
    return mac(master, b"field:" + column.encode())[:16]


def cipher_of(algorithm: str, key: bytes) -> BlockCipher:
    """The block cipher of an algorithm with the key of a column."""
    return algorithms.AES(key) if algorithm == AES else algorithms.SM4(key)


@lru_cache(maxsize=512)
def _column_cipher(master: bytes, column: str, algorithm: str) -> BlockCipher:
    return cipher_of(algorithm, column_key(master, column, algorithm))


def forget_keys() -> None:
    """Drop the derived keys that this process remembers: a data key was destroyed."""
    _column_cipher.cache_clear()


def head_of(key_id: str) -> bytes:
    """What stands before the nonce of every value directly under a key of FIELD_KEYS."""
    return bytes([DIRECT, len(key_id)]) + key_id.encode()


def envelope_head(algorithm: str, number: int) -> bytes:
    """What stands before the nonce of every value under a data key."""
    return bytes([ENVELOPE, CIPHERS[algorithm]]) + number.to_bytes(NUMBER)


def has_envelopes() -> bool:
    """Whether data keys are kept here: there is something that wraps them."""
    return bool(settings.WRAPPING_KEYS or settings.KEY_PROVIDER)


def writing_key() -> MasterKey:
    """The key that encrypts now: the data key in use, else the first of FIELD_KEYS. Raises DecryptionError where none is."""
    found = registry.data_keys.get().current() if has_envelopes() else None
    if found is not None:
        return found
    for key_id, secret in settings.FIELD_KEYS.items():
        return MasterKey(key_id, secret)
    raise DecryptionError("there is no key to encrypt with: make a data key (manage.py make_data_key)")


def current_key_id() -> str:
    """What the key that encrypts now is called."""
    return writing_key().label


def seal(head: bytes, cipher: BlockCipher, bound: bytes, text: str) -> bytes:
    """A value as stored: the only place that writes the layout, for one value as for a million (`kit.sealing`)."""
    return seal_bytes(head, cipher, bound, text.encode())


def seal_bytes(head: bytes, cipher: BlockCipher, bound: bytes, clear: bytes) -> bytes:
    """As `seal`, of bytes."""
    nonce = os.urandom(NONCE)
    encryptor = Cipher(cipher, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(bound)
    return head + nonce + encryptor.update(clear) + encryptor.finalize() + encryptor.tag


def encrypt(text: str, column: str) -> bytes:
    """The value as stored, under the current key."""
    return encrypt_bytes(text.encode(), column)


@sensitive_variables("key", "clear")
def encrypt_bytes(clear: bytes, column: str) -> bytes:
    """As `encrypt`, of bytes."""
    key = writing_key()
    return seal_bytes(key.head, _column_cipher(key.secret, column, key.algorithm), key.bound(column), clear)


def decrypt(stored: bytes, column: str) -> str:
    """The clear value. Raises DecryptionError."""
    return decrypt_bytes(stored, column).decode()


@sensitive_variables("key")
def decrypt_bytes(stored: bytes, column: str) -> bytes:
    """As `decrypt`, of bytes."""
    key, rest = _split(stored)
    nonce, body, tag = rest[:NONCE], rest[NONCE:-TAG], rest[-TAG:]
    decryptor = Cipher(_column_cipher(key.secret, column, key.algorithm), modes.GCM(nonce, tag)).decryptor()
    decryptor.authenticate_additional_data(key.bound(column))
    try:
        return decryptor.update(body) + decryptor.finalize()
    except InvalidTag as error:
        raise DecryptionError("the value was changed or belongs elsewhere") from error


def is_sealed(stored: bytes) -> bool:
    """Whether bytes have the form of an encrypted value."""
    try:
        _key_and_end(stored)
    except DecryptionError:
        return False
    return True


def opened(stored: bytes, column: str) -> bytes:
    """The clear bytes of a value that may have been written before its column was encrypted. Raises DecryptionError."""
    return decrypt_bytes(stored, column) if is_sealed(stored) else stored


def key_of(stored: bytes) -> str:
    """What the key that a stored value needs is called. Raises DecryptionError for what is no encrypted value."""
    return _key_and_end(stored)[0]


def _key_and_end(stored: bytes) -> tuple[str, int]:
    """Label of the key, and where the head ends."""
    if len(stored) < 2:
        raise DecryptionError("not an encrypted value")
    if stored[0] == ENVELOPE and stored[1] in CIPHERS.values():
        end = 2 + NUMBER
        label = f"vault:{int.from_bytes(stored[2:end])}"
    elif stored[0] == DIRECT:
        end = 2 + stored[1]
        label = stored[2:end].decode("ascii", "replace")
    else:
        raise DecryptionError("not an encrypted value")
    if len(stored) < end + NONCE + TAG:
        raise DecryptionError("not an encrypted value")
    return label, end


def _split(stored: bytes) -> tuple[MasterKey, bytes]:
    """The key of a value, with the algorithm that its head names, and what stands behind the head."""
    label, end = _key_and_end(stored)
    if stored[0] == DIRECT:
        if label not in settings.FIELD_KEYS:
            raise DecryptionError(f"no key {label!r} in the ring")
        return MasterKey(label, settings.FIELD_KEYS[label]), stored[end:]
    key = registry.data_keys.get().get(int.from_bytes(stored[2:end]))
    if CIPHERS[key.algorithm] != stored[1]:
        raise DecryptionError("the value was changed or belongs elsewhere")
    return key, stored[end:]


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
