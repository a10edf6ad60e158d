"""Rules on their way: begun, worded, handed in, put into force; a version in force is replaced, never changed."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.errors import DefinitionErrors
from apps.lowcode.services.cases import lock_case, send_on, withdraw
from apps.monitoring import policies
from apps.monitoring.judging import GRAVE, STRICT, condition_of
from apps.monitoring.measures import MEASURES
from apps.monitoring.models import Level, Mode, Phase, Rule, RuleVersion, Setter, VersionState
from apps.monitoring.transitions import VERSION
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance, is_open

SUBJECT = "monitoring.rule"
WORDED = ("name", "theme", "text", "basis", "clause")
CONTENT = (
    *(f"{name}_{language}" for name in WORDED for language in ("zh_hans", "mvf")),
    *("flow", "mode", "level", "phase", "measure", "condition", "parameters"),
    *("valid_from", "valid_to", "needs_evidence"),
)


@act
def start_rule(
    actor: Actor, region: Region, code: str, values: Mapping[str, Any], *, upper: Rule | None = None, setter: str = ""
) -> RuleVersion:
    """Begin a rule of a region, with its first version as a draft; `upper` is the one that it tightens."""
    require(policies.may_keep_rules(actor, region.pk))
    rule = Rule(code=code, region=region, upper=upper, setter=setter or Setter.FINANCE)
    try:
        rule.full_clean(exclude=["league", "current"])
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    rule.save()
    return _new_version(actor, rule, values)


@act
def renew_rule(actor: Actor, rule: Rule) -> RuleVersion:
    """Draw up another version of a rule, worded as the present one."""
    require(policies.may_renew(actor, rule))
    held = rule.current
    if held is None:
        raise RuleViolation(_("This rule has no version yet."))
    return _new_version(actor, rule, {name: getattr(held, name) for name in CONTENT})


def _new_version(actor: Actor, rule: Rule, values: Mapping[str, Any]) -> RuleVersion:
    last = rule.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = RuleVersion(rule=rule, region_id=rule.region_id, number=last + 1, author_id=actor.user_id)
    _fill(version, values)
    version.save()
    if rule.current_id is None:
        Rule.objects.filter(pk=rule.pk).update(current=version)
        rule.current = version
    evidence.append("monitoring.rule_saved", version, actor, rule=rule.code, version=version.number)
    return version


@act
def save_version(actor: Actor, version: RuleVersion, revision: int, values: Mapping[str, Any]) -> None:
    """Word a draft anew; refused when someone else saved it since `revision` was read."""
    require(policies.may_edit_version(actor, version))
    taken = RuleVersion.objects.filter(pk=version.pk, revision=revision, state=version.state)
    if not taken.update(revision=F("revision") + 1):
        raise RuleViolation(_("Someone else saved this rule while you were working on it. Open it again and compare."))
    version.revision = revision + 1
    _fill(version, values)
    version.save()
    evidence.append("monitoring.rule_saved", version, actor, rule=version.rule.code, version=version.number)


def _fill(version: RuleVersion, values: Mapping[str, Any]) -> None:
    for name in CONTENT:
        if name in values:
            setattr(version, name, values[name])
    try:
        version.full_clean(
            exclude=["league", "author", "rule", "region", "condition", "parameters"], validate_constraints=False
        )
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    if version.valid_to < version.valid_from:
        raise RuleViolation(_("The last day lies before the first one."))


@act
def submit_version(actor: Actor, version: RuleVersion, *, chosen: Mapping[str, list[int]] | None = None) -> None:
    """Hand a version in: it must say when it is hit, on what basis, and loosen nothing of the rule that it tightens."""
    require(policies.may_submit_version(actor, version))
    lock_case(SUBJECT, version.pk)
    refuse_unfit(version)
    advance(VERSION, version, "submit", return_reason="")
    evidence.append("monitoring.rule_submitted", version, actor, rule=version.rule.code, version=version.number)
    send_on(actor, SUBJECT, version, chosen=chosen)
    version.refresh_from_db()


def refuse_unfit(version: RuleVersion) -> None:
    if version.phase == Phase.ACT:
        if not version.condition:
            raise RuleViolation(_("Say first when the rule is hit."))
        try:
            condition_of(version.condition)
        except DefinitionErrors as wrong:
            raise RuleViolation(" ".join(one.message for one in wrong)) from wrong
    elif version.measure not in MEASURES:
        raise RuleViolation(_("Choose the measure that the timed rule looks for."))
    else:
        MEASURES[version.measure].read(version.parameters)
    upper = version.rule.upper
    if upper is not None and upper.current is not None:
        _refuse_looser(version, upper.current)


def _refuse_looser(version: RuleVersion, upper: RuleVersion) -> None:
    looser_mode = STRICT[Mode(version.mode)] > STRICT[Mode(upper.mode)]
    looser_level = GRAVE[Level(version.level)] > GRAVE[Level(upper.level)]
    if looser_mode or looser_level:
        words = {"rule": upper.rule.code, "mode": upper.get_mode_display(), "level": upper.get_level_display()}
        raise RuleViolation(
            _("This rule tightens %(rule)s and may not be looser: at least “%(mode)s” and level “%(level)s”.") % words
        )


@act
def withdraw_version(actor: Actor, version: RuleVersion) -> None:
    """Take a version back before it is decided."""
    require(policies.may_withdraw_version(actor, version))
    case = lock_case(SUBJECT, version.pk)
    if case is None:
        raise RuleViolation(_("This version is not under approval."))
    withdraw(actor, case)
    version.refresh_from_db()


def approve_version(actor: Actor, version: RuleVersion) -> None:
    """The flow has approved: this version watches from now on, and the one before it no more."""
    refuse_unfit(version)
    enforce(version, "enforce")
    evidence.append("monitoring.rule_enforced", version, actor, rule=version.rule.code, version=version.number)


def enforce(version: RuleVersion, arrow: str) -> None:
    """Put a version in the place of the one in force."""
    Rule.objects.select_for_update(of=("self",), no_key=True).get(pk=version.rule_id)
    for held in RuleVersion.objects.filter(rule=version.rule_id, state=VersionState.IN_FORCE).exclude(pk=version.pk):
        advance(VERSION, held, "end")
    advance(VERSION, version, arrow, in_force_at=timezone.now())
    Rule.objects.filter(pk=version.rule_id).update(current=version)


def return_version(actor: Actor, version: RuleVersion, reason: str) -> None:
    """The flow has given the version back to who worded it."""
    advance(VERSION, version, "return", return_reason=reason[:2000])
    evidence.append("monitoring.rule_returned", version, actor, rule=version.rule.code, reason=reason)


def withdrawn_version(actor: Actor, version: RuleVersion, reason: str) -> None:
    """Who handed it in has taken it back."""
    if is_open(VERSION, version, "withdraw"):
        advance(VERSION, version, "withdraw")
        evidence.append("monitoring.rule_withdrawn", version, actor, rule=version.rule.code)
