"""What flows and cases record as evidence, and what people are told of them."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

EVENTS = {
    "lowcode.flow_saved": _("flow saved"),
    "lowcode.flow_imported": _("flow imported"),
    "lowcode.flow_published": _("flow published"),
    "lowcode.flow_retired": _("flow retired"),
    "lowcode.flow_discarded": _("draft of a flow discarded"),
    "lowcode.started": _("submitted for approval"),
    "lowcode.resubmitted": _("submitted for approval again"),
    "lowcode.approved": _("signed"),
    "lowcode.returned": _("returned by an approver"),
    "lowcode.rejected": _("rejected by an approver"),
    "lowcode.delegated": _("task passed on to another person"),
    "lowcode.signer_added": _("signer added"),
    "lowcode.consulted": _("opinion asked"),
    "lowcode.opinion": _("opinion given"),
    "lowcode.copied": _("document copied to people"),
    "lowcode.urged": _("approval urged"),
    "lowcode.withdrawn": _("withdrawn by the applicant"),
    "lowcode.nobody": _("nobody can act at a step"),
    "lowcode.entered": _("step went on after its post was filled"),
    "lowcode.replaced": _("task given to the present holders of a post"),
    "lowcode.escalated": _("overdue task given to an upper post"),
    "lowcode.completed": _("approval completed"),
}

# kind → (text, name of the kind)
NOTICES = {
    "lowcode.task": (_("“%(document)s” (%(type)s) waits for your decision."), _("task")),
    "lowcode.tasks": (_("%(count)s documents (%(type)s) wait for your decision."), _("tasks")),
    "lowcode.consulted": (_("%(name)s asks for your opinion on “%(document)s”: %(text)s"), _("opinion asked")),
    "lowcode.opinion": (_("%(name)s has given an opinion on “%(document)s”: %(text)s"), _("opinion given")),
    "lowcode.copied": (
        _("%(name)s has sent you “%(document)s” (%(type)s) for your information."),
        pgettext_lazy("task", "copy"),
    ),
    "lowcode.urged": (_("%(name)s asks you to decide on “%(document)s”."), _("urging")),
    "lowcode.reminded": (_("“%(document)s” is to be decided by %(due)s."), _("reminder")),
    "lowcode.escalated": (_("“%(document)s” is overdue at its approvers and has come to you."), _("overdue")),
    "lowcode.approved": (_("“%(document)s” (%(type)s) has been approved."), _("approved")),
    "lowcode.returned": (_("%(name)s has returned “%(document)s”: %(text)s"), _("returned")),
    "lowcode.sent_back": (
        _("%(name)s has sent “%(document)s” back to the step “%(step)s”: %(text)s"),
        _("sent back to a step"),
    ),
    "lowcode.withdrawn": (
        _("%(name)s has withdrawn “%(document)s”: it does not wait for you any more."),
        _("withdrawn"),
    ),
    "lowcode.rejected": (_("%(name)s has rejected “%(document)s”: %(text)s"), _("rejected")),
    "lowcode.nobody": (
        _("“%(document)s” cannot go on: nobody can act as %(role)s (%(place)s)."),
        _("nobody can act"),
    ),
    "lowcode.nobody_many": (
        _("%(count)s documents cannot go on: nobody can act as %(role)s (%(place)s)."),
        _("nobody can act"),
    ),
    "lowcode.waiting": (_("%(count)s documents wait for you, %(overdue)s of them overdue."), _("documents that wait")),
}
