"""Whose tables they are."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.regions.models import Department, Region, Unit
from imbudget.kit.actor import Actor, Reach


@dataclass(frozen=True, slots=True)
class Scope:
    """A unit, a department with its divisions, or the own level of a region."""

    node: Unit | Department | Region
    region: Region
    departments: tuple[int, ...] = ()

    @property
    def kind(self) -> str:
        """How addresses name it."""
        if isinstance(self.node, Unit):
            return "unit"
        return "department" if self.departments else "region"

    @property
    def sheets(self) -> Q:
        """The sheets of these units."""
        if isinstance(self.node, Unit):
            return Q(unit=self.node.pk)
        return Q(unit__department__in=self.departments) if self.departments else Q(region=self.region)

    @property
    def size(self) -> int:
        """How many units publish together."""
        if isinstance(self.node, Unit):
            return 1
        held = Q(department__in=self.departments) if self.departments else Q(region=self.region)
        return Unit.objects.filter(held).count()

    @property
    def condition(self) -> str:
        """The same in SQL, for rows `l` that carry their unit and region."""
        if isinstance(self.node, Unit):
            return "l.unit_id = %(unit)s"
        if self.departments:
            return "l.unit_id IN (SELECT id FROM regions_unit WHERE department_id = ANY(%(departments)s))"
        return "l.region_id = %(region)s"

    @property
    def values(self) -> dict[str, Any]:
        """What the condition asks for."""
        return {"unit": self.node.pk, "departments": list(self.departments), "region": self.region.pk}


def of_unit(unit: Unit) -> Scope:
    return Scope(unit, unit.region)


def of_region(region: Region) -> Scope:
    return Scope(region, region)


def named(actor: Actor, kind: str, key: int) -> Scope | None:
    """The unit, department or region of this kind and key as the actor sees it; None where they do not."""
    if kind == "unit":
        unit = Unit.objects.visible_to(actor).select_related("region").filter(pk=key).first()
        return of_unit(unit) if unit else None
    if kind == "department":
        department = departments_of(actor).select_related("region").filter(pk=key).first()
        return of_department(actor, department) if department else None
    region = Region.objects.visible_to(actor).filter(pk=key).first() if actor.reach != Reach.UNITS else None
    return of_region(region) if region else None


def departments_of(actor: Actor) -> QuerySet[Department]:
    """The departments of the regions that the actor sees; for a unit or department post those it holds wholly."""
    if actor.reach == Reach.UNITS:
        others = Unit.objects.filter(department=OuterRef("pk")).exclude(pk__in=actor.unit_ids)
        return Department.objects.filter(~Exists(others), units__in=actor.unit_ids).distinct()
    return Department.objects.filter(region__in=Region.objects.visible_to(actor))


def of_department(actor: Actor, department: Department) -> Scope | None:
    """The department with its divisions; None for who sees some of its units only, for a part is not the whole."""
    below = Q(pk=department.pk) | Q(parent=department.pk) | Q(parent__parent=department.pk)
    keys = tuple(Department.objects.filter(below).order_by("pk").values_list("pk", flat=True))
    if actor.reach == Reach.UNITS:
        units = Unit.objects.filter(department__in=keys)
        if units.exclude(pk__in=actor.unit_ids).exists():
            return None
    return Scope(department, department.region, keys)
