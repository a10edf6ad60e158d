"""The names of events: each app registers its own, and nothing else can be recorded. And of the facts that they carry."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy

# Facts that operations carry, in words; one that is not here shows its name.
FACTS = {
    "amount": gettext_lazy("amount"),
    "code": gettext_lazy("code"),
    "digest": gettext_lazy("digest (SM3)"),
    "file": gettext_lazy("file"),
    "kind": gettext_lazy("kind of file"),
    "language": gettext_lazy("language"),
    "last_day": gettext_lazy("last day"),
    "lines": gettext_lazy("lines"),
    "missing": gettext_lazy("missing"),
    "missing_reason": gettext_lazy("reason why units are missing"),
    "node": gettext_lazy("place of the post"),
    "number": gettext_lazy("number"),
    "query": gettext_lazy("filters"),
    "reason": gettext_lazy("reason"),
    "role": gettext_lazy("role"),
    "round": gettext_lazy("round"),
    "rows": gettext_lazy("rows"),
    "snapshot": gettext_lazy("number"),
    "text": gettext_lazy("comment"),
    "title": gettext_lazy("title"),
    "total": gettext_lazy("total"),
    "units": gettext_lazy("units"),
    "user": gettext_lazy("user"),
    "username": gettext_lazy("user name"),
    "version": gettext_lazy("version"),
    "voucher": gettext_lazy("voucher number"),
    "what": gettext_lazy("subject"),
    "year": gettext_lazy("fiscal year"),
}
_LABELS: dict[str, Any] = {}


def register_events(app: str, labels: Mapping[str, Any]) -> None:
    """Make an app's events known; called from its AppConfig.ready()."""
    for name, label in labels.items():
        if not name.startswith(f"{app}."):
            raise ValueError(f"{name} does not belong to {app}")
        if _LABELS.setdefault(name, label) is not label:
            raise ValueError(f"{name} is registered twice")


def is_known(event: str) -> bool:
    """Whether an app has registered the event."""
    return event in _LABELS


def label_of(event: str) -> str:
    """The event in the reader's language; an event of a removed app shows its name."""
    return str(_LABELS.get(event, event))


def all_events() -> list[tuple[str, Any]]:
    """Every event with its label, for a filter."""
    return sorted(_LABELS.items())


def facts_in_words(facts: Mapping[str, Any]) -> list[tuple[Any, Any]]:
    """The facts of an entry, each with what it is called in the reader's language."""
    return [(FACTS.get(name, name), value) for name, value in facts.items()]
