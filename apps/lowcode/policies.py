"""Who may act on tasks and cases, and who keeps flows; each answer carries its reason."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.lowcode.bindings import Binding
from apps.lowcode.models import Case, FlowDefinition, Task
from apps.regions.models import Region
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.errors import ALLOWED, Verdict, refused


def may_design_flows_in(actor: Actor, region: Region) -> Verdict:
    """Make, publish and retire the flows of a region: its own budget officer."""
    if actor.role == "system":
        return ALLOWED
    if not actor.can("lowcode.design"):
        return refused(_("Your post does not include the design of approval flows."))
    if actor.reach == Reach.UNITS or not actor.is_home(region.pk):
        return refused(_("Only the budget officer of a region makes its approval flows."))
    return ALLOWED


def may_design_flow(actor: Actor, definition: FlowDefinition) -> Verdict:
    """Change, publish or retire a flow: the region it belongs to."""
    return may_design_flows_in(actor, definition.region)


def may_hold(actor: Actor, task: Task) -> Verdict:
    """Act on a task: its holder, in the post that it was given to."""
    if actor.user_id is None or task.user_id != actor.user_id:
        return refused(_("This task is not yours."))
    if task.post_id is not None and task.post_id != actor.post_id:
        return refused(_other_post(task))
    if not actor.can("lowcode.act"):
        return refused(_("Your post does not include acting on tasks."))
    return ALLOWED


def _other_post(task: Task) -> str:
    post: Any = task.post
    if post.is_held_on(timezone.localdate()):
        return _("This task belongs to your post %(post)s: change to it first.") % {"post": post}
    text = _(
        "Your post %(post)s, to which this task belongs, is not held any more. Whoever holds it now gets the task"
        " overnight; if nobody does, ask the finance office to fill it."
    )
    return text % {"post": post}


def may_see_document(actor: Actor, binding: Binding, document: Any) -> Verdict:
    """Act on a document at all: it must lie in the actor's scope."""
    if actor.role == "system" or binding.is_seen_by(actor, document):
        return ALLOWED
    return refused(_("This document is outside the scope of your post."))


def may_go_on(actor: Actor, case: Case) -> Verdict:
    """Let a case that found nobody look again: the office whose flow it is, the document's own office, its applicant."""
    if actor.role == "system" or (actor.user_id is not None and actor.user_id == case.applicant_id):
        return ALLOWED
    officer = actor.can("lowcode.design") and actor.reach != Reach.UNITS
    if officer and (actor.is_home(case.region_id) or actor.is_home(case.version.definition.region_id)):
        return ALLOWED
    return refused(_("Only the budget officer or the applicant lets the document go on."))
