"""What the review tells people: kind → (template, label)."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "review.invited": (
        _("You are invited to the panel of “%(review)s”. Answer by %(until)s."),
        _("invitation to a panel"),
    ),
    "review.urged": (_("Your part in “%(review)s” is still open. It is due by %(until)s."), _("urged expert")),
    "review.answered": (
        _("%(person)s has answered the invitation to “%(review)s”: %(answer)s."),
        _("answer of an expert"),
    ),
    "review.scoring": (_("“%(review)s” can be scored now, by %(until)s."), _("scoring begun")),
    "review.scored": (_("All score sheets of “%(review)s” are in."), _("all score sheets in")),
    "review.discussion": (_("The discussion of “%(review)s” is open."), _("discussion opened")),
    "review.redraw": (
        _("Another draw for “%(review)s” waits for a second person: %(reason)s"),
        _("another draw asked for"),
    ),
    "review.objected": (
        _("An objection to “%(notice)s” was filed; it is to be answered by %(until)s."),
        _("objection filed"),
    ),
    "review.decided": (_("The review of “%(project)s” has ended: %(outcome)s."), _("review of a project ended")),
    "review.admitted": (_("%(person)s is in the expert pool now."), _("expert admitted")),
    "review.cancelled": (_("“%(review)s” has been called off: %(reason)s"), _("review called off")),
    "review.applied": (
        _("%(person)s has applied for the expert pool of %(region)s."),
        _("application for the expert pool"),
    ),
    "review.redraw_decided": (_("Another draw for “%(review)s”: %(answer)s."), _("another draw decided on")),
    "review.dismissed": (
        _("Another panel has been drawn for “%(review)s”; you are not on it. Thank you for your readiness."),
        _("panel drawn anew"),
    ),
    "review.waiting": (_("Panels that wait for you: %(count)s."), _("panels that wait")),
}
