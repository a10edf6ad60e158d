"""Schemes of evaluation as files bring them."""

from typing import Any

from apps.evidence import services as evidence
from apps.performance import policies
from apps.performance.models import Scheme
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import require


@act
def put_scheme(actor: Actor, region: Region | None, kind: str, valid_from: int, values: dict[str, Any]) -> str:
    """Make or change the scheme of a kind from a year on; region None: everywhere. Returns created, changed or same."""
    require(policies.may_configure(actor, region.pk if region else None))
    row = Scheme.objects.filter(region=region, kind=kind, valid_from=valid_from).first()
    created = row is None
    row = row or Scheme(region=region, kind=kind, valid_from=valid_from)
    before = {name: getattr(row, name) for name in values}
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    if not created and before == {name: getattr(row, name) for name in values}:
        return "same"
    row.save()
    evidence.append("performance.scheme_saved", row, actor, kind=kind, valid_from=valid_from, name=str(row))
    return "created" if created else "changed"


@act
def save_scheme(actor: Actor, scheme: Scheme) -> None:
    """Keep a scheme that a form has filled."""
    require(policies.may_keep_schemes(actor))
    changes = differences(scheme)
    scheme.full_clean()
    scheme.save()
    evidence.append("performance.scheme_saved", scheme, actor, changes=changes)
