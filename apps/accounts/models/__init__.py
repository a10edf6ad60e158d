"""People, their posts, what they prove themselves with, and what waits for a second person."""

from apps.accounts.models.factors import Attempts, Factor, FactorKind, FactorLoss, RecoveryCode
from apps.accounts.models.people import OldPassword, Post, PostQuerySet, RetiredName, User
from apps.accounts.models.proposals import Decision, PostProposal

__all__ = [
    "Attempts",
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
    "User",
]
