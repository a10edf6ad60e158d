"""Which authority may pay a roster: the unit's own, of the category that the subsidy names (热点分类“一卡通”)."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from apps.disbursement.selectors.choices import authorities_for
from apps.ledger.models import Authority, AuthorityState
from apps.subsidy.models import Roster
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation


def payers_of(actor: Actor, roster: Roster) -> QuerySet:
    """Authority of the roster's unit with money left that may pay it."""
    subsidy = roster.subsidy
    rows = authorities_for(actor).filter(unit=roster.unit_id, year=roster.year_id)
    if subsidy.economic_prefix:
        rows = rows.filter(department_economic__code__startswith=subsidy.economic_prefix)
    if subsidy.function_prefix:
        rows = rows.filter(function__code__startswith=subsidy.function_prefix)
    if subsidy.hot_topic_id:
        rows = rows.filter(Q(project__isnull=True) | Q(project__project_tags__tag=subsidy.hot_topic_id))
    return rows


def refuse_other_category(roster: Roster, authority: Authority) -> None:
    """Raise RuleViolation for authority that does not pay this roster, with the reason."""
    subsidy = roster.subsidy
    if authority.unit_id != roster.unit_id or authority.year_id != roster.year_id:
        raise RuleViolation(_("The roster is paid out of authority of its own unit and year."))
    if authority.state != AuthorityState.EXECUTABLE:
        raise RuleViolation(_("This authority has not been issued: it cannot be used yet."))
    economic = authority.department_economic.code if authority.department_economic else ""
    function = authority.function.code if authority.function else ""
    if not economic.startswith(subsidy.economic_prefix) or not function.startswith(subsidy.function_prefix):
        raise RuleViolation(
            _("Only authority of economic class %(economic)s and function %(function)s pays this subsidy.")
            % {"economic": subsidy.economic_prefix or "…", "function": subsidy.function_prefix or "…"}
        )
    project = authority.project
    if subsidy.hot_topic_id and project and not project.project_tags.filter(tag=subsidy.hot_topic_id).exists():
        raise RuleViolation(
            _("The project of this authority does not carry the tag “%(tag)s”.") % {"tag": subsidy.hot_topic}
        )
