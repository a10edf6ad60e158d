"""A flow in words, for the designer, the timeline and whoever publishes it."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.roles import ROLES
from apps.lowcode.conditions import sentence
from apps.lowcode.flow.definition import APPLICANT, CHOOSE, PREVIOUS, ApproverKind, Approvers, Flow, Mode, Step

NAMED = ("unit_clerk", "unit_head", "department_reviewer", "finance_leader", "treasury_clerk", "treasury_officer")
ROLE_LABELS: dict[str, str | Promise] = {
    **{code: ROLES[code].label for code in NAMED},
    "finance_office": gettext_lazy("finance office (budget officer)"),
}
PLACE_LABELS: dict[str, str | Promise] = {
    "unit": gettext_lazy("the document's unit"),
    "department": gettext_lazy("the department of the unit"),
    "region": gettext_lazy("the document's region"),
    "upper": gettext_lazy("the upper region"),
}
MODE_LABELS: dict[str, str | Promise] = {
    Mode.ANY: gettext_lazy("any one of them signs"),
    Mode.ALL: gettext_lazy("all of them sign"),
    Mode.TURN: gettext_lazy("all of them sign, one after the other"),
}
KIND_LABELS: dict[str, str | Promise] = {
    ApproverKind.ROLE: gettext_lazy("everyone with a role"),
    ApproverKind.CHOSEN: gettext_lazy("whom the applicant chooses among those with a role"),
    ApproverKind.POST: gettext_lazy("a named post"),
}
RETURN_LABELS: dict[str, str | Promise] = {
    APPLICANT: gettext_lazy("to the applicant"),
    PREVIOUS: gettext_lazy("to the step before"),
    CHOOSE: gettext_lazy("to a step chosen when returning"),
}


def approvers_sentence(approvers: Approvers) -> str:
    """单位负责人 (本单位)."""
    role = str(ROLE_LABELS.get(approvers.role, approvers.role))
    if approvers.kind == ApproverKind.POST:
        return _("%(role)s of %(node)s") % {"role": role, "node": approvers.node_code}
    place = str(PLACE_LABELS.get(approvers.at, approvers.at))
    if approvers.kind == ApproverKind.CHOSEN:
        return _("%(role)s at %(place)s, chosen by the applicant") % {"role": role, "place": place}
    return _("%(role)s at %(place)s") % {"role": role, "place": place}


def step_sentences(flow: Flow, step: Step) -> list[str]:
    """What a step means, one sentence for each part that is set."""
    words = [_("%(who)s: %(mode)s") % {"who": approvers_sentence(step.approvers), "mode": MODE_LABELS[step.mode]}]
    if step.when is not None:
        words.append(_("only when %(condition)s") % {"condition": sentence(step.when, flow.facts)})
    if step.days:
        words.append(
            ngettext("within %(days)d working day", "within %(days)d working days", step.days) % {"days": step.days}
        )
    if step.remind:
        told = ngettext("reminded %(days)d working day before", "reminded %(days)d working days before", step.remind)
        words.append(told % {"days": step.remind})
    if step.escalate is not None:
        words.append(_("overdue, also to %(who)s") % {"who": approvers_sentence(step.escalate)})
    words.append(_("a return goes %(where)s") % {"where": return_sentence(flow, step.return_to)})
    return words


def return_sentence(flow: Flow, target: str) -> str:
    """Where a return goes, in words."""
    if target in RETURN_LABELS:
        return str(RETURN_LABELS[target])
    try:
        return _("to the step “%(step)s”") % {"step": flow.step(target).name}
    except KeyError:
        return target
