"""Who keeps rules and who judges or answers alarms; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.monitoring.models import Alarm, AlarmState, Rule, RuleVersion
from apps.monitoring.models.rule import EDITABLE
from apps.monitoring.transitions import ALARM, VERSION
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open


def may_keep_rules(actor: Actor, region_id: int | None) -> Verdict:
    """Add rules to a region: its own finance office, and the operator's commands."""
    if is_operator(actor):
        return ALLOWED
    if not actor.can("monitoring.rules") or not actor.is_home(region_id):
        return refused(_("The treasury officer of the region keeps its monitoring rules."))
    return ALLOWED


def is_operator(actor: Actor) -> bool:
    """Whether a command or a scheduled task acts."""
    return actor.user_id is None and actor.reach == Reach.EVERYTHING


def may_edit_version(actor: Actor, version: RuleVersion) -> Verdict:
    """Change a draft or a returned version."""
    verdict = may_keep_rules(actor, version.region_id)
    if verdict and version.state not in EDITABLE:
        return refused(_("This version is settled: draw up another one."))
    return verdict


def may_submit_version(actor: Actor, version: RuleVersion) -> Verdict:
    """Hand a version in for approval."""
    verdict = may_keep_rules(actor, version.region_id)
    if verdict and not is_open(VERSION, version, "submit"):
        return refused(_("This version has been handed in already."))
    return verdict


def may_withdraw_version(actor: Actor, version: RuleVersion) -> Verdict:
    """Take a version back before it is decided."""
    verdict = may_keep_rules(actor, version.region_id)
    if verdict and not is_open(VERSION, version, "withdraw"):
        return refused(_("This version is not under approval."))
    return verdict


def may_renew(actor: Actor, rule: Rule) -> Verdict:
    """Draw up another version of a rule of one's own region."""
    verdict = may_keep_rules(actor, rule.region_id)
    if verdict and rule.versions.filter(state__in=["draft", "submitted", "returned"]).exists():
        return refused(_("Another version of this rule is under way already."))
    return verdict


def may_exempt(actor: Actor, rule: Rule) -> Verdict:
    """Keep exceptions from a rule: who set it alone, so that nobody below loosens it."""
    if not actor.can("monitoring.rules") or not actor.is_home(rule.region_id):
        return refused(_("Only the office that set a rule makes exceptions from it."))
    return ALLOWED


def may_judge(actor: Actor, alarm: Alarm) -> Verdict:
    """Say what an alarm is: the region's treasury, but nobody about a payment that they made."""
    if not actor.can("monitoring.judge") or not actor.is_home(alarm.region_id):
        return refused(_("The treasury of the region judges its alarms."))
    if alarm.request is not None and alarm.request.author_id == actor.user_id:
        return refused(_("Nobody judges a payment that they have made."))
    if not is_open(ALARM, alarm, "normal"):
        return refused(_("This alarm has been judged already."))
    return ALLOWED


def may_issue(actor: Actor, alarm: Alarm) -> Verdict:
    """Send a violation to the unit."""
    if not _follows(actor, alarm):
        return refused(_("The treasury of the region judges its alarms."))
    if alarm.state != AlarmState.VIOLATION or alarm.unit_id is None:
        return refused(_("Only what was judged a violation of a unit is sent to it."))
    return ALLOWED


def may_examine(actor: Actor, alarm: Alarm) -> Verdict:
    """Accept the unit's answer or send it back."""
    if not _follows(actor, alarm):
        return refused(_("The treasury of the region judges its alarms."))
    if alarm.state != AlarmState.ANSWERED:
        return refused(_("The unit has not answered yet."))
    return ALLOWED


def may_close(actor: Actor, alarm: Alarm) -> Verdict:
    """Settle an answered alarm, or a violation that concerns no unit."""
    if _follows(actor, alarm) and alarm.state == AlarmState.VIOLATION and alarm.unit_id is None:
        return ALLOWED
    return may_examine(actor, alarm)


def _follows(actor: Actor, alarm: Alarm) -> bool:
    return actor.can("monitoring.judge") and actor.is_home(alarm.region_id)


def may_answer(actor: Actor, alarm: Alarm) -> Verdict:
    """Answer what the office has found: the unit itself."""
    if not actor.can("disbursement.pay") or not actor.holds_unit(alarm.unit_id):
        return refused(_("Only the unit itself answers its alarms."))
    if not is_open(ALARM, alarm, "answer"):
        return refused(_("This alarm waits for no answer."))
    return ALLOWED


def may_load(actor: Actor) -> Verdict:
    """Keep what is the same everywhere: types of violation and curves of spending."""
    if is_operator(actor) or actor.can("system.administer"):
        return ALLOWED
    return refused(_("Only the system administrator keeps these."))
