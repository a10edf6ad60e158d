"""What a score sheet comes to: the weighted score of its answers, out of a hundred."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from apps.lowcode.schema.fields import Field, FieldType, FormSchema
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


def unfit_fields(schema: FormSchema) -> list[Field]:
    """Fields that no expert can answer, who sees no rows of the system, or whose answers would have to be sealed."""
    return [one for one in schema if any(_is_unfit(each) for each in (one, *one.columns))]


def _is_unfit(field: Field) -> bool:
    return field.protected or field.type in (FieldType.FILE, FieldType.REGION, FieldType.UNIT)
