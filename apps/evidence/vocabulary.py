"""The names of events: each app registers its own, and nothing else can be recorded."""

from collections.abc import Mapping
from typing import Any

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
