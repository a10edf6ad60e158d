"""Personal data sealed by the million: what `kit.crypto` does to one value, without settings and in any process."""

from functools import partial
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import algorithms
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from imbudget.kit import crypto


class Sealer:
    """`encrypt` and `blind_index` of one column for very many values, with the keys worked out once.

    It holds the keys of this column alone and no setting, so that another process can do the work; what it writes is
    written by `crypto`.
    """

    def __init__(self, column: str, key_id: str, column_key: bytes, index_key: bytes) -> None:
        self.column, self.key_id, self.column_key, self.index_key = column, key_id, column_key, index_key
        self._seal = partial(crypto.seal, crypto.head_of(key_id), algorithms.SM4(column_key), column.encode())
        self._index = partial(crypto.index_under, HMAC(index_key, hashes.SM3()))

    @classmethod
    def of(cls, column: str, index_column: str = "") -> "Sealer":
        """The sealer of a column under the current keys."""
        key_id, master = next(iter(settings.FIELD_KEYS.items()))
        index_key = crypto.index_key(settings.INDEX_KEY, index_column or column)
        return cls(column, key_id, crypto.column_key(master, column), index_key)

    def __reduce__(self) -> Any:
        return type(self), (self.column, self.key_id, self.column_key, self.index_key)

    def encrypt(self, text: str) -> bytes:
        """The value as stored; no bytes for no text."""
        return self._seal(text) if text else b""

    def index(self, text: str) -> bytes:
        """The blind index of a value in its normal form; no bytes for no text."""
        return self._index(text) if text else b""
