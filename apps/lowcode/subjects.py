"""What pages say of a type of document: its name, and the choices of a filter."""

from typing import Any

from apps.lowcode import bindings


def label_of(subject: str) -> str:
    """The type of document in the reader's language; one whose app is gone shows its name."""
    binding = bindings.get(subject)
    return str(binding.label) if binding else subject


def choices() -> list[tuple[str, Any]]:
    """Every type of document with its name, for a choice."""
    return sorted(((binding.subject, binding.label) for binding in bindings.all_bindings()), key=lambda row: row[0])
