"""How the database would read some rows."""

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet


def index_conditions(rows: QuerySet) -> list[str]:
    """What indexes are asked when these rows are read."""
    (plan,) = json.loads(rows.explain(format="json"))
    return [node["Index Cond"] for node in _nodes(plan["Plan"]) if "Index Cond" in node]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", []):
        yield from _nodes(below)
