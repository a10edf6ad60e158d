"""Rules that come with the product, put into force without a flow: they hold for the whole region by regulation, and an
operator loads them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.errors import DefinitionErrors
from apps.monitoring import policies
from apps.monitoring.models import Exemption, Rule, RuleVersion, Setter
from apps.monitoring.services.rules import CONTENT, WORDED, enforce, refuse_unfit
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

PLAIN = ("flow", "mode", "level", "phase", "measure", "condition", "parameters", "needs_evidence")


@act
def load_rules(actor: Actor, region: Region, given: Mapping[str, Any]) -> dict[str, int]:
    """Put the rules of a file into force in a region: new ones, and another version where the words have changed.

    Raises RuleViolation that names the rule which cannot be read; then nothing is loaded.
    """
    require(policies.may_keep_rules(actor, region.pk))
    counts = {"created": 0, "changed": 0, "same": 0}
    try:
        day, rows = date.fromisoformat(given["valid_from"]), given["rules"]
        for row in rows:
            counts[_load(actor, region, row, day)] += 1
    except (KeyError, TypeError, ValueError) as error:
        raise RuleViolation(_("This is no file of monitoring rules: %(error)s") % {"error": error}) from error
    evidence.append("monitoring.rules_loaded", region, actor, **counts)
    return counts


def _load(actor: Actor, region: Region, row: Mapping[str, Any], day: date) -> str:
    rule = Rule.objects.filter(code=row["code"], region=region).select_related("current").first()
    created = rule is None
    if rule is None:
        rule = Rule(code=row["code"], region=region, setter=Setter.SYSTEM)
    rule.gap_zh_hans, rule.gap_mvf = row["gap_zh"], row["gap_mn"] or None  # type: ignore[attr-defined]
    rule.save()
    if rule.current is not None and rule.current.author_id is not None:
        return "same"  # people have worded it anew since: theirs stays
    values = {name: row[name] for name in PLAIN} | {"valid_from": day}
    for word in WORDED:
        values |= {f"{word}_zh_hans": row[f"{word}_zh"], f"{word}_mvf": row[f"{word}_mn"] or None}
    if rule.current is not None and all(getattr(rule.current, name) == values[name] for name in values):
        return "same"
    try:
        _enforce(rule, values)
    except (ValidationError, DefinitionErrors, RuleViolation) as wrong:
        raise RuleViolation(f"{row['code']}: {_words(wrong)}") from wrong
    _exempt(rule, row.get("exemptions", ()), day)
    return "created" if created else "changed"


def _words(wrong: Exception) -> str:
    if isinstance(wrong, DefinitionErrors):
        return " ".join(f"{one.path}: {one.message}" for one in wrong)
    return " ".join(wrong.messages) if isinstance(wrong, ValidationError) else str(wrong)


def _enforce(rule: Rule, values: Mapping[str, Any]) -> None:
    last = rule.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = RuleVersion(rule=rule, region_id=rule.region_id, number=last + 1)
    for name in CONTENT:
        if name in values:
            setattr(version, name, values[name])
    version.full_clean(exclude=["league", "author", "condition", "parameters"], validate_constraints=False)
    if not rule.gap_zh_hans:  # type: ignore[attr-defined]
        refuse_unfit(version)
    version.save()
    enforce(version, "load")


def _exempt(rule: Rule, rows: Any, day: date) -> None:
    """Exceptions of the file that the rule has not got yet."""
    held = set(rule.exemptions.values_list("kind", "value"))
    for row in rows:
        if (row["kind"], row["value"]) not in held:
            Exemption.objects.create(rule=rule, valid_from=day, **row)
