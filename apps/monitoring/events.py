"""What monitoring records as evidence, and what it tells people."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "monitoring.rule_saved": _("monitoring rule saved"),
    "monitoring.rule_submitted": _("monitoring rule handed in"),
    "monitoring.rule_enforced": _("monitoring rule put into force"),
    "monitoring.rule_returned": _("monitoring rule returned"),
    "monitoring.rule_withdrawn": _("monitoring rule taken back"),
    "monitoring.rule_tried": _("monitoring rule tried on past payments"),
    "monitoring.rules_loaded": _("monitoring rules loaded"),
    "monitoring.catalogue_saved": _("type of violation or curve of spending saved"),
    "monitoring.catalogue_loaded": _("types of violation or curves of spending loaded"),
    "monitoring.curve_dropped": _("curve of spending taken away"),
    "monitoring.exemption_saved": _("exception from a monitoring rule saved"),
    "monitoring.exemption_ended": _("exception from a monitoring rule ended"),
    "monitoring.alarms_raised": _("alarms raised"),
    "monitoring.alarm_normal": _("alarm judged to be in order"),
    "monitoring.alarm_violation": _("alarm judged a violation"),
    "monitoring.alarm_issued": _("alarm sent to the unit"),
    "monitoring.alarm_answered": _("alarm answered by the unit"),
    "monitoring.alarm_returned": _("answer to an alarm sent back"),
    "monitoring.alarm_closed": _("alarm settled"),
    "monitoring.alarms_overdue": _("overdue alarms told to the office"),
}

# kind → (template, label)
NOTICES = {
    "monitoring.issued": (
        _("%(alarm)s: answer by %(due)s what the finance office has found."),
        _("alarm sent to the unit"),
    ),
    "monitoring.answered": (_("%(alarm)s has been answered and waits to be examined."), _("alarm answered")),
    "monitoring.sent_back": (_("%(alarm)s: the answer was sent back: %(reason)s"), _("answer sent back")),
    "monitoring.overdue": (_("%(alarm)s was to be answered by %(due)s."), _("alarm overdue")),
    "monitoring.to_judge": (
        _("Alarms to be judged: %(count)s, of them red: %(red)s; answers to be examined: %(answers)s."),
        _("alarms to be judged"),
    ),
    "monitoring.to_answer": (
        _("Alarms to be answered: %(count)s, of them overdue: %(late)s."),
        _("alarms to be answered"),
    ),
}
