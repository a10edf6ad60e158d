"""The kinds of what is written down: each app registers its own in `AppConfig.ready()`, and nothing else can be written."""

from collections.abc import Mapping
from typing import Any

from apps.evidence import vocabulary as evidence

_LABELS: dict[str, Any] = {}


def register_kinds(app: str, labels: Mapping[str, Any]) -> None:
    """Make an app's kinds known: `app.kind` → label."""
    for name, label in labels.items():
        if not name.startswith(f"{app}."):
            raise ValueError(f"{name} does not belong to {app}")
        if _LABELS.setdefault(name, label) is not label:
            raise ValueError(f"{name} is registered twice")


def is_known(kind: str) -> bool:
    """Whether an app has registered the kind."""
    return kind in _LABELS


def label_of(kind: str) -> str:
    """The kind in the reader's language."""
    return str(_LABELS.get(kind, kind))


def all_kinds() -> list[tuple[str, Any]]:
    """Every kind with its label, for a filter."""
    return sorted(_LABELS.items())


def label_of_any(kind: str) -> str:
    """A kind of the audit log, or an event of the evidence, in the reader's language."""
    return label_of(kind) if is_known(kind) else evidence.label_of(kind)


def kinds_of_both() -> list[tuple[str, Any]]:
    """The kinds of both logs with their labels, for the filter of the audit desk."""
    return sorted([*_LABELS.items(), *evidence.all_events()])
