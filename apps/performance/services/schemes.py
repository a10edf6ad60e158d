"""Schemes of evaluation as files bring them."""

from typing import Any

from apps.evidence import services as evidence
from apps.performance import goalpolicies, policies
from apps.performance.models import Scheme
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put
from imbudget.kit.errors import require


@act
def put_scheme(actor: Actor, region: Region | None, kind: str, valid_from: int, values: dict[str, Any]) -> str:
    """Make or change the scheme of a kind from a year on; region None: everywhere. Returns created, changed or same."""
    require(policies.may_configure(actor, region.pk if region else None))
    key = {"region": region, "kind": kind, "valid_from": valid_from}
    row = Scheme.objects.filter(**key).first() or Scheme(**key)
    outcome = put(row, values)
    if outcome != "same":
        evidence.append("performance.scheme_saved", row, actor, kind=kind, valid_from=valid_from, name=str(row))
    return outcome


@act
def save_scheme(actor: Actor, scheme: Scheme) -> None:
    """Keep a scheme that a form has filled."""
    require(goalpolicies.may_load(actor))
    changes = differences(scheme)
    scheme.full_clean()
    scheme.save()
    evidence.append("performance.scheme_saved", scheme, actor, changes=changes)
