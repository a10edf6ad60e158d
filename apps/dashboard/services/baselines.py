"""What the system administrator keeps for the page of the roll-out: baselines with their source, and targets."""

from apps.dashboard import policies
from apps.dashboard.models import KpiBaseline, KpiTarget
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import require


@act
def save_row(actor: Actor, row: KpiBaseline | KpiTarget) -> None:
    """Keep a baseline or a target that a form has filled."""
    require(policies.may_keep(actor))
    changes = differences(row)
    row.full_clean(exclude=["league"] if isinstance(row, KpiBaseline) else [])
    row.save()
    evidence.append("dashboard.kpi_saved", row, actor, what=row._meta.label, changes=changes)


@act
def drop_row(actor: Actor, row: KpiBaseline | KpiTarget) -> None:
    """Take away a baseline or a target that was entered by mistake."""
    require(policies.may_keep(actor))
    evidence.append("dashboard.kpi_dropped", row, actor, what=row._meta.label, kpi=row.kpi, value=str(row.value))
    row.delete()
