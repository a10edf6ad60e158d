"""Experts, projects that wait for review, and reviews with a panel, as rows; what the services do is theirs to test."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory
from django.db.models import Min
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory, make_actor
from apps.budget.tests.factories import World
from apps.lowcode.models import FormDefinition, FormPurpose, FormVersion, VersionState
from apps.lowcode.services.versions import digest_of as form_digest
from apps.projects.models import Project, ProjectState, ProjectVersion, VersionReason
from apps.projects.selectors.versions import body_of, digest_of
from apps.projects.tests.factories import make_project
from apps.regions.models import Region, Unit
from apps.review.employers import employer_key
from apps.review.models import (
    CostFinding,
    Dossier,
    Draw,
    DrawKind,
    DrawState,
    Expert,
    ExpertField,
    ExpertSource,
    ExpertSpeciality,
    ExpertState,
    MemberState,
    PanelMember,
    Publicity,
    Review,
    ReviewItem,
    ReviewKind,
    ReviewState,
    SeenDay,
)
from imbudget.kit.actor import Actor

ALIASES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SHEET = {"format": 1, "fields": [{"key": "remark", "type": "text", "label": {"zh": "评语"}}]}


class ExpertFieldFactory(factory.django.DjangoModelFactory):
    """A field of expertise."""

    class Meta:
        model = ExpertField
        django_get_or_create = ("code",)

    code = "grassland"
    name_zh_hans = "草原生态"


class ExpertFactory(factory.django.DjangoModelFactory):
    """An admitted expert of a region's pool with an employer of their own; with a user when `user` is given."""

    class Meta:
        model = Expert

    name = factory.Sequence(lambda number: f"专家{number}")
    level = factory.LazyAttribute(lambda expert: expert.region.level)
    title_rank = "senior"
    employer = factory.Sequence(lambda number: f"草原研究所第{number}分所")
    employer_key = factory.LazyAttribute(lambda expert: employer_key(expert.employer))
    languages = ["zh"]
    source = ExpertSource.ENTRY
    state = ExpertState.ADMITTED
    admitted_at = factory.LazyFunction(timezone.now)
    search_key = factory.LazyAttribute(lambda expert: expert.name)


def make_expert(region: Region, *, field: str = "grassland", user: User | None = None, **values: Any) -> Expert:
    """An admitted expert of a field."""
    expert = ExpertFactory(region=region, user=user, **values)
    ExpertSpeciality.objects.create(expert=expert, field=ExpertFieldFactory(code=field))
    return expert


def expert_actor(expert: Expert) -> Actor:
    """The expert signed in; gets an account when they have none."""
    if expert.user is None:
        expert.user = UserFactory(name=expert.name)
        expert.save(update_fields=["user"])
    return make_actor("expert", expert.region, expert.user)


def officer(region: Region) -> Actor:
    """Who organises reviews of a region."""
    return make_actor(("region_officer", "league_officer", "banner_officer")[min(region.level, 2)], region)


def leader(region: Region) -> Actor:
    """Who confirms conclusions of a region."""
    return make_actor("finance_leader", region)


def supervisor(region: Region) -> Actor:
    """Who supervises draws of a region and handles objections."""
    return make_actor("review_supervisor", region)


def days_pass(until: date, since: date | None = None) -> None:
    """Every day up to the one before `until` goes by with the system at work, from the first notice's first one on."""
    first = since or Publicity.objects.aggregate(first=Min("starts_on"))["first"] or until
    now = timezone.now()
    days = [first + timedelta(days=number) for number in range((until - first).days)]
    seen = [SeenDay(day=day, first_at=now, last_at=now) for day in days]
    SeenDay.objects.bulk_create(seen, ignore_conflicts=True)


def waiting_project(world: World, unit: Unit | None = None, amount: str = "800000.00", **values: Any) -> Project:
    """A project that has been approved and waits for expert review, with the version that was handed in."""
    unit = unit or world.unit
    submitted_at = timezone.now() - timedelta(days=20)
    project = make_project(world.codes, unit, amount, version=1, submitted_at=submitted_at, **values)
    Project.objects.filter(pk=project.pk).update(state=ProjectState.REVIEW_PENDING)
    project.refresh_from_db()
    body = body_of(project)
    ProjectVersion.objects.create(
        project=project, number=1, reason=VersionReason.SUBMITTED, body=body, digest=digest_of(body)
    )
    return project


def sheet_version(region: Region, body: dict[str, Any] | None = None) -> FormVersion:
    """A published score sheet of a region."""
    number = FormDefinition.objects.count()
    form = FormDefinition.objects.create(
        region=region, code=f"sheet{number}", name="评分表", purpose=FormPurpose.REVIEW
    )
    return FormVersion.objects.create(
        definition=form, number=1, state=VersionState.PUBLISHED, body=body or SHEET, digest=form_digest(body or SHEET),
        published_at=timezone.now(),
    )  # fmt: skip


def make_review(
    region: Region,
    projects: Sequence[Project],
    *,
    kind: str = ReviewKind.EVALUATION,
    state: str = ReviewState.PREPARING,
    organiser: User | None = None,
    body: dict[str, Any] | None = None,
    **values: Any,
) -> Review:
    """A review of these projects in the given state, with dossiers, items and, for budgets, findings."""
    given: dict[str, Any] = {
        "title": "草原项目评审", "year": 2027, "panel_size": 3, "trim_from": 5, "outlier_share": Decimal("0.20"),
        "pass_mark": Decimal(60), "organiser": organiser or UserFactory(),
        "number": Review.objects.filter(region=region, year=2027).count() + 1,
    }  # fmt: skip
    form_version = values.pop("form_version", None) or sheet_version(region, body)
    review = Review.objects.create(region=region, kind=kind, state=state, form_version=form_version, **(given | values))
    for number, project in enumerate(projects, 1):
        version = project.versions.order_by("-number").first()
        dossier, _made = Dossier.objects.get_or_create(
            project=project, state="open", defaults={"version": version, "kinds": [kind], "total": project.total}
        )
        item = ReviewItem.objects.create(
            review=review, dossier=dossier, project=project, number=number, submitted=project.total
        )
        if kind == ReviewKind.BUDGET:
            for line, cost in enumerate(version.body["costs"], 1):
                CostFinding.objects.create(
                    item=item, number=line, content=cost["content"], submitted=Decimal(cost["amount"])
                )
    review.refresh_from_db()
    return review


def seat(review: Review, experts: Sequence[Expert], state: str = MemberState.DECLARED) -> list[PanelMember]:
    """These experts on the panel, from a draw that is done."""
    draw = Draw.objects.create(
        review=review, number=review.draws.count() + 1, kind=DrawKind.FIRST, state=DrawState.DRAWN,
        algorithm="hand", operator=review.organiser, drawn_at=timezone.now(),
        criteria={"size": review.panel_size, "fields": {}, "levels": [0, 1, 2], "languages": ["zh"], "min_rank": None},
    )  # fmt: skip
    taken = review.members.count()
    return [
        PanelMember.objects.create(
            review=review, expert=expert, draw=draw, place=place, alias=ALIASES[taken + place - 1],
            employer=expert.employer, state=state, declared_at=timezone.now() if state == "declared" else None,
        )
        for place, expert in enumerate(experts, 1)
    ]  # fmt: skip


def years_ago(years: int) -> date:
    """A day so many years before today."""
    return timezone.localdate() - timedelta(days=365 * years + 1)
