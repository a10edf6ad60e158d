"""Acts on one task: decide, pass on, ask. Each is one transaction under the lock of its case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.lowcode import policies
from apps.lowcode.flow.engine import return_targets
from apps.lowcode.models import Case, Task
from apps.lowcode.selectors.documents import is_long
from apps.lowcode.services.cases import copy_to, resubmit, urge, withdraw
from apps.lowcode.services.running import Running, take
from imbudget.kit import text
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

MOST_TEXT = 2000
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
    "reject",
    "resubmit",
    "send_back",
    "urge",
    "withdraw",
]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one task of many: nothing to say, or why it was refused."""

    task: Task
    refusal: str = ""


@act
def approve(actor: Actor, task: Task, *, opinion: str = "", asked: Mapping[str, str] | None = None) -> Case:
    """Sign. `asked` answers what the step asks its approvers (such as a ranking)."""
    running = _held(actor, task)
    if running.has_done("approved", task.key):
        return running.case
    answers = _answers(running, task, asked or {})
    running.add("approved", task=task.key, opinion=_clean(opinion), answers=answers)
    running.answers = answers
    return running.keep()


def approve_many(actor: Actor, tasks: Iterable[Task], *, opinion: str = "") -> list[Outcome]:
    """Sign many tasks, each in its own transaction; returns what became of each, in the order given.

    A long document is signed by itself, since a job does it.
    """
    outcomes = []
    chosen = list(tasks)
    if len(chosen) > MOST_AT_ONCE:
        raise RuleViolation(_("At most %(limit)d tasks are signed at once.") % {"limit": MOST_AT_ONCE})
    for task in chosen:
        try:
            if is_long(task.case):
                raise RuleViolation(_("The document is long: open it and approve it by itself."))
            approve(actor, task, opinion=opinion)
            outcomes.append(Outcome(task))
        except RuleViolation as refusal:
            outcomes.append(Outcome(task, str(refusal)))
    return outcomes


@act
def send_back(actor: Actor, task: Task, *, reason: str, fields: Iterable[str] = (), to: str = "") -> Case:
    """Return the document with a reason, and the parts it is about; to the step's usual place, or one it allows."""
    running = _held(actor, task)
    if running.has_done("returned", task.key):
        return running.case
    pointed = _pointed(running, fields)
    target = to or return_targets(running.flow, running.standing)[0]
    running.add("returned", task=task.key, to=target, reason=_clean(reason), fields=pointed)
    return running.keep()


@act
def reject(actor: Actor, task: Task, *, reason: str) -> Case:
    """Refuse the document for good."""
    running = _held(actor, task)
    if running.has_done("rejected", task.key):
        return running.case
    running.add("rejected", task=task.key, reason=_clean(reason))
    return running.keep()


@act
def delegate(actor: Actor, task: Task, *, user: int, reason: str) -> Case:
    """Pass the task on to another person who signs instead (转办)."""
    running = _held(actor, task)
    running.name("delegated", user, task=task.key, reason=_clean(reason))
    return running.keep()


@act
def add_signer(actor: Actor, task: Task, *, user: int, where: str, reason: str = "") -> Case:
    """Let another person sign too, before or after oneself (加签)."""
    running = _held(actor, task)
    running.name("signer_added", user, task=task.key, where=where, reason=_clean(reason))
    return running.keep()


@act
def consult(actor: Actor, task: Task, *, user: int, question: str) -> Case:
    """Ask a person for an opinion (征求意见); the task waits for nothing."""
    running = _held(actor, task)
    asked = _clean(question)
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
    running.add("opinion", task=task.key, text=_clean(opinion))
    return running.keep()


def _held(actor: Actor, task: Task) -> Running:
    """The case of a task, locked, for its holder."""
    require(policies.may_hold(actor, task))
    running = take(actor, task.case_id)
    require(policies.may_see_document(actor, running.binding, running.document))
    return running


def _answers(running: Running, task: Task, asked: Mapping[str, str]) -> dict[str, str]:
    """The answers to what the step asks; those who were only added to it are asked nothing."""
    found = running.standing.task(task.key)
    if found is None or found.kind != "main" or not running.standing.step:
        return {}
    answers = {}
    for key in running.flow.step(found.step).ask:
        choices = {str(value): label for value, label in running.binding.asks.get(key, ())}
        value = str(asked.get(key, ""))
        if value not in choices:
            raise RuleViolation(
                _("This step asks for more than a signature: choose an answer on the page of the task.")
            )
        answers[key] = value
    return answers


def _pointed(running: Running, fields: Iterable[str]) -> list[str]:
    """The parts of the document that a return points to, as far as the document has them."""
    known = running.binding.fields() if running.binding.fields else {}
    return [field for field in dict.fromkeys(fields) if field in known]


def _clean(given: str) -> str:
    """A text as it is kept. Raises RuleViolation for one that is too long or no Unicode."""
    try:
        cleaned = text.strip(text.clean(given))
    except ValueError as error:
        raise RuleViolation(_("This text has characters that are not Unicode (an old Mongolian font).")) from error
    if len(cleaned) > MOST_TEXT:
        raise RuleViolation(_("This text is longer than %(limit)d characters.") % {"limit": MOST_TEXT})
    return cleaned
