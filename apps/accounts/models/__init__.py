"""People, their posts, what they prove themselves with, and what waits for a second person."""

from apps.accounts.models.counts import Count
from apps.accounts.models.factors import Attempts, Factor, FactorKind, FactorLoss, RecoveryCode
from apps.accounts.models.people import OldPassword, Post, PostQuerySet, RetiredName, User
from apps.accounts.models.proposals import Decision, PostProposal
from apps.accounts.models.rules import Clearance, SignatureRule

__all__ = [
    "Attempts",
    "Clearance",
    "Count",
    "Decision",
    "Factor",
    "FactorKind",
    "FactorLoss",
    "OldPassword",
    "Post",
    "PostProposal",
    "PostQuerySet",
    "RecoveryCode",
    "RetiredName",
    "SignatureRule",
    "User",
]
