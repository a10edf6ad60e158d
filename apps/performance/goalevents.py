"""What the library of indicators and the examination of goals record as evidence, and what people are told."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "performance.library_saved": _("library of indicators saved"),
    "performance.library_loaded": _("library of indicators loaded"),
    "performance.indicator_added": _("indicator put into the library"),
    "performance.indicator_renewed": _("new version of an indicator"),
    "performance.indicator_ended": _("indicator of the library ended"),
    "performance.indicators_adopted": _("indicators taken into an application"),
    "performance.points_shared": _("points of goals shared out by the scheme"),
    "performance.goal_rule_saved": _("rule of a check of goals saved"),
    "performance.goal_commented": _("goal commented on"),
    "performance.comment_settled": _("comment on a goal settled"),
    "performance.comment_withdrawn": _("comment on a goal withdrawn"),
}

# kind → (template, label)
NOTICES = {
    "performance.commented": (_("%(project)s: a comment on the goals (%(where)s)."), _("goal commented on")),
    "performance.comment_answered": (
        _("%(project)s: your comment on the goals (%(where)s) has been settled."),
        _("comment on a goal settled"),
    ),
}
