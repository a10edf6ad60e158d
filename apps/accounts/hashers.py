"""Hashes of passwords with an algorithm of the state (密评: 口令摘要)."""

import hashlib
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher


def _sm3(data: bytes = b"") -> Any:
    return hashlib.new("sm3", data)


class PBKDF2SM3PasswordHasher(PBKDF2PasswordHasher):
    """PBKDF2 with HMAC-SM3 in place of HMAC-SHA-256; needs Python's own SM3 (OpenSSL 1.1.1 or newer)."""

    algorithm = "pbkdf2_sm3"
    digest = staticmethod(_sm3)
