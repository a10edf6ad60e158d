"""The list of accounts that somebody should look at."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Post
from apps.accounts.selectors import addresses_of_day
from imbudget.kit.tables import Column, Table


def posts_of_many(keys: Sequence[Any]) -> Mapping[Any, str]:
    """The posts that each holds, in a line."""
    found: dict[Any, list[str]] = {}
    for post in Post.objects.not_ended().with_nodes().filter(user__in=keys).order_by("pk"):
        found.setdefault(post.user_id, []).append(str(post))
    return {key: "; ".join(posts) for key, posts in found.items()}


def places_of_many(keys: Sequence[Any]) -> Mapping[Any, int]:
    """From how many addresses each has signed in within a day, where it was many."""
    return addresses_of_day(timezone.now())


class AccountTable(Table):
    columns = (
        Column("username", _("sign-in name"), kind="code", sort="username"),
        Column("name", _("name of the person"), sort="name"),
        Column("last_login", _("last sign-in"), kind="date"),
        Column("date_joined", _("opened on"), kind="date", sort="date_joined"),
        Column("held", _("posts"), many=posts_of_many),
        Column("places", _("addresses within a day"), kind="count", many=places_of_many),
    )
    default_sort = "username"
