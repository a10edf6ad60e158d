"""A condition read back as a sentence in the active language: 金额 ≥ 5,000,000 且 类别 = 草原生态保护."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.lowcode.conditions.tree import All, AnyOf, Comparison, Condition, Fact, Kind, Not
from imbudget.kit.formats import as_text

SIGNS = {"=": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


def sentence(condition: Condition, facts: Iterable[Fact]) -> str:
    """The condition in words; a fact that is no longer known shows its key."""
    return _sentence(condition, {fact.key: fact for fact in facts})


def _sentence(condition: Condition, facts: dict[str, Fact]) -> str:
    match condition:
        case All(parts):
            return _joined(pgettext("joins two conditions", "and"), parts, facts)
        case AnyOf(parts):
            return _joined(pgettext("joins two conditions", "or"), parts, facts)
        case Not(part):
            return _("not (%(condition)s)") % {"condition": _sentence(part, facts)}
        case Comparison():
            return _comparison(condition, facts.get(condition.fact))


def _joined(word: str, parts: tuple[Condition, ...], facts: dict[str, Fact]) -> str:
    # The word stands outside the f-string: messages inside one are not collected for translation.
    return f" {word} ".join(_part(part, facts) for part in parts)


def _part(condition: Condition, facts: dict[str, Fact]) -> str:
    inner = _sentence(condition, facts)
    joined = isinstance(condition, All | AnyOf) and len(condition.parts) > 1
    return _("(%(condition)s)") % {"condition": inner} if joined else inner


def _comparison(comparison: Comparison, fact: Fact | None) -> str:
    words = {"fact": str(fact.label) if fact else comparison.fact}
    match comparison.op:
        case "empty":
            return _("%(fact)s is empty") % words
        case "filled":
            return _("%(fact)s is filled in") % words
        case "in" | "has_any" | "starts_any":
            shown = pgettext("between the values of a list", ", ").join(
                shown_value(comparison.kind, value, fact) for value in comparison.value
            )
            return _listed(comparison.op) % (words | {"values": shown})
        case "contains":
            shown = shown_value(comparison.kind, comparison.value, fact)
            return _("%(fact)s contains %(value)s") % (words | {"value": shown})
        case "starts":
            shown = shown_value(comparison.kind, comparison.value, fact)
            return _("%(fact)s begins with %(value)s") % (words | {"value": shown})
        case op:
            return f"{words['fact']} {SIGNS[op]} {shown_value(comparison.kind, comparison.value, fact)}"


def _listed(op: str) -> str:
    """The sentence of a comparison with several values."""
    return {
        "in": _("%(fact)s is one of: %(values)s"),
        "has_any": _("%(fact)s contains one of: %(values)s"),
        "starts_any": _("%(fact)s begins with one of: %(values)s"),
    }[op]


def shown_value(kind: Kind, value: Any, fact: Fact | None = None) -> str:
    """One value as people read it: thousands in groups, the label of a choice, a date."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, frozenset | list | tuple):
        return pgettext("between the values of a list", ", ").join(
            sorted(shown_value(kind, one, fact) for one in value)
        )
    if isinstance(value, Decimal):
        shown = f"{value:,f}"
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        return f"{shown}%" if kind == Kind.PERCENT else shown
    labels = dict(fact.choices or ()) if fact else {}
    return str(labels[value]) if value in labels else as_text(value, "")
