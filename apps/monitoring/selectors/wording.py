"""What people read of a rule and of the figures of an alarm."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.conditions import Kind, coerce, sentence, shown_value
from apps.lowcode.errors import DefinitionErrors
from apps.monitoring.facts import BY_KEY, FACTS
from apps.monitoring.judging import condition_of
from apps.monitoring.measures import MEASURES
from apps.monitoring.models import Phase, RuleVersion

# Figures that measures give and no fact is called.
MEASURED = {
    "month": gettext_lazy("month"),
    "authority": gettext_lazy("authority"),
    "spent": gettext_lazy("paid"),
    "expected": gettext_lazy("expected by the curve"),
    "execution_rate": gettext_lazy("execution rate (%)"),
    "expected_rate": gettext_lazy("expected rate (%)"),
    "years": gettext_lazy("years"),
    "paid": gettext_lazy("paid"),
    "paid_at_the_end": gettext_lazy("paid in the last two months"),
    "part": gettext_lazy("the part that is looked at"),
    "share": gettext_lazy("share (%)"),
    "expected_share": gettext_lazy("expected share (%)"),
    "document": gettext_lazy("document number"),
    "left": gettext_lazy("left"),
    "since": gettext_lazy("since"),
    "days": gettext_lazy("days"),
    "digit": gettext_lazy("first digit"),
    "payments": gettext_lazy("payments"),
    "with_digit": gettext_lazy("payments with this digit"),
    "z": gettext_lazy("z value"),
    "user": gettext_lazy("user"),
    "last_login": gettext_lazy("last signed in"),
    "project_code": gettext_lazy("project code"),
}
AMOUNTS = frozenset({"authority", "spent", "expected", "paid", "paid_at_the_end", "part", "left"})


def when_hit(version: RuleVersion) -> str:
    """When a rule is hit, as a sentence in the language in force."""
    if version.phase == Phase.TIMED:
        return _measured(version)
    if not version.condition:
        return ""
    try:
        return sentence(condition_of(version.condition), FACTS)
    except DefinitionErrors as wrong:
        return " ".join(one.message for one in wrong)


def _measured(version: RuleVersion) -> str:
    measure = MEASURES.get(version.measure)
    if measure is None:
        return ""
    shown = [
        f"{one.label}: {shown_value(Kind.MONEY, _decimal(version.parameters.get(one.key, one.default)))}"
        for one in measure.parameters
    ]
    return f"{measure.label}{_(': ')}{_(' · ').join(shown)}" if shown else str(measure.label)


def _decimal(value: Any) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)


def figures_of(figures: Mapping[str, Any], phase: str) -> list[tuple[Any, str]]:
    """The frozen figures of an alarm: what each is called, and its value as people read it."""
    if phase == Phase.TIMED:
        return [(MEASURED.get(key, key), _timed_value(key, value)) for key, value in figures.items()]
    return [_fact_value(key, value) for key, value in figures.items()]


def _fact_value(key: str, value: Any) -> tuple[Any, str]:
    fact = BY_KEY.get(key)
    if fact is None:
        return key, str(value)
    kind = Kind(fact.kind)
    found = coerce(kind, value)
    return fact.label, "–" if found is None else shown_value(kind, found, fact)


def _timed_value(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{name}: {one}%" for name, one in sorted(value.items()))
    if key in AMOUNTS:
        return f"{_decimal(value):,.2f}"
    return "–" if value in (None, "") else str(value)


def to_sign(version: RuleVersion) -> dict[str, Any]:
    """What whoever approves a rule reads beside the signature: its words, and the last trials of these words."""
    trials: Iterable[Any] = version.trials.filter(revision=version.revision).order_by("-pk")[:3]
    return {"signed": version, "when_hit": when_hit(version), "trials": list(trials)}
