"""What performance records as evidence."""

from django.utils.translation import gettext_lazy as _

from apps.performance import collectevents, goalevents

EVENTS = {
    "performance.years_opened": _("performance of projects opened for a year"),
    "performance.figures_published": _("figures published"),
    "performance.figures_withdrawn": _("published figures withdrawn"),
    "performance.scheme_saved": _("scheme of evaluation saved"),
    **goalevents.EVENTS,
    **collectevents.EVENTS,
    # Monitoring, rectification, evaluation, spot checks and the use of results.
    "performance.framework_loaded": _("framework of evaluation loaded"),
    "performance.framework_saved": _("item of the framework saved"),
    "performance.category_schedule_saved": _("schedule of a category saved"),
    "performance.category_schedule_dropped": _("schedule of a category removed"),
    "performance.schedules_loaded": _("schedules of categories loaded"),
    "performance.schedule_set": _("schedule of a project set"),
    "performance.call_issued": _("round of monitoring sent out"),
    "performance.call_urged": _("missing monitoring forms urged"),
    "performance.form_saved": _("monitoring form saved"),
    "performance.form_submitted": _("monitoring form handed in"),
    "performance.form_accepted": _("monitoring form accepted"),
    "performance.form_returned": _("monitoring form sent back"),
    "performance.lamps_lit": _("budget lamps lit"),
    "performance.rectification_opened": _("rectification opened"),
    "performance.rectification_answered": _("rectification reported"),
    "performance.rectification_returned": _("report of a rectification sent back"),
    "performance.rectification_closed": _("rectification settled"),
    "performance.rectification_held": _("payments held back by a rectification"),
    "performance.rectification_let_go": _("payments let go by a rectification"),
    "performance.rectifications_overdue": _("overdue rectifications told to the office"),
    "performance.evaluations_opened": _("self-evaluations opened"),
    "performance.evaluation_begun": _("evaluation begun"),
    "performance.evaluation_saved": _("evaluation saved"),
    "performance.evaluation_submitted": _("evaluation handed in"),
    "performance.evaluation_approved": _("evaluation approved"),
    "performance.evaluation_returned": _("evaluation returned"),
    "performance.evaluation_withdrawn": _("evaluation taken back"),
    "performance.spot_drawn": _("evaluations drawn for a spot check"),
    "performance.points_lowered": _("points lowered by a spot check"),
    "performance.spot_viewed": _("view of the unit on a spot check"),
    "performance.spot_closed": _("spot check closed"),
    "performance.use_decided": _("use of a result decided"),
    "performance.use_told": _("result told to the unit"),
}

# kind → (template, label)
NOTICES = {
    **goalevents.NOTICES,
    **collectevents.NOTICES,
    "performance.called": (
        _("Fill in the monitoring forms for the months 1 to %(month)s by %(due)s."),
        _("monitoring forms to be filled in"),
    ),
    "performance.urged": (
        _("Monitoring forms for the months 1 to %(month)s are missing; they were asked for by %(due)s."),
        _("monitoring forms missing"),
    ),
    "performance.form_returned": (_("%(form)s was sent back: %(reason)s"), _("monitoring form sent back")),
    "performance.to_mend": (
        _("%(rectification)s: report by %(due)s what was mended."),
        _("rectification opened"),
    ),
    "performance.mended": (
        _("%(rectification)s has been reported and waits to be examined."),
        _("rectification reported"),
    ),
    "performance.mend_again": (
        _("%(rectification)s: the report was sent back: %(reason)s"),
        _("report of a rectification sent back"),
    ),
    "performance.mend_overdue": (
        _("%(rectification)s was to be mended by %(due)s."),
        _("rectification overdue"),
    ),
    "performance.evaluate": (
        _("Hand in the self-evaluations of %(year)s by %(due)s."),
        _("self-evaluations to be filled in"),
    ),
    "performance.spot_begun": (
        _("An evaluation of %(year)s of your unit is under a spot check."),
        _("spot check begun"),
    ),
    "performance.spot_viewed": (_("%(check)s: the unit has stated its view."), _("view of the unit")),
    "performance.spot_closed": (
        _("%(check)s is closed: %(before)s points before, %(after)s after it."),
        _("spot check closed"),
    ),
    "performance.result_told": (
        _("The result of %(project)s: %(score)s points. Read what follows from it."),
        _("result of an evaluation"),
    ),
    "performance.forms_wait": (
        _("Monitoring forms to be filled in: %(count)s, of them overdue: %(late)s."),
        _("monitoring forms to be filled in"),
    ),
    "performance.evaluations_wait": (
        _("Self-evaluations to be filled in: %(count)s, of them overdue: %(late)s."),
        _("self-evaluations to be filled in"),
    ),
    "performance.mend_wait": (
        _("Rectifications to be reported: %(count)s, of them overdue: %(late)s."),
        _("rectifications to be reported"),
    ),
}
