"""What an app lends for each kind of its data that has an end: which rows are past it, and how they are done away with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Func, IntegerField, Q

from imbudget.kit import registry


@dataclass(frozen=True, slots=True)
class Ending:
    """`due(before)` gives the rows whose time ran out before then; `end(rows)` does away with them: rows by their keys.

    `table` is whose rows they are (`review.objection`), `purpose` the code of why they are kept (purposes.csv): its period is the
    longest that can be set. What the archive law keeps (vouchers, ledgers, what proves them) has none.
    """

    table: str
    purpose: str
    label: Any
    what: Any
    due: Callable[[datetime], Any]
    end: Callable[[Iterable[Any]], None]
    days: int
    basis: Any


def ending_of(key: str) -> Ending | None:
    """The rule of a kind of data; none where its app is gone."""
    return registry.retention.get(key) if key in registry.retention else None


def holding_any(rows: Any, *names: str) -> Any:
    """Those of the rows in which one of these sealed values still stands; found by the length of its bytes alone."""
    sizes = {f"size_of_{name}": Func(F(name), function="octet_length", output_field=IntegerField()) for name in names}
    some = Q()
    for name in sizes:
        some |= Q(**{f"{name}__gt": 0})
    return rows.annotate(**sizes).filter(some)


def blanking(model: Any, values: dict[str, Any]) -> Callable[[Iterable[Any]], None]:
    """What empties these fields, in the rows and in their history: what happened stays, whose number it was does not."""

    def end(keys: Iterable[Any]) -> None:
        keys = list(keys)
        model._base_manager.filter(pk__in=keys).update(**values)
        history = getattr(model, "history", None)
        if history is not None:
            kept = {field.name for field in history.model._meta.get_fields()}
            history.filter(**{f"{model._meta.pk.name}__in": keys}).update(
                **{name: value for name, value in values.items() if name in kept}
            )

    return end
