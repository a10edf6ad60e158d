"""What follows when the flow has approved evaluations, and the signatures that one person gives to many of them at once."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.selectors.inbox import own_tasks
from apps.lowcode.services.tasks import approve_each
from apps.performance.models import Evaluation
from apps.performance.services.results import settle_scores
from apps.performance.transitions import EVALUATION
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance_many, is_open

SUBJECT = "performance.evaluation"


def approve_evaluation(actor: Actor, evaluation: Evaluation) -> None:
    """The flow has approved: its score counts for the project's year."""
    for refusal in approve_evaluations(actor, [evaluation]).values():
        raise RuleViolation(refusal)
    evaluation.refresh_from_db()
    evaluation.of.refresh_from_db()


def approve_evaluations(actor: Actor, evaluations: Sequence[Evaluation]) -> dict[int, str]:
    """The flow has approved these, in as many statements as for one; gives those that were moved on meanwhile, and why."""
    related = Evaluation.objects.select_related("of__project", "of__region", "region")
    rows = related.filter(pk__in=[one.pk for one in evaluations]).order_by("pk")
    open_ = [one for one in rows.select_for_update(of=("self",), no_key=True) if is_open(EVALUATION, one, "approve")]
    if open_:
        keys = [one.pk for one in open_]
        advance_many(EVALUATION, Evaluation.objects.filter(pk__in=keys), "approve", approved_at=timezone.now())
        facts = [(one, {"score": one.score, "grade": one.grade}) for one in open_]
        evidence.append_many("performance.evaluation_approved", facts, actor)
        settle_scores([one.of for one in {one.of_id: one for one in open_}.values()])
    gone = {one.pk for one in evaluations} - {one.pk for one in open_}
    text = _("Someone else has just moved this on: this step is no longer open. Reload the page.")
    return dict.fromkeys(gone, text)


def sign_evaluations(actor: Actor, evaluations: Sequence[Evaluation], opinion: str = "") -> dict[Any, str]:
    """Sign the person's own tasks on these evaluations: evaluation → why its signature was refused.

    Each is judged as if it were signed alone: who has made one, or has signed another step of it, is refused it.
    """
    keys = [one.pk for one in evaluations]
    tasks = list(own_tasks(actor, SUBJECT, Evaluation.objects.filter(pk__in=keys)))
    refused = dict.fromkeys(keys, _("It does not wait for you."))
    for outcome in approve_each(actor, tasks, opinion=opinion):
        if outcome.refusal:
            refused[outcome.task.case.document_id] = outcome.refusal
        else:
            refused.pop(outcome.task.case.document_id, None)
    return refused
