"""Personal data sealed by the million: what `kit.crypto` does to one value, without settings and in any process."""

import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from imbudget.kit.crypto import NONCE, VERSION, mac


class Sealer:
    """`encrypt` and `blind_index` of one column for very many values, with the keys worked out once.

    It holds the keys of this column alone and no setting, so that another process can do the work; what it writes is
    what `crypto` writes.
    """

    def __init__(self, column: str, key_id: str, column_key: bytes, index_key: bytes) -> None:
        self.column, self.key_id, self.column_key, self.index_key = column, key_id, column_key, index_key
        self._begin()

    @classmethod
    def of(cls, column: str, index_column: str = "") -> "Sealer":
        """The sealer of a column under the current keys."""
        key_id, master = next(iter(settings.FIELD_KEYS.items()))
        index_key = mac(settings.INDEX_KEY, (index_column or column).encode())
        return cls(column, key_id, mac(master, b"field:" + column.encode())[:16], index_key)

    def _begin(self) -> None:
        self._head = bytes([VERSION, len(self.key_id)]) + self.key_id.encode()
        self._bound = self.column.encode()
        self._cipher = algorithms.SM4(self.column_key)
        self._mac = HMAC(self.index_key, hashes.SM3())

    def __reduce__(self) -> Any:
        return type(self), (self.column, self.key_id, self.column_key, self.index_key)

    def encrypt(self, text: str) -> bytes:
        """The value as stored; no bytes for no text."""
        if not text:
            return b""
        nonce = os.urandom(NONCE)
        encryptor = Cipher(self._cipher, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(self._bound)
        return self._head + nonce + encryptor.update(text.encode()) + encryptor.finalize() + encryptor.tag

    def index(self, text: str) -> bytes:
        """The blind index of a value in its normal form; no bytes for no text."""
        if not text:
            return b""
        found = self._mac.copy()
        found.update(text.encode())
        return found.finalize()[:16]
