"""Steps of a flow at which nobody could act today, and where: told when a flow is published."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import Post
from apps.lowcode.flow.definition import ApproverKind, Flow, Step
from apps.lowcode.models import FlowDefinition
from apps.lowcode.selectors.candidates import named_node, officer_role
from apps.lowcode.selectors.flows import regions_concerned
from apps.lowcode.words import Words
from apps.regions.models import Department, Region, Unit


@dataclass(frozen=True, slots=True)
class Gap:
    """One step without anybody: the missing role, the region concerned, and where (or at how many places) it is missing."""

    step: str
    name: Words
    role: str
    region: Region | None
    place: str
    count: int = 1


def gaps_of(definition: FlowDefinition, flow: Flow) -> list[Gap]:
    """Every step and region concerned where a post is missing; a few queries for each step, however many regions."""
    regions = regions_concerned(definition)
    return [gap for step in flow.all_steps() for gap in _gaps(step, regions)]


def _gaps(step: Step, regions: list[Region]) -> Iterator[Gap]:
    approvers = step.approvers
    if approvers.kind == ApproverKind.POST:
        yield from _of_post(step)
    elif approvers.at in ("region", "upper"):
        yield from _of_regions(step, regions)
    elif approvers.at == "unit":
        yield from _of_units(step, regions)
    else:
        yield from _of_departments(step, regions)


def _of_post(step: Step) -> Iterator[Gap]:
    node: Any = named_node(step.approvers)
    role = step.approvers.role
    if isinstance(node, Region) and role == "finance_office":
        role = officer_role(node)
    if node is None or not _held(role).filter(**{node._meta.model_name: node}).exists():
        region = node if isinstance(node, Region) else getattr(node, "region", None)
        yield Gap(step.key, step.name, role, region, str(node or step.approvers.node_code))


def _of_regions(step: Step, regions: list[Region]) -> Iterator[Gap]:
    is_office = step.approvers.role == "finance_office"
    rows = _held(*(("region_officer", "league_officer", "banner_officer") if is_office else (step.approvers.role,)))
    held = set(rows.values_list("region_id", "role"))
    for region in regions:
        node = region.upper if step.approvers.at == "upper" else region
        if node is None:
            yield Gap(step.key, step.name, step.approvers.role, region, "")
            continue
        role = officer_role(node) if is_office else step.approvers.role
        if (node.pk, role) not in held:
            yield Gap(step.key, step.name, role, region, str(node))


def _of_units(step: Step, regions: list[Region]) -> Iterator[Gap]:
    held = set(_held(step.approvers.role).values_list("unit_id", flat=True))
    units = Unit.objects.filter(region__in=[region.pk for region in regions]).order_by("region", "code")
    bare: dict[int, list[str]] = {}
    for pk, region_id, name in units.values_list("pk", "region_id", "name_zh_hans"):
        if pk not in held:
            bare.setdefault(region_id, []).append(name)
    yield from _told(step, regions, bare)


def _of_departments(step: Step, regions: list[Region]) -> Iterator[Gap]:
    """Departments with units whose reviewer is missing, in themselves and in those above them."""
    held = set(_held(step.approvers.role).values_list("department_id", flat=True))
    rows = Department.objects.filter(region__in=[region.pk for region in regions])
    parents = {pk: (parent, region, name) for pk, parent, region, name in _rows(rows)}
    used = set(Unit.objects.filter(department__in=parents).values_list("department_id", flat=True))
    bare: dict[int, list[str]] = {}
    for pk in sorted(used):
        if not any(node in held for node in _line(pk, parents)):
            bare.setdefault(parents[pk][1], []).append(parents[pk][2])
    yield from _told(step, regions, bare)


def _rows(rows: Any) -> Iterable[tuple[int, int | None, int, str]]:
    return rows.values_list("pk", "parent_id", "region_id", "name_zh_hans")


def _line(pk: int | None, parents: dict[int, tuple[int | None, int, str]]) -> Iterator[int]:
    while pk is not None:
        yield pk
        pk = parents[pk][0] if pk in parents else None


def _told(step: Step, regions: list[Region], bare: dict[int, list[str]]) -> Iterator[Gap]:
    for region in regions:
        if region.pk in bare:
            names = bare[region.pk]
            yield Gap(step.key, step.name, step.approvers.role, region, names[0], len(names))


def _held(*roles: str) -> Any:
    """The posts of these roles that somebody active holds today."""
    return Post.objects.on().filter(role__in=roles, user__is_active=True)
