"""What the pages and documents show of a draw."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise

from apps.review.drawing import Criteria, Entry, lines_of
from apps.review.models import Draw, Expert, ExpertField, Language, Review, TitleRank
from apps.review.selectors.candidates import LABELS

SHOWN = 300  # steps of one draw on a page; all of them stand in the stored result


@dataclass(frozen=True, slots=True)
class Step:
    """One place of the sequence: who came up, and the field of their seat, or why they were passed over."""

    place: int
    expert: str
    employer: str
    field: str
    reasons: list[str | Promise]


def draws_of(review: Review) -> QuerySet[Draw]:
    """The draws of a review in their order, without their large facts."""
    rows = review.draws.defer("pool", "result", "seed").select_related("operator", "supervisor", "origin")
    return rows.defer("pool", "result", "seed", "origin__pool", "origin__result", "origin__seed").order_by("number")


def steps_of(draw: Draw, limit: int | None = SHOWN) -> list[Step]:
    """The draw step by step, with the names of today and the employers as they were at the draw."""
    steps = draw.result.get("steps", [])[:limit]
    places = {pk: field for _place, pk, field in draw.result.get("panel", [])}
    people = Expert.objects.only("name", "employer").in_bulk([pk for _place, pk, _reasons in steps])
    employers = dict(draw.members.values_list("expert_id", "employer"))
    names = field_names(places.values())
    return [
        Step(
            place,
            people[pk].name if pk in people else str(pk),
            employers.get(pk) or (people[pk].employer if pk in people else ""),
            names.get(places.get(pk, ""), "") if not reasons else "",
            [LABELS.get(code, code) for code in reasons],
        )
        for place, pk, reasons in steps
    ]


def candidates_of(draw: Draw) -> list[Entry]:
    """The snapshot of candidates that a draw was made from; a replacement has that of the draw it continues."""
    return [Entry.read(line) for line in lines_of((draw.origin or draw).pool)]


def avoided_in(draw: Draw) -> list[tuple[str | Promise, int]]:
    """How many candidates of the snapshot had to stay away, by reason, the most frequent first."""
    lines = lines_of((draw.origin or draw).pool)
    counted = Counter(code for line in lines for code in line.rpartition("\t")[2].split())
    return [(LABELS.get(code, code), count) for code, count in counted.most_common()]


def criteria_lines(draw: Draw) -> list[str]:
    """The criteria in words: quotas, ranks and languages."""
    criteria = Criteria.read(draw.criteria)
    names = field_names(code for code, _quota in criteria.fields)
    lines = [f"{names.get(code, code)} × {quota}" for code, quota in criteria.fields]
    if criteria.min_rank:
        lines.append("≥ " + str(TitleRank(criteria.min_rank).label))
    return [*lines, *(str(Language(language).label) for language in criteria.languages)]


def field_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of fields of expertise in the reader's language."""
    rows: Any = ExpertField.objects.filter(code__in={code for code in codes if code})
    return {field.code: field.name for field in rows}
