"""What is the same everywhere: types of violation, and the curves by which money is spent over a year."""

from typing import Any

from apps.evidence import services as evidence
from apps.monitoring import policies
from apps.monitoring.models import PaceCurve, ViolationType
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put
from imbudget.kit.errors import require


@act
def put_violation(actor: Actor, code: str, values: dict[str, Any]) -> str:
    """Make or change a type of violation; returns created, changed or same."""
    require(policies.may_load(actor))
    return put(ViolationType.objects.filter(code=code).first() or ViolationType(code=code), values)


@act
def put_curve(actor: Actor, function: str, values: dict[str, Any]) -> str:
    """Make or change the curve of spending of a function; returns created, changed or same."""
    require(policies.may_load(actor))
    return put(PaceCurve.objects.filter(function=function).first() or PaceCurve(function=function), values)


@act
def save_row(actor: Actor, row: ViolationType | PaceCurve) -> None:
    """Keep what the administration's form has filled; alarms that were raised stand as they are."""
    require(policies.may_load(actor))
    changes = differences(row)
    row.full_clean()
    row.save()
    evidence.append("monitoring.catalogue_saved", row, actor, changes=changes)


@act
def drop_curve(actor: Actor, curve: PaceCurve) -> None:
    """Take a curve away: its functions go by the next shorter beginning from now on."""
    require(policies.may_load(actor))
    evidence.append("monitoring.curve_dropped", curve, actor, function=curve.function, shares=curve.shares)
    curve.delete()


@act
def record_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file."""
    evidence.append("monitoring.catalogue_loaded", None, actor, what=what, file=file, **counts)
