"""What is known of the experts of a pool: their lists, who keeps them, and how they have worked."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg, Count
from django.utils import timezone

from apps.accounts.models import Post
from apps.evidence.models import Entry
from apps.regions.models import Region
from apps.review.expertfacts import ExpertFacts, Relative, Tie
from apps.review.models import Expert, ExpertSource, ExpertSpeciality, MemberState, PanelMember, ReviewState
from apps.review.models.panel import SEATED
from apps.review.selectors.avoidance import quarter_of
from apps.review.selectors.settings import setting_of

KEEPERS = ("region_officer", "league_officer", "banner_officer")
AT_WORK = (ReviewState.PREPARING, ReviewState.FORMING, ReviewState.SCORING, ReviewState.DISCUSSION)
SHOWN = 100  # panels of one expert that are listed


def keepers(region: Region) -> list[int]:
    """The users who keep the pool of a region today."""
    posts = Post.objects.on().filter(region=region, role__in=KEEPERS, user__is_active=True)
    return list(posts.values_list("user_id", flat=True))


def recent_applications(span: timedelta) -> list[Entry]:
    """The evidence of what came from the public page lately: from which address, with which work done."""
    since = timezone.now() - span
    recent = Expert.objects.filter(source=ExpertSource.APPLICATION, created_at__gte=since).values_list("pk", flat=True)
    subjects = [str(pk) for pk in recent]
    of_experts = Entry.objects.filter(subject_type=Expert._meta.label, subject_id__in=subjects)
    return list(of_experts.filter(event="review.expert_applied").order_by())


def field_codes(expert: Expert) -> frozenset[str]:
    """The codes of the expert's fields of expertise."""
    return frozenset(expert.specialities.values_list("field__code", flat=True))


def fields_of(experts: Collection[int]) -> dict[int, list[str]]:
    """The names of the fields of expertise of some experts, in the reader's language. One query."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = ExpertSpeciality.objects.filter(expert__in=experts).select_related("field").order_by("field__code")
    for row in rows:
        found[row.expert_id].append(row.field.name)
    return dict(found)


def ties_of(expert: Expert) -> tuple[Tie, ...]:
    """The expert's employments as they were written."""
    rows = expert.employments.order_by("pk").values_list("employer", "kind", "since", "until")
    return tuple(Tie(*row) for row in rows)


def relatives_of(expert: Expert) -> tuple[Relative, ...]:
    """The expert's kin as they were written."""
    rows = expert.kin.order_by("pk").values_list("kind", "employer", "note")
    return tuple(Relative(*row) for row in rows)


def units_of(expert: Expert) -> dict[str, int]:
    """The budget units that the expert's employers are known to be, by name."""
    found = {expert.employer: expert.employer_unit_id} if expert.employer_unit_id else {}
    for rows in (expert.employments, expert.kin):
        found |= dict(rows.exclude(unit=None).values_list("employer", "unit_id"))
    return found


def facts_of(expert: Expert) -> ExpertFacts:
    """All that is written down of an expert, as a form shows it."""
    return ExpertFacts(
        name=expert.name,
        employer=expert.employer,
        title_rank=expert.title_rank,
        id_number=expert.id_number,
        phone=expert.phone,
        level=expert.level,
        fields=tuple(sorted(field_codes(expert))),
        languages=tuple(expert.languages),
        title=expert.title,
        email=expert.email,
        introduction=expert.introduction,
        employer_unit=expert.employer_unit_id,
        employments=ties_of(expert),
        kin=relatives_of(expert),
    )


def open_seats(expert: Expert) -> int:
    """On how many panels at work the expert sits."""
    return expert.panels.filter(state__in=SEATED, review__state__in=AT_WORK).count()


@dataclass(frozen=True, slots=True)
class Record:
    """How an expert has worked: panels, how they ended, marks, and the panels of this quarter against the limit."""

    panels: list[PanelMember]
    total: int
    states: list[tuple[str, int]]
    mark: Decimal | None
    marks: int
    this_quarter: int
    limit: int

    @property
    def is_cooling(self) -> bool:
        """Whether the expert has sat on as many panels as a quarter allows."""
        return self.limit > 0 and self.this_quarter >= self.limit


def record_of(expert: Expert, day: date | None = None) -> Record:
    """The record of an expert on a day (today)."""
    members = PanelMember.objects.filter(expert=expert)
    counted = members.order_by("state").values_list("state").annotate(count=Count("pk"))
    states = [(str(MemberState(state).label), count) for state, count in counted]
    marks = members.aggregate(mean=Avg("rating__score"), count=Count("rating"))
    newest = members.select_related("review__region", "rating").order_by("-invited_at", "-pk")
    return Record(
        panels=list(newest[:SHOWN]),
        total=sum(count for _state, count in states),
        states=states,
        mark=Decimal(marks["mean"]).quantize(Decimal("0.01"), ROUND_HALF_UP) if marks["count"] else None,
        marks=marks["count"],
        this_quarter=panels_of_quarter(expert, day or timezone.localdate()),
        limit=setting_of(expert.region).cooling_draws,
    )


def panels_of_quarter(expert: Expert, day: date) -> int:
    """The panels of the quarter of a day on which the expert sits or has sat: what resting from draws counts."""
    start, end = quarter_of(day)
    return expert.panels.filter(state__in=SEATED, invited_at__gte=start, invited_at__lt=end).count()
