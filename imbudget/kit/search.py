"""What the search box of a list looks through: small tables first, then the rows by the keys that were found."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import Model, Q, QuerySet

from imbudget.kit.text import search_key

FEW = 500  # keys of a small table that are passed on as a list; more of them are cheaper to check row by row


def branches_of(model: type[Model], fields: Sequence[str], text: str, small: Callable[[Any], QuerySet]) -> list[Q]:
    """Conditions of which a found row fulfils at least one; each can be answered by one index.

    `small` gives the rows of a small table that may be meant. Search keys hold folded text; other fields hold it as
    it was written. One condition means: check every row.
    """
    own: list[Q] = []
    keys: list[Q] = []
    found: dict[tuple[type[Model], str], list[int]] = {}
    many = False
    for field in fields:
        relation, _, rest = field.rpartition("__")
        if not relation:
            own.append(_holds(field, text))
            continue
        related: Any = model._meta.get_field(relation).related_model
        if (related, rest) not in found:
            rows = small(related).filter(_holds(rest, text)).order_by()
            found[related, rest] = list(rows.values_list("pk", flat=True)[: FEW + 1])
        pks = found[related, rest]
        many = many or len(pks) > FEW
        if pks:
            keys.append(Q(**{f"{relation}__in": pks}) if len(pks) <= FEW else _holds(field, text))
    return [_any([*own, *keys])] if many or not keys else [*own, *keys]


def _holds(field: str, text: str) -> Q:
    if field.endswith("search_key"):
        return Q(**{f"{field}__contains": search_key(text)})
    cased = text.upper() != text.lower()
    return Q(**{f"{field}__{'icontains' if cased else 'contains'}": text}) & ~Q(**{field: ""})


def _any(conditions: list[Q]) -> Q:
    wanted = Q()
    for condition in conditions:
        wanted |= condition
    return wanted
