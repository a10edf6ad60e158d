"""Proof of work: the browser computes for a second or two before a form of the public is taken; no third party is asked."""

import base64
import json
from datetime import timedelta
from typing import Any, Final

import altcha
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation

ALGORITHM: Final = "SHA-256"
LIFETIME = timedelta(hours=2)  # time enough to write


def _key() -> str:
    return salted_hmac("review.proofs", "objection", secret=settings.SECRET_KEY, algorithm="sha256").hexdigest()


def new_challenge() -> dict[str, Any]:
    """What the page hands the browser: find the number whose hash with the salt is the challenge."""
    options = altcha.ChallengeOptionsV1(
        algorithm=ALGORITHM,
        max_number=settings.PROOF_OF_WORK,
        hmac_key=_key(),
        expires=timezone.now() + LIFETIME,
    )
    made = altcha.create_challenge_v1(options)
    return {
        "algorithm": made.algorithm,
        "challenge": made.challenge,
        "maxnumber": made.max_number,
        "salt": made.salt,
        "signature": made.signature,
    }


def checked(payload: str) -> str:
    """The challenge that was really solved, for its one use. Raises RuleViolation for any other."""
    fine = False
    if payload and len(payload) < 2000:
        fine, _reason = altcha.verify_solution_v1(payload, _key(), check_expires=True)
    if not fine:
        raise RuleViolation(
            _("Your browser has not finished its check, or the page stood open too long. Send it again.")
        )
    return str(json.loads(base64.b64decode(payload))["challenge"])
