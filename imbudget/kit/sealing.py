"""Personal data sealed by the million: what `kit.crypto` does to one value, without settings and in any process."""

from functools import partial
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.hmac import HMAC
from django.conf import settings

from imbudget.kit import crypto


class Sealer:
    """`encrypt` and `blind_index` of one column for very many values, with the keys worked out once.

    It holds the keys of this column alone and no setting, so that another process can do the work; what it writes is
    written by `crypto`.
    """

    def __init__(self, head: bytes, bound: bytes, algorithm: str, column_key: bytes, index_key: bytes) -> None:
        self.given = (head, bound, algorithm, column_key, index_key)
        self._seal = partial(crypto.seal, head, crypto.cipher_of(algorithm, column_key), bound)
        self._index = partial(crypto.index_under, HMAC(index_key, hashes.SM3()))

    @classmethod
    def of(cls, column: str, index_column: str = "") -> "Sealer":
        """The sealer of a column under the current keys."""
        key = crypto.writing_key()
        index_key = crypto.index_key(settings.INDEX_KEY, index_column or column)
        column_key = crypto.column_key(key.secret, column, key.algorithm)
        return cls(key.head, key.bound(column), key.algorithm, column_key, index_key)

    def __reduce__(self) -> Any:
        return type(self), self.given

    def encrypt(self, text: str) -> bytes:
        """The value as stored; no bytes for no text."""
        return self._seal(text) if text else b""

    def index(self, text: str) -> bytes:
        """The blind index of a value in its normal form; no bytes for no text."""
        return self._index(text) if text else b""
