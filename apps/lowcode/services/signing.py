"""A signature on one task of a locked case, for acts on one document and on many."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.lowcode.models import Task
from apps.lowcode.services.running import Running
from imbudget.kit import text
from imbudget.kit.errors import RuleViolation

MOST_TEXT = 2000


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one task of many: nothing to say, or why it was refused."""

    task: Task
    refusal: str = ""


def sign(running: Running, task: Task, opinion: str, asked: Mapping[str, str]) -> None:
    """Add the signature to the history; the caller keeps it. `asked` answers what the step asks.

    Raises RuleViolation where the signer has something to do with the document first.
    """
    owed = running.binding.owed_by(running.actor, running.document)
    if owed is not None:
        raise RuleViolation(owed.reason)
    answers = _answers(running, task, asked)
    running.add("approved", task=task.key, opinion=cleaned(opinion), answers=answers)
    running.answers = answers


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


def pointed(running: Running, fields: Iterable[str]) -> list[str]:
    """The parts of the document that a return points to, as far as the document has them."""
    known = running.binding.fields() if running.binding.fields else {}
    return [field for field in dict.fromkeys(fields) if field in known]


def cleaned(given: str) -> str:
    """A text as it is kept. Raises RuleViolation for one that is too long or no Unicode."""
    try:
        clean = text.strip(text.clean(given))
    except ValueError as error:
        raise RuleViolation(_("This text has characters that are not Unicode (an old Mongolian font).")) from error
    if len(clean) > MOST_TEXT:
        raise RuleViolation(_("This text is longer than %(limit)d characters.") % {"limit": MOST_TEXT})
    return clean
