"""Where a row lies and what a post is to it: from these two follows which answers of an address are right."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.db import models
from django.urls import resolve

from apps.accounts.models import Post, User
from apps.accounts.roles import ROLES, Role
from apps.regions.models import Region, Unit

REFUSED = {403, 404, 405}


class Standing(StrEnum):
    """What a post is to a row."""

    HOME = "of its own node"
    BELOW = "of a node below: may be seen, never changed"
    ABOVE = "of its region as a whole, or of a region above: may be seen where it holds here, never changed"
    OUTSIDE = "of another place or person: as if it were not there"
    NOWHERE = "of no place: rights alone decide"


@dataclass(frozen=True, slots=True)
class Place:
    """The region that a row lies in, and the unit if it is a unit's."""

    region: Region
    unit_id: int | None = None


# Rows of a region that are no secret of it, and why.
PUBLIC_POLICY = {
    "subsidy.Subsidy": "subsidies are public policy",
    "subsidy.Standard": "so is what they pay",
}
# Rows of units that the whole region knows, and why.
KNOWN_IN_REGION = {
    "disbursement.Payee": "all units pay the same organisations; of people each sees those it pays itself"
}
# Rows of a region that hold in the regions below it too; all others are the region's own.
HANDED_DOWN = {
    "lowcode.FormDefinition",
    "lowcode.FormVersion",
    "lowcode.FlowDefinition",
    "budget.ExpenditureStandard",
    "monitoring.Rule",
    "monitoring.Exemption",
    "performance.Indicator",
}
# What administrators do with rows of business: nothing but this.
ADMINISTERED = {
    ("security_admin", "persons.PersonRequest"),  # people ask about their own data; who keeps the permissions answers
    ("security_admin", "persons.Incident"),  # reports of what happened to such data are written there too
    ("security_admin", "persons.Processing"),  # and the records of why and how such data is processed
    ("audit_admin", "evidence.Entry"),
    ("audit_admin", "audit.Trail"),
}
FAR = 4  # keys from a row to the one that says where it lies


def place_of(row: Any, far: int = FAR) -> Place | None:
    """By the row as the database has it, or by what it belongs to; None where nothing says."""
    row = type(row)._base_manager.get(pk=row.pk) if far == FAR else row
    match row:
        case Region():
            return Place(row)
        case Unit():
            return Place(row.region, row.pk)
    if getattr(row, "unit_id", None) and row._meta.label not in KNOWN_IN_REGION:
        return Place(row.unit.region, row.unit_id)
    if getattr(row, "region_id", None):
        return Place(row.region)
    if getattr(row, "region_code", None):
        return Place(Region.objects.get(code=row.region_code))
    return next((place for upper in owners(row) if far and (place := place_of(upper, far - 1))), None)


def owners(row: Any) -> list[Any]:
    """What a row belongs to: documents, never people."""
    keys = [field for field in row._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    keys = [field for field in keys if field.related_model not in {User, Post}]
    return [upper for field in keys if (upper := getattr(row, field.name)) is not None]


def is_somebodys(row: Any) -> bool:
    """Whether the row belongs to a person."""
    fields = row._meta.concrete_fields
    return any(isinstance(field, models.ForeignKey) and field.related_model is User for field in fields)


def standing_of(role: Role, node: Any, row: Any, place: Place | None) -> Standing:
    """What a post of this role at this node is to the row that lies in this place."""
    if place is None and not is_somebodys(row):
        return Standing.NOWHERE
    if (role.code, row._meta.label) in ADMINISTERED:
        return Standing.HOME
    if place is None or role.administrator or role.outsider:
        return Standing.OUTSIDE
    if row._meta.label in PUBLIC_POLICY:
        return Standing.ABOVE
    return of_post(node, row, place)


def of_post(node: Any, row: Any, place: Place) -> Standing:
    """For a post of business at this node."""
    if not isinstance(node, Region):
        return of_units(node, place)
    if place.region == node:
        return Standing.HOME
    if place.region.is_descendant_of(node):
        return Standing.BELOW
    holds_here = row._meta.label in HANDED_DOWN and place.unit_id is None
    return Standing.ABOVE if holds_here and node.is_descendant_of(place.region) else Standing.OUTSIDE


def of_units(node: Any, place: Place) -> Standing:
    """For a unit or a department, other units are outside even where they lie in the same banner."""
    held = Unit.objects.filter(pk=node.pk) if isinstance(node, Unit) else Unit.objects.filter(department=node)
    if place.unit_id is not None:
        return Standing.HOME if held.filter(pk=place.unit_id).exists() else Standing.OUTSIDE
    return Standing.ABOVE if node.region.is_descendant_of(place.region, include_self=True) else Standing.OUTSIDE


def rights_at(node: str) -> frozenset[str]:
    """All rights that posts of business hold at such a node: who has them is refused by the place alone."""
    roles = [role for role in ROLES.values() if role.node == node and not role.administrator and not role.outsider]
    return frozenset().union(*(role.grants for role in roles))


def takes(address: str, method: str) -> bool:
    """Whether the page has anything behind a method; a function decides for itself."""
    view = view_of(address)
    return view is None or (hasattr(view, method) and method in view.http_method_names)


def view_of(address: str) -> Any:
    """The class behind an address; None where there is a function."""
    return getattr(resolve(address).func, "view_class", None)


def lacks_right(role: Role, address: str) -> bool:
    """Whether the page asks for a right that posts of this role do not have."""
    grant = getattr(view_of(address), "grant", "")
    return bool(grant) and grant not in role.grants


def wrong_reading(role: Role, standing: Standing, address: str, response: Any) -> str:
    """What is wrong with the answer to who asks to see a row; nothing where it is right."""
    status = response.status_code
    if status == 403 and not told(response):
        return "refused without a reason"
    if lacks_right(role, address) and status not in REFUSED:
        return f"{status} without the right"
    if standing is Standing.OUTSIDE and status not in REFUSED:
        return f"{status} from outside"
    return ""


def wrong_change(standing: Standing, response: Any, kept: list[str]) -> str:
    """What is wrong with the answer to who sends what is not theirs."""
    if kept and standing is not Standing.HOME:
        return f"{response.status_code}, and changed {kept}"
    if response.status_code not in REFUSED and standing is not Standing.HOME:
        return f"{response.status_code}, not refused"
    return "refused without a reason" if response.status_code == 403 and not told(response) else ""


def told(response: Any) -> str:
    """The reason of a refusal, on a page or to a script."""
    if response.headers.get("Content-Type") == "application/json":
        return str(response.json().get("message") or response.json().get("error") or "")
    return getattr(response, "refusal", "")
