"""Labels (安全标记): whether the label of a reader is as high as that of what they would be shown in clear."""

from collections.abc import Iterable
from typing import Any

from apps.accounts.selectors import is_cleared
from imbudget.kit.actor import Actor
from imbudget.kit.classification import Level, classes_of


def label_of(model: Any, name: str) -> Level:
    """The class of a field; what no field of the table holds is as sensitive as can be."""
    classified = classes_of(model).get(name)
    return classified.level if classified else Level.SENSITIVE


def readable(actor: Actor, row: Any, names: Iterable[str]) -> list[str]:
    """Those of the row's fields whose label is not above the actor's."""
    found = [(name, label_of(type(row), name)) for name in names]
    cleared = {level: is_cleared(actor.role, [level]) for level in {level for _name, level in found}}
    return [name for name, level in found if cleared[level]]
