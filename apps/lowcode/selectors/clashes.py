"""Steps of a flow whose posts the same people hold alone today: once they have signed the first, nobody can the second."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from apps.accounts.models import Post, User
from apps.lowcode.conditions import All, Condition, is_contradictory
from apps.lowcode.flow.definition import NODE_TYPES, ApproverKind, Flow, Mode, Place, Step
from apps.lowcode.models import FlowDefinition
from apps.lowcode.selectors.candidates import OFFICERS, named_node, officer_role
from apps.lowcode.selectors.flows import regions_concerned
from apps.lowcode.words import Words
from apps.regions.models import Department, Region, Unit

People = frozenset[int]
Node = tuple[str, int]  # unit, department or region, and its key
NARROWEST = ("unit", "department", "region")


@dataclass(frozen=True, slots=True)
class Clash:
    """Two steps, the posts they ask for, who holds both, and where (or at how many places) it is so."""

    first: Words
    first_role: str
    second: Words
    second_role: str
    people: tuple[str, ...]
    region: Region
    place: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a document may come from: its region and, where the region has units, one of them."""

    region: Region
    unit: tuple[int, str] | None = None
    departments: tuple[tuple[int, str], ...] = ()  # that of the unit, and those above it

    def node(self, kind: str) -> tuple[int, str] | None:
        found = {"unit": self.unit, "department": self.departments[0] if self.departments else None}
        return found.get(kind) or ((self.region.pk, str(self.region)) if kind == "region" else None)


def clashes_of(definition: FlowDefinition, flow: Flow) -> list[Clash]:
    """Every two steps of one way that the same people would sign; a few queries, however many regions and units."""
    pairs = list(_pairs(flow))
    if not pairs:
        return []
    spots = list(_spots(regions_concerned(definition), flow))
    holders = _Holders(flow)
    found: dict[tuple[Any, ...], dict[int, str]] = defaultdict(dict)
    for first, second in pairs:
        # Two posts named by their places are the same for every document.
        for spot in spots if _kind(first) or _kind(second) else spots[:1]:
            people = _barred(first, holders.of(first, spot), holders.of(second, spot))
            place = _narrowest(first, second, spot)
            if people and place:
                found[first.key, second.key, people, spot.region.pk][place[0]] = place[1]
    return _told(flow, found, {spot.region.pk: spot.region for spot in spots})


def _barred(first: Step, signing: People, due: People) -> People:
    """Those who hold the second post when all of them are sure to sign at the first one; else nobody."""
    sure = len(signing) == 1 or (first.mode != Mode.ANY and first.approvers.kind != ApproverKind.CHOSEN)
    return due if due and sure and due <= signing else frozenset()


def _pairs(flow: Flow) -> Iterator[tuple[Step, Step]]:
    """Two steps, the earlier one first, that one document may pass both."""
    steps = [(node, place) for node, place in flow.walk() if isinstance(node, Step)]
    for (first, one), (second, other) in combinations(steps, 2):
        conditions = [*_conditions(first, one), *_conditions(second, other)]
        if not _apart(one.path, other.path) and not is_contradictory(All(tuple(conditions)), flow.facts):
            yield first, second


def _conditions(step: Step, place: Place) -> tuple[Condition, ...]:
    return place.conditions if step.when is None else (*place.conditions, step.when)


def _apart(one: str, other: str) -> bool:
    """Whether two steps stand on different ways of one branch, by their paths in the definition."""
    for left, right in zip(one.split("."), other.split("."), strict=False):
        if left != right:
            return left.startswith("branches[") and right.startswith("branches[")
    return False


def _spots(regions: list[Region], flow: Flow) -> Iterator[_Spot]:
    """Each region, and each of its units where a step asks for somebody of the unit or its departments."""
    yield from (_Spot(region) for region in regions)
    if not {"unit", "department"} & {_kind(step) for step in flow.all_steps()}:
        return
    known = {region.pk: region for region in regions}
    rows = Department.objects.filter(region__in=known).values_list("pk", "parent_id", "name_zh_hans")
    departments: dict[int, tuple[int | None, str]] = {pk: (parent, name) for pk, parent, name in rows}
    units = Unit.objects.filter(region__in=known).order_by("region", "code")
    for pk, name, region, department in units.values_list("pk", "name_zh_hans", "region_id", "department_id"):
        yield _Spot(known[region], (pk, name), tuple(_line(department, departments)))


def _line(pk: int | None, departments: dict[int, tuple[int | None, str]]) -> Iterator[tuple[int, str]]:
    while pk is not None and pk in departments:
        yield pk, departments[pk][1]
        pk = departments[pk][0]


def _kind(step: Step) -> str:
    """At which sort of node a step's post stands; none for a post named by its place, which is the same everywhere."""
    return "" if step.approvers.kind == ApproverKind.POST else NODE_TYPES[step.approvers.at]


def _narrowest(first: Step, second: Step, spot: _Spot) -> tuple[int, str] | None:
    """The node of the narrower one of two posts: the document's own region where both are named."""
    kinds = {_kind(first), _kind(second)}
    return spot.node(next((kind for kind in NARROWEST if kind in kinds), "region"))


class _Holders:
    """Who holds the post of a step where; all posts of the flow's roles are read once."""

    def __init__(self, flow: Flow) -> None:
        steps = flow.all_steps()
        roles = {step.approvers.role for step in steps} | set(OFFICERS)
        rows = Post.objects.on().filter(role__in=roles, user__is_active=True)
        held: dict[tuple[str, str, int], set[int]] = defaultdict(set)
        for role, user, *nodes in rows.values_list("role", "user_id", *(f"{kind}_id" for kind in NARROWEST)):
            kind, pk = next((kind, pk) for kind, pk in zip(NARROWEST, nodes, strict=True) if pk)
            held[role, kind, pk].add(user)
        self.held = {place: frozenset(users) for place, users in held.items()}
        self.named = {step.key: self._named(step) for step in steps if not _kind(step)}

    def of(self, step: Step, spot: _Spot) -> People:
        role, kind = step.approvers.role, _kind(step)
        if not kind:
            return self.named[step.key]
        if kind == "region":
            return self._at_region(role, spot.region.upper if step.approvers.at == "upper" else spot.region)
        nodes = [spot.unit] if kind == "unit" else spot.departments
        users = (self.held.get((role, kind, node[0]), frozenset()) for node in nodes if node)
        return frozenset().union(*users)

    def _at_region(self, role: str, region: Region | None) -> People:
        if region is None:
            return frozenset()
        role = officer_role(region) if role == "finance_office" else role
        return self.held.get((role, "region", region.pk), frozenset())

    def _named(self, step: Step) -> People:
        node: Any = named_node(step.approvers)
        if node is None or isinstance(node, Region):
            return self._at_region(step.approvers.role, node)
        return self.held.get((step.approvers.role, str(node._meta.model_name), node.pk), frozenset())


def _told(flow: Flow, found: dict[tuple[Any, ...], dict[int, str]], regions: dict[int, Region]) -> list[Clash]:
    names = dict(User.objects.filter(pk__in={pk for key in found for pk in key[2]}).values_list("pk", "name"))
    clashes = []
    for (one, other, people, region), places in found.items():
        first, second = flow.step(one), flow.step(other)
        held_by = tuple(names[pk] for pk in sorted(people))
        place = next(iter(places.values()))
        clashes.append(
            Clash(
                first.name,
                first.approvers.role,
                second.name,
                second.approvers.role,
                held_by,
                regions[region],
                place,
                len(places),
            )
        )
    return clashes
