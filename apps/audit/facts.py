"""What rows of the two logs carry besides, in words: plain facts, and what was changed from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LABELS = {
    "digest": _("digest (SM3)"),
    "file": _("file"),
    "first": pgettext_lazy("number", "first"),
    "last": pgettext_lazy("number", "last"),
    "last_day": _("last day"),
    "method": _("kind of request"),
    "minute": _("minute"),
    "month": _("month"),
    "node": _("place of the post"),
    "page": _("page"),
    "path": _("address of the page"),
    "query": _("filters"),
    "reason": _("reason"),
    "role": _("role"),
    "rows": _("rows"),
    "source": _("source"),
    "status": _("status of the answer"),
    "times": _("times"),
    "user": _("user"),
    "username": _("user name"),
    "what": _("subject"),
    "why": _("cause"),
    "year": _("fiscal year"),
}
PAIR = 2


@dataclass(slots=True)
class Told:
    """The facts of a row: (label, value), and its changes: (field, before, after)."""

    facts: list[tuple[Any, Any]] = field(default_factory=list)
    changes: list[tuple[Any, str, str]] = field(default_factory=list)


def told(facts: Mapping[str, Any]) -> Told:
    """The facts with their labels; what is a pair of texts is a change of a field."""
    found = Told()
    for name, value in facts.items():
        label = LABELS.get(name, name)
        if is_change(value):
            found.changes.append((label, *value))
        elif isinstance(value, dict) and value and all(is_change(inner) for inner in value.values()):
            found.changes += [(LABELS.get(inner, inner), *pair) for inner, pair in value.items()]
        else:
            found.facts.append((label, value))
    return found


def is_change(value: Any) -> bool:
    """Whether a value is what `kit.changes.differences` makes of a field: before and after as texts."""
    return isinstance(value, list) and len(value) == PAIR and all(isinstance(text, str) for text in value)
