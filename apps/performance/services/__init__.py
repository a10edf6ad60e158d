"""Acts of performance."""

from apps.performance.services.adoption import adopt_indicators, share_points
from apps.performance.services.comments import comment_goal, settle_comment, withdraw_comment
from apps.performance.services.goalrules import put_goal_rule, save_goal_rule
from apps.performance.services.library import (
    adapt_indicator,
    add_indicator,
    end_indicator,
    put_indicator,
    put_set,
    renew_indicator,
)
from apps.performance.services.schemes import put_scheme
from apps.performance.services.years import open_years

__all__ = [
    "adapt_indicator",
    "add_indicator",
    "adopt_indicators",
    "comment_goal",
    "end_indicator",
    "open_years",
    "put_goal_rule",
    "put_indicator",
    "put_scheme",
    "put_set",
    "renew_indicator",
    "save_goal_rule",
    "settle_comment",
    "share_points",
    "withdraw_comment",
]
