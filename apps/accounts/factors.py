"""One-time codes after RFC 6238 (SHA-1, six digits, 30 seconds: what every authenticator app computes), and recovery codes."""

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP = 30  # seconds
DIGITS = 6
TOLERANCE = 1  # steps before and after: clocks of telephones are seldom exact
RECOVERY_CODES = 8
RECOVERY_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_LENGTH = 12  # 31^12: about 59 bits, so that no slow hash is needed


def new_secret() -> str:
    """160 random bits in base32, as RFC 4226 asks."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one step of 30 seconds since 1970."""
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, now: float, after: int) -> int | None:
    """The step whose code this is, later than `after` (a code is good once); None where it is none of now's."""
    present = int(now) // STEP
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()) and step > after:
            return step
    return None


def address_of(secret: str, username: str, issuer: str) -> str:
    """What the QR code says to an authenticator app (otpauth)."""
    values = urlencode({"secret": secret, "issuer": issuer, "digits": DIGITS, "period": STEP}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{values}"


def spelled(secret: str) -> str:
    """The key in groups of four, for typing it."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def new_recovery_code() -> str:
    """Twelve signs in three groups."""
    signs = "".join(secrets.choice(RECOVERY_SIGNS) for _place in range(RECOVERY_LENGTH))
    return "-".join(signs[start : start + 4] for start in range(0, RECOVERY_LENGTH, 4))


def typed(code: str) -> str:
    """A code as it is compared: blanks, hyphens and case are nothing of it."""
    return "".join(sign for sign in code.lower() if sign.isalnum())
