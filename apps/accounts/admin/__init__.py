"""The administration of people: each of the three administrators has one part."""

from apps.accounts.admin.logs import AccessAttemptAdmin, AccessLogAdmin
from apps.accounts.admin.people import PostAdmin, UserAdmin
from apps.accounts.admin.seconds import FactorAdmin, FactorLossAdmin, PostProposalAdmin

__all__ = [
    "AccessAttemptAdmin",
    "AccessLogAdmin",
    "FactorAdmin",
    "FactorLossAdmin",
    "PostAdmin",
    "PostProposalAdmin",
    "UserAdmin",
]
