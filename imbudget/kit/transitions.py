"""States as tables: who may go where is data, and only `advance()` moves a row along."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation

Table = dict[str, tuple[frozenset[Any], Any]]


class Stateful(models.Model):
    """Has a `state` that only advance() may change; the concrete model declares it with its choices."""

    state: Any

    class Meta:
        abstract = True


def available(table: Table, state: str) -> list[str]:
    """The arrows that leave this state."""
    return [name for name, (sources, _target) in table.items() if state in sources]


def is_open(table: Table, obj: Stateful, name: str) -> bool:
    """Whether the arrow leaves the object's present state."""
    return obj.state in table[name][0]


def advance(table: Table, obj: Stateful, name: str, **values: Any) -> None:
    """Move the row along one arrow in one UPDATE guarded by the old state, setting `values` with it.

    Raises RuleViolation when another act has moved the row meanwhile.
    """
    sources, target = table[name]
    manager: Any = type(obj)._base_manager
    moved = manager.filter(pk=obj.pk, state__in=sources).update(state=target, **values)
    if not moved:
        raise RuleViolation(_("Someone else has just moved this on: this step is no longer open. Reload the page."))
    obj.state = target
    for field, value in values.items():
        setattr(obj, field, value)


def advance_many(table: Table, rows: models.QuerySet, name: str, **values: Any) -> None:
    """Move all rows along one arrow in one UPDATE; for rows that the caller has locked.

    Raises RuleViolation when another act has moved one of them meanwhile.
    """
    sources, target = table[name]
    moved = rows.filter(state__in=sources).update(state=target, **values)
    if moved != rows.count():
        raise RuleViolation(_("Someone else has just moved this on: this step is no longer open. Reload the page."))
