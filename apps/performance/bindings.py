"""What the approval engine is told of evaluations."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.performance.models import Evaluation, EvaluationKind
from apps.performance.selectors.evaluating import result_of
from apps.performance.selectors.people import colleagues_of, makers_of
from apps.performance.services import evaluations, signing

FACTS = (
    Fact("kind", _("kind of evaluation"), Kind.CHOICE, tuple((str(one.value), one.label) for one in EvaluationKind)),
    Fact("score", _("score"), Kind.MONEY),
    Fact("budget", _("budget of the whole year"), Kind.MONEY),
    Fact("colleagues", _("others at the finance office who may sign"), Kind.INTEGER),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
)


def _read(evaluation: Evaluation) -> dict[str, Any]:
    return {
        "kind": evaluation.kind,
        "score": evaluation.score,
        "budget": evaluation.budget,
        "colleagues": len(colleagues_of(evaluation)),
        "region_level": evaluation.region.level,
    }


def _makers(evaluation: Evaluation) -> list[int]:
    """Who has filled it in signs it nowhere."""
    return makers_of([evaluation])[evaluation.pk]


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
        approved=signing.approve_evaluation,
        approved_many=signing.approve_evaluations,
        returned=evaluations.return_evaluation,
        withdrawn=evaluations.withdrawn_evaluation,
    )
