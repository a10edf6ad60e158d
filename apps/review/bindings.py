"""What the approval engine is told of the review: facts to decide by, and what its decisions mean."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.review.models import Conclusion, Expert, ExpertSource, ReviewKind, TitleRank
from apps.review.services import admission, conclusions
from imbudget.kit.signatures import Asks


def _choices(enum: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((str(member.value), member.label) for member in enum)


ADMISSION_FACTS = (
    Fact("level", _("level of the pool (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
    Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
    Fact("title_rank", _("rank of the title"), Kind.CHOICE, _choices(TitleRank)),
    Fact("source", _("came by"), Kind.CHOICE, _choices(ExpertSource)),
)


def _read_expert(expert: Expert) -> dict[str, Any]:
    return {
        "level": expert.level,
        "region_level": expert.region.level,
        "title_rank": expert.title_rank,
        "source": expert.source,
    }


def _expert_fields() -> Mapping[str, Any]:
    """What a return may point to."""
    names = ("name", "title_rank", "title", "employer", "level", "languages", "introduction")
    found = {field.name: field.verbose_name for field in Expert._meta.fields if field.name in names}
    return found | {"fields": _("fields of expertise"), "employments": _("employments"), "kin": _("kin")}


def admission_binding() -> Binding:
    """The admission of an expert to the pool; who wrote the expert down signs nowhere."""
    return Binding(
        subject=admission.SUBJECT,
        label=_("admission of an expert"),
        model="review.Expert",
        facts=ADMISSION_FACTS,
        read=_read_expert,
        makers=lambda expert: [expert.author_id] if expert.author_id else [],
        approved=admission.admit_expert,
        returned=admission.return_expert,
        rejected=admission.refuse_expert,
        withdrawn=admission.withdrawn_expert,
        fields=_expert_fields,
    )


def read_conclusion(conclusion: Conclusion) -> dict[str, Any]:
    """The values of the facts."""
    review = conclusion.review
    sums = review.items.aggregate(
        submitted=Sum("submitted"), amount=Sum("amount"), deviations=Count("pk", filter=~Q(deviation=""))
    )
    return {
        "kind": review.kind,
        "projects": review.items.count(),
        "submitted": sums["submitted"] or Decimal(0),
        "amount": sums["amount"] or Decimal(0),
        "deviations": sums["deviations"],
        "region_level": review.region.level,
    }


def makers(conclusion: Conclusion) -> list[int]:
    """Who organised the review and who wrote its conclusion confirm it nowhere."""
    return [user for user in {conclusion.review.organiser_id, conclusion.author_id} if user is not None]


def conclusion_binding() -> Binding:
    """The conclusion of a review, confirmed by the leader of the finance office."""
    return Binding(
        subject=conclusions.SUBJECT,
        label=_("conclusion of a review"),
        model="review.Conclusion",
        facts=(
            Fact("kind", _("kind of review"), Kind.CHOICE, tuple((kind.value, kind.label) for kind in ReviewKind)),
            Fact("projects", _("number of projects"), Kind.INTEGER),
            Fact("submitted", _("amount submitted"), Kind.MONEY),
            Fact("amount", _("amount approved"), Kind.MONEY),
            Fact("deviations", _("results that differ from the computed ones"), Kind.INTEGER),
            Fact("region_level", _("level of the region (0: autonomous region, 1: league, 2: banner)"), Kind.INTEGER),
        ),
        read=read_conclusion,
        makers=makers,
        asks_again=Asks.AT_FIRST,
        approved=conclusions.confirm_conclusion,
        returned=conclusions.return_conclusion,
    )
