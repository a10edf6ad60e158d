"""Schemes of evaluation as files bring them."""

from collections.abc import Collection, Mapping
from typing import Any

from apps.evidence import services as evidence
from apps.performance import goalpolicies, policies
from apps.performance.models import Scheme
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put, would_change
from imbudget.kit.errors import require


@act
def put_scheme(
    actor: Actor, key: Mapping[str, Any], values: dict[str, Any], kept: Collection[int] = frozenset()
) -> str:
    """Make or change the scheme of a kind and region (None: everywhere) from a year on; returns created, changed or same.

    Schemes in `kept` are left as they are: kept, where these values are others.
    """
    region = key["region"]
    require(policies.may_configure(actor, region.pk if region else None))
    row = Scheme.objects.filter(**key).first() or Scheme(**key)
    if row.pk in kept:
        return "kept" if would_change(row, values) else "same"
    outcome = put(row, values)
    if outcome != "same":
        facts = {"kind": row.kind, "valid_from": row.valid_from, "name": str(row)}
        evidence.append("performance.scheme_saved", row, actor, **facts)
    return outcome


@act
def save_scheme(actor: Actor, scheme: Scheme) -> None:
    """Keep a scheme that a form has filled."""
    require(goalpolicies.may_load(actor))
    changes = differences(scheme)
    scheme.full_clean()
    scheme.save()
    evidence.append("performance.scheme_saved", scheme, actor, changes=changes)
