"""Verification of the record: everything is computed anew and compared, and what does not fit is named."""

from apps.evidence.selectors.verifying.chain import is_sound
from apps.evidence.selectors.verifying.result import Verification
from apps.evidence.selectors.verifying.run import verify

__all__ = ["Verification", "is_sound", "verify"]
