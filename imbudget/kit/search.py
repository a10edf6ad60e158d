"""What the search box of a list looks through: small tables first, then the rows by the keys that were found."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet

from imbudget.kit.text import search_key

FEW = 500  # keys of a small table that are passed on as a list; more of them stay a subquery


def found_by(model: type[Model], fields: Sequence[str], text: str, small: Callable[[Any], QuerySet]) -> Q:
    """The condition that a row holds the text in one of the fields.

    What stands in other tables is looked up there once, so that the rows are read in their order by one index and
    compared by keys, without a join. `small` gives the rows of another table that may be meant. Search keys hold
    folded text; other fields hold it as it was written.
    """
    wanted = Q()
    found: dict[tuple[type[Model], str], Any] = {}
    for field in fields:
        relation, _, rest = field.rpartition("__")
        if not relation:
            wanted |= holds(field, text)
            continue
        related: Any = model._meta.get_field(relation).related_model
        if (related, rest) not in found:
            found[related, rest] = _keys(small(related).filter(holds(rest, text)))
        wanted |= Q(**{f"{relation}__in": found[related, rest]})
    return wanted


def _keys(rows: QuerySet) -> Any:
    """The keys of these rows: as a list while they are few, else as a subquery."""
    keys = rows.order_by().values_list("pk", flat=True)
    few = list(keys[: FEW + 1])
    return few if len(few) <= FEW else keys


def holds(field: str, text: str) -> Q:
    """The condition that a field holds the text; what has no capitals is compared as it stands, in half the time."""
    if field.endswith("search_key"):
        return Q(**{f"{field}__contains": search_key(text)})
    cased = text.upper() != text.lower()
    return Q(**{f"{field}__{'icontains' if cased else 'contains'}": text})
