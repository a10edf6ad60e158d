"""Whom the budget tells of something, and how it names units, regions and rounds to them."""

from collections import defaultdict
from typing import Any

from django.db.models import Q

from apps.accounts.models import Post
from apps.budget.models import BudgetRound
from apps.notices.kinds import Named, Word, word

OF_UNITS = ("unit_clerk", "unit_head")
OF_REGIONS = ("banner_officer", "league_officer", "region_officer")


def people_at(where: Q, key: str, roles: tuple[str, ...]) -> dict[int, list[int]]:
    """Node → the people whose posts there are in force."""
    found: dict[int, list[int]] = defaultdict(list)
    posts = Post.objects.filter(where, role__in=roles).on().order_by("pk")
    for node, user in posts.values_list(key, "user_id"):
        found[node].append(user)
    return found


def round_named(round_: str) -> Word:
    """A round in each reader's language."""
    return word(BudgetRound(round_).label)


def named(node: Any) -> Named:
    """A unit or region in each reader's language."""
    return Named(node.name_zh_hans, node.name_mvf or "")
