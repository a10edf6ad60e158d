"""One of everything in the review of the first banner, for tests that open every address."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.budget.tests.factories import World
from apps.files.models import StoredFile
from apps.review.models import Conclusion, ConclusionState, Objection, Publicity, PublicityItem, ReviewState
from apps.review.tests import factories as make
from apps.review.tests.panels import BODY
from apps.review.tests.scored import hand_in


def published_review(world: World) -> dict[str, Any]:
    """A review before the public with an objection, and all that hangs on it."""
    project = make.waiting_project(world)
    review = make.make_review(world.tree.banner, [project], state=ReviewState.PUBLISHED, body=BODY)
    review.items.update(verdict="support", amount=Decimal("700000.00"), score=Decimal("82.50"), rank=1)
    expert = make.make_expert(world.tree.banner)
    (member,) = make.seat(review, [expert])
    made = Conclusion.objects.create(review=review, state=ConclusionState.CONFIRMED, author=review.organiser)
    conclusion = Conclusion.objects.get(pk=made.pk)
    today = timezone.localdate()
    publicity = Publicity.objects.create(
        conclusion=conclusion, year=today.year, number=1, title_zh_hans="评审结果公示", days=5, counting="working",
        starts_on=today, ends_on=today + timedelta(days=7), digest="0" * 64, author=review.organiser,
    )  # fmt: skip
    item = review.items.get()
    sheet = hand_in(member, item, "82.50")
    published = PublicityItem.objects.create(
        publicity=publicity, item=item, project=project, unit=world.unit, number=1, code=project.code,
        name=project.name, unit_name=str(world.unit), submitted=project.total, amount=item.amount, verdict="support",
    )  # fmt: skip
    objection = Objection.objects.create(
        publicity=publicity, item=published, code="ABCD-EFGH-JKLM-NPQR", ground="重复", proof="x", due_on=today
    )
    publicity = Publicity.objects.select_related("region").get(pk=publicity.pk)
    return {
        "expert": expert, "review": review, "draw": review.draws.get(), "member": member, "item": item, "sheet": sheet,
        "conclusion": conclusion, "publicity": publicity, "published": published, "objection": objection,
    }  # fmt: skip


def by_address(rows: dict[str, Any]) -> dict[str, Any]:
    """Beginning of an address's name → the row it is about; the longer beginnings first."""
    review, member = rows["review"], rows["member"]
    return {
        "review:expert_rate": member,
        "review:expert": rows["expert"],
        "review:draw_new": review,
        "review:draw_replace": review,
        "review:draw_redraw": review,
        "review:draw": rows["draw"],
        "review:desk": member,
        "review:panel_miss": member,
        "review:conclusion": rows["conclusion"],
        "review:publish": rows["conclusion"],
        "review:publicity": rows["publicity"],
        "review:take_down": rows["publicity"],
        "review:objection": rows["objection"],
        "review:": review,
        "reports:review": review,
        "reports:notice": rows["publicity"],
        "reports:draw": rows["draw"],
        "public:": rows["published"],
    }


def arguments(rows: dict[str, Any], stored: StoredFile) -> dict[str, Any]:
    """What the addresses of the review are made of besides the key of a row."""
    publicity = rows["publicity"]
    return {
        "item": rows["item"].pk,
        "sheet": rows["sheet"].pk,
        "file": stored.pk,
        "language": "zh-hans",
        "region": publicity.region.code,
        "year": publicity.year,
        "number": publicity.number,
        "code": rows["objection"].code,
    }
