"""Acts on what stands around reviews: fields of expertise, which reviews are needed, how they go, how long results stand."""

from typing import Any

from apps.evidence import services as evidence
from apps.regions.models import Region
from apps.review.models import ExpertField, PublicityRule, ReviewRule, ReviewSetting
from apps.review.policies import experts as policies
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put
from imbudget.kit.errors import require

Rule = ExpertField | ReviewRule | ReviewSetting | PublicityRule


@act
def put_field(actor: Actor, code: str, values: dict[str, Any]) -> str:
    """Make or change a field of expertise; returns created, changed or same."""
    require(policies.may_keep_rules(actor))
    return put(ExpertField.objects.filter(code=code).first() or ExpertField(code=code), values)


@act
def put_rule(actor: Actor, keys: dict[str, Any], values: dict[str, Any]) -> str:
    """Make or change a rule of which reviews the projects of a region and category need."""
    require(policies.may_keep_rules(actor))
    return put(ReviewRule.objects.filter(**keys).first() or ReviewRule(**keys), values)


@act
def put_setting(actor: Actor, region: Region, values: dict[str, Any]) -> str:
    """Make or change how a region reviews; what is not named stays as it is."""
    require(policies.may_keep_rules(actor))
    return put(ReviewSetting.objects.filter(region=region).first() or ReviewSetting(region=region), values)


@act
def put_publicity_rule(actor: Actor, keys: dict[str, Any], values: dict[str, Any]) -> str:
    """Make or change how long the results of a region stand before the public."""
    require(policies.may_keep_rules(actor))
    return put(PublicityRule.objects.filter(**keys).first() or PublicityRule(**keys), values)


@act
def save_rule(actor: Actor, row: Rule) -> None:
    """Keep a rule that a form has filled; reviews under way go on by the rules they began with."""
    require(policies.may_keep_rules(actor))
    changes = differences(row)
    row.full_clean()
    row.save()
    evidence.append("review.setting_saved", row, actor, what=row._meta.label, changes=changes)


@act
def delete_rule(actor: Actor, row: ReviewRule | PublicityRule) -> None:
    """Take a rule away: the nearest region above decides from now on; its history stays."""
    require(policies.may_keep_rules(actor))
    evidence.append("review.setting_deleted", row, actor, what=row._meta.label, region=str(row.region))
    row.delete()


@act
def record_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of rules."""
    evidence.append("review.settings_imported", None, actor, what=what, file=file, **counts)
