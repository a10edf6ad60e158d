"""Projects that wait for review: which reviews each needs, and where each of them stands."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.lowcode.models import FormPurpose, FormVersion, VersionState
from apps.projects.models import Project, ProjectCategory, ProjectState
from apps.regions.models import Region
from apps.review.models import Dossier, DossierState, ReviewItem, ReviewKind, ReviewState
from apps.review.selectors.settings import RegionRules, rules_of
from imbudget.kit.actor import Actor

Paths = Mapping[int | None, list[int]]


def category_paths() -> Paths:
    """Every category with itself and those above it, the nearest first. One query."""
    parents = dict(ProjectCategory.objects.values_list("pk", "parent_id"))
    paths: dict[int | None, list[int]] = {}
    for category in parents:
        node: int | None = category
        paths[category] = []
        while node is not None:
            paths[category].append(node)
            node = parents[node]
    return paths


def standing(items: QuerySet[ReviewItem]) -> QuerySet[ReviewItem]:
    """Of these, what counts for an open dossier: reviews that were not called off."""
    return items.filter(dossier__state=DossierState.OPEN).exclude(review__state=ReviewState.CANCELLED)


def holding(projects: Collection[int]) -> dict[int, dict[str, ReviewItem]]:
    """By project and kind, the review that an open dossier has of this kind. One query."""
    found: dict[int, dict[str, ReviewItem]] = defaultdict(dict)
    for item in standing(ReviewItem.objects.filter(project__in=projects)).select_related("review"):
        found[item.project_id][item.review.kind] = item
    return found


def needing(region: Region, kind: str) -> Q:
    """Which projects of a region wait for a review of a kind and stand in none yet."""
    asked = Dossier.objects.filter(project=OuterRef("pk"), state=DossierState.OPEN, kinds__contains=[kind])
    held = standing(ReviewItem.objects.filter(project=OuterRef("pk"), review__kind=kind))
    return (_ruled(rules_of(region), kind) | Q(Exists(asked))) & ~Q(Exists(held))


def _ruled(rules: RegionRules, kind: str) -> Q:
    """The projects of which the rules ask for a review of the kind: for each rule the categories where it decides."""
    nothing, everything = Q(pk__in=()), Q(pk__isnull=False)
    if rules.rules is None:
        return everything if kind == ReviewKind.BUDGET else nothing
    own = {rule.category_id: rule for rule in rules.rules if rule.kind == kind}
    paths: dict[int | None, list[int]] = {None: [], **category_paths()}
    wanted = nothing
    for category, path in paths.items():
        rule = next((own[place] for place in [*path, None] if place in own), None)
        if rule is not None:
            only = {"origin": "new"} if rule.only_new else {}
            wanted |= Q(category=category, total__gte=rule.least, **only)
    return wanted


def needs_of(region: Region, projects: Collection[int]) -> dict[int, list[tuple[str, ReviewItem | None]]]:
    """By project of a region, each review that it needs with where it stands; a fixed number of queries."""
    rules, paths, held = rules_of(region), category_paths(), holding(projects)
    open_dossiers = Dossier.objects.filter(project__in=projects, state=DossierState.OPEN)
    dossiers = dict(open_dossiers.values_list("project_id", "kinds"))
    rows = Project.objects.filter(pk__in=projects).values_list("pk", "category_id", "total", "origin")
    return {
        pk: [
            (kind, held[pk].get(kind) if pk in held else None)
            for kind in dossiers.get(pk) or rules.kinds_for(paths.get(category, []), total, origin)
        ]
        for pk, category, total, origin in rows
    }


def needs_by_project(projects: Collection[int]) -> dict[int, list[tuple[str, ReviewItem | None]]]:
    """`needs_of` for projects of any region: each region has rules of its own."""
    by_region: dict[int, list[int]] = defaultdict(list)
    for pk, region in Project.objects.filter(pk__in=projects).values_list("pk", "region_id"):
        by_region[region].append(pk)
    found: dict[int, list[tuple[str, ReviewItem | None]]] = {}
    for pk, region in Region.objects.in_bulk(by_region).items():
        found |= needs_of(region, by_region[pk])
    return found


def waiting(actor: Actor, region: Region) -> QuerySet[Project]:
    """The projects of a region that wait for review, as far as the actor sees them."""
    return Project.objects.visible_to(actor).filter(region=region, state=ProjectState.REVIEW_PENDING)


def sheets_for(region: Region) -> QuerySet[FormVersion]:
    """The score sheets that reviews of a region may take: its own, and those of the regions above it."""
    nodes = region.get_ancestors(include_self=True)
    sheets = FormVersion.objects.filter(
        state=VersionState.PUBLISHED,
        definition__purpose=FormPurpose.REVIEW,
        definition__unit=None,
        definition__region__in=nodes,
    )
    return sheets.select_related("definition__region").order_by("-definition__region__level", "definition__code")


def sheet_for(region: Region, kind: str) -> FormVersion | None:
    """The nearest score sheet that is called after a kind of review, as the shipped ones are."""
    return sheets_for(region).filter(definition__code__contains=kind).first()
