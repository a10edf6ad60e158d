"""What the approval engine is told of the review: facts to decide by, and what its decisions mean."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.translation import gettext_lazy as _

from apps.lowcode.bindings import Binding
from apps.lowcode.conditions import Fact, Kind
from apps.review.models import Conclusion, ReviewKind
from apps.review.services import conclusions


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
        approved=conclusions.confirm_conclusion,
        returned=conclusions.return_conclusion,
    )
