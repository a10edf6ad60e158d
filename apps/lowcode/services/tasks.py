"""Acts on one task: decide, pass on, ask. Each is one transaction under the lock of its case."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from apps.lowcode import policies
from apps.lowcode.flow.engine import return_targets
from apps.lowcode.models import Case, Task
from apps.lowcode.selectors.documents import document_of, is_long, owed_of
from apps.lowcode.services.cases import copy_to, resubmit, urge, withdraw
from apps.lowcode.services.many import sign_together
from apps.lowcode.services.running import Running, take
from apps.lowcode.services.signing import Outcome, cleaned, pointed, sign
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

MOST_AT_ONCE = 200

__all__ = [
    "Outcome",
    "add_signer",
    "approve",
    "approve_many",
    "consult",
    "copy_to",
    "delegate",
    "give_opinion",
    "refuse_unready",
    "reject",
    "resubmit",
    "send_back",
    "urge",
    "withdraw",
]


@act
def approve(actor: Actor, task: Task, *, opinion: str = "", asked: Mapping[str, str] | None = None) -> Case:
    """Sign. `asked` answers what the step asks its approvers (such as a ranking)."""
    running = _held(actor, task)
    if running.has_done("approved", task.key):
        return running.case
    sign(running, task, opinion, asked or {})
    return running.keep()


def refuse_unready(actor: Actor, task: Task) -> None:
    """Raise what a signature would be refused for before its document is looked at, so that no job begins in vain."""
    require(policies.may_hold(actor, task))
    owed = owed_of(actor, task.case, document_of(actor, task.case))
    if owed is not None:
        raise RuleViolation(owed.reason)


def approve_many(actor: Actor, tasks: Iterable[Task], *, opinion: str = "") -> list[Outcome]:
    """Sign many tasks; returns what became of each, in the order given. One that is refused keeps no other from it.

    Documents of a type that is made for it are signed together, all others each in a transaction of its own; a long
    one is signed by itself, since a job does it.
    """
    chosen = list(tasks)
    if len(chosen) > MOST_AT_ONCE:
        raise RuleViolation(_("At most %(limit)d tasks are signed at once.") % {"limit": MOST_AT_ONCE})
    short = [task for task in chosen if not is_long(task.case)]
    done = {outcome.task.pk: outcome for outcome in approve_each(actor, short, opinion=opinion)}
    refusal = _("The document is long: open it and approve it by itself.")
    return [done.get(task.pk) or Outcome(task, refusal) for task in chosen]


def approve_each(actor: Actor, tasks: Sequence[Task], *, opinion: str = "") -> list[Outcome]:
    """The same for a job, which takes as many tasks as one transaction should hold."""
    refused = sign_together(actor, tasks, cleaned(opinion))
    outcomes = []
    for task in tasks:
        refusal = refused.get(task.pk)
        outcomes.append(_signed(actor, task, opinion) if refusal is None else Outcome(task, refusal))
    return outcomes


def _signed(actor: Actor, task: Task, opinion: str) -> Outcome:
    try:
        approve(actor, task, opinion=opinion)
    except RuleViolation as refusal:
        return Outcome(task, str(refusal))
    return Outcome(task)


@act
def send_back(actor: Actor, task: Task, *, reason: str, fields: Iterable[str] = (), to: str = "") -> Case:
    """Return the document with a reason, and the parts it is about; to the step's usual place, or one it allows."""
    running = _held(actor, task)
    if running.has_done("returned", task.key):
        return running.case
    meant = pointed(running, fields)
    target = to or return_targets(running.flow, running.standing)[0]
    running.add("returned", task=task.key, to=target, reason=cleaned(reason), fields=meant)
    return running.keep()


@act
def reject(actor: Actor, task: Task, *, reason: str) -> Case:
    """Refuse the document for good."""
    running = _held(actor, task)
    if running.has_done("rejected", task.key):
        return running.case
    running.add("rejected", task=task.key, reason=cleaned(reason))
    return running.keep()


@act
def delegate(actor: Actor, task: Task, *, user: int, reason: str) -> Case:
    """Pass the task on to another person who signs instead (转办)."""
    running = _held(actor, task)
    running.name("delegated", user, task=task.key, reason=cleaned(reason))
    return running.keep()


@act
def add_signer(actor: Actor, task: Task, *, user: int, where: str, reason: str = "") -> Case:
    """Let another person sign too, before or after oneself (加签)."""
    running = _held(actor, task)
    running.name("signer_added", user, task=task.key, where=where, reason=cleaned(reason))
    return running.keep()


@act
def consult(actor: Actor, task: Task, *, user: int, question: str) -> Case:
    """Ask a person for an opinion (征求意见); the task waits for nothing."""
    running = _held(actor, task)
    asked = cleaned(question)
    if not asked:
        raise RuleViolation(_("Write what you want to know."))
    running.name("consulted", user, task=task.key, question=asked)
    return running.keep()


@act
def give_opinion(actor: Actor, task: Task, *, opinion: str) -> Case:
    """Answer a request for an opinion."""
    running = _held(actor, task)
    if running.has_done("opinion", task.key):
        return running.case
    running.add("opinion", task=task.key, text=cleaned(opinion))
    return running.keep()


def _held(actor: Actor, task: Task) -> Running:
    """The case of a task, locked, for its holder."""
    require(policies.may_hold(actor, task))
    running = take(actor, task.case_id)
    require(policies.may_see_document(actor, running.binding, running.document))
    return running
