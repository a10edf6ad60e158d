"""Sign-in names: all ways to type one are one name (GB/T 22239 8.1.4.1 a)."""

import unicodedata
from typing import Any

from django.db import models
from django.db.models import Func


def normal_name(name: str) -> str:
    """The name without what differs only in case, width or blanks around it."""
    return unicodedata.normalize("NFKC", name).strip().lower()


class NormalName(Func):
    """The same in SQL, as the unique index keeps it."""

    template = "lower(normalize(%(expressions)s, NFKC))"
    output_field = models.CharField()


def name_of_attempt(request: Any, credentials: dict[str, Any] | None) -> str:
    """The name under which a failed sign-in is counted: whoever varies its case tries one account, not many."""
    given = credentials or {}
    name = given.get("username") or (request.POST.get("username", "") if request is not None else "")
    return normal_name(str(name))
