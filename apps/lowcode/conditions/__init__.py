"""Conditions over the facts of a document: a typed tree, read from JSON, evaluated, and read back as a sentence.

Comparisons and nothing else: no expression language, nothing that could run for long or run code. No database.
"""

from apps.lowcode.conditions.logic import is_contradictory
from apps.lowcode.conditions.reader import parse
from apps.lowcode.conditions.tree import (
    LISTED,
    LONE,
    OP_LABELS,
    OPS,
    All,
    AnyOf,
    Comparison,
    Condition,
    Fact,
    Kind,
    Not,
    as_json,
    coerce,
    evaluate,
    facts_of,
    leaves,
    plain,
)
from apps.lowcode.conditions.wording import sentence, shown_value

__all__ = [
    "LISTED",
    "LONE",
    "OPS",
    "OP_LABELS",
    "All",
    "AnyOf",
    "Comparison",
    "Condition",
    "Fact",
    "Kind",
    "Not",
    "as_json",
    "coerce",
    "evaluate",
    "facts_of",
    "is_contradictory",
    "leaves",
    "parse",
    "plain",
    "sentence",
    "shown_value",
]
