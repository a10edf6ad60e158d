"""What a score sheet comes to: the weighted score of its answers, out of a hundred."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.lowcode.schema.fields import FieldType, FormSchema
from apps.lowcode.schema.scores import weight_of
from imbudget.kit.money import rounded

HUNDRED = Decimal(100)


def total_of(schema: FormSchema, values: Mapping[str, Any]) -> Decimal | None:
    """Σ score / full mark × weight over Σ weight, out of 100, half up to two decimals.

    A score that was not asked for, or left open where it may be, counts on neither side. None where nothing was scored.
    """
    earned = possible = Decimal(0)
    for one in schema:
        if one.type != FieldType.SCORE or values.get(one.key) is None:
            continue
        weight = weight_of(one)
        earned += Decimal(values[one.key]) / one.most * weight
        possible += weight
    return rounded(earned / possible * HUNDRED) if possible else None


def points_of(schema: FormSchema, values: Mapping[str, Any]) -> tuple[int, int]:
    """How many scores were given, of how many that are asked for."""
    asked = [one for one in schema if one.type == FieldType.SCORE]
    return sum(values.get(one.key) is not None for one in asked), len(asked)
