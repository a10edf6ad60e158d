"""Rights that posts stand for, accounts to look at, and the rules of the security administrator."""

from apps.accounts.selectors.rights import (
    SHARED_ADDRESSES,
    addresses_of_day,
    administrators,
    find_by_name,
    forged_rows,
    held_rights,
    unused_since,
    wanted_rights,
    without_post,
)
from apps.accounts.selectors.rules import clearances, is_asked_before, is_cleared, rules_of_signatures, signatures

__all__ = [
    "SHARED_ADDRESSES",
    "addresses_of_day",
    "administrators",
    "clearances",
    "find_by_name",
    "forged_rows",
    "held_rights",
    "is_asked_before",
    "is_cleared",
    "rules_of_signatures",
    "signatures",
    "unused_since",
    "wanted_rights",
    "without_post",
]
