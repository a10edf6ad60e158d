"""What the approval engine is told of evaluations."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.evidence.models import Entry
from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.performance.models import Evaluation, EvaluationKind
from apps.performance.selectors.evaluating import result_of
from apps.performance.services import evaluations

FACTS = (
    Fact("kind", _("kind of evaluation"), Kind.CHOICE, tuple((str(one.value), one.label) for one in EvaluationKind)),
    Fact("score", _("score"), Kind.MONEY),
    Fact("budget", _("budget of the whole year"), Kind.MONEY),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


def _read(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "kind": evaluation.kind,
        "score": evaluation.score,
        "budget": evaluation.budget,
        "region_level": evaluation.region.level,
    }


def _makers(evaluation: Evaluation) -> list[int]:
    """Who has filled it in signs it nowhere."""
    entries = Entry.objects.filter(
        subject_type=evaluation._meta.label, subject_id=str(evaluation.pk), event="performance.evaluation_saved"
    )
    users = {int(pk) for pk in entries.values_list("actor_id", flat=True).order_by().distinct() if pk}
    return sorted(users | ({evaluation.author_id} if evaluation.author_id else set()))


def _to_sign(evaluation: Evaluation) -> dict[str, Any]:
    return {"result": result_of(evaluation), "evaluation": evaluation}


def evaluation_binding() -> Binding:
    """Self-evaluations and evaluations of departments and finance offices go through one type of flow."""
    return Binding(
        subject=evaluations.SUBJECT,
        label=_("evaluation of performance"),
        model="performance.Evaluation",
        facts=FACTS,
        read=_read,
        makers=_makers,
        part=("performance/_evaluation_to_sign.html", _to_sign),
        approved=evaluations.approve_evaluation,
        returned=evaluations.return_evaluation,
        withdrawn=evaluations.withdrawn_evaluation,
    )
