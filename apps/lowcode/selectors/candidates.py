"""Who may act at a step of a document: the posts held today, of people who may see the document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.accounts.roles import ROLES
from apps.lowcode.bindings import Binding
from apps.lowcode.flow.definition import ApproverKind, Approvers
from apps.regions.models import Department, Region, Unit

ACT = "lowcode.act"
ACTING = frozenset(code for code, role in ROLES.items() if ACT in role.grants)
MOST = 400  # people of one document: more than these no list of choices shows
OFFICERS = ("region_officer", "league_officer", "banner_officer")  # by the level of their region


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person in one post, which stands at a place and at a level."""

    user_id: int
    post_id: int
    name: str
    role: str
    place: str
    level: int

    @property
    def post_label(self) -> str:
        return f"{self.place} · {self.role}"

    @property
    def pair(self) -> tuple[int, int]:
        return self.user_id, self.post_id


@dataclass(frozen=True, slots=True)
class Seat:
    """The post that a step asks for: a role at a node, or no node where the document has none."""

    role: str
    node: Region | Department | Unit | None
    uppers: tuple[int, ...] = ()  # departments above, whose reviewers may act too

    @property
    def lookup(self) -> Q:
        """The posts of this seat; at a department also those of the departments above it."""
        if self.node is None:
            return Q(pk__in=[])
        name = str(self.node._meta.model_name)
        nodes = [self.node.pk, *self.uppers]
        return Q(role=self.role, **{f"{name}__in": nodes})


class Places:
    """Where documents stand: read when it is asked."""

    def region(self, document: Any) -> Region:
        return Region.objects.select_related("parent", "reports_to").get(pk=document.region_id)

    def unit(self, document: Any) -> Unit | None:
        if document.unit_id is None:
            return None
        return Unit.objects.select_related(LINE).get(pk=document.unit_id)


LINE = "department__parent__parent"
AS_ASKED = Places()


def candidates(binding: Binding, approvers: Approvers, document: Any, chosen: Sequence[int] = ()) -> list[Candidate]:
    """The people who may act there now; of the applicant's choice while one of them still can, else all."""
    return of_choice(approvers, _seeing(binding, document, posts_of(seat_of(approvers, document))), chosen)


def of_choice(approvers: Approvers, found: list[Candidate], chosen: Sequence[int]) -> list[Candidate]:
    """Those whom the applicant chose, where a step leaves it to them and one of them still can act; else all."""
    if approvers.kind == ApproverKind.CHOSEN:
        return [candidate for candidate in found if candidate.user_id in chosen] or found
    return found


def posts_of(seat: Seat) -> QuerySet[Post]:
    """The posts of a seat that somebody active holds today."""
    return _posts(seat.lookup)


def seated(post: Post) -> Candidate:
    """The holder of a post as somebody who may act."""
    return Candidate(
        post.user_id, post.pk, post.user.name, str(post.get_role_display()), str(post.node), level_of(post)
    )


def people(binding: Binding, document: Any, user_id: int | None = None) -> list[Candidate]:
    """Whom a task may be passed to, and who may be asked or told: everyone at work on the document's way upwards.

    The nearest places first: the unit, its departments, the regions from its own upwards.
    """
    # As a list of keys: with a subquery in it the condition looks through every post of the region.
    regions = AS_ASKED.region(document).get_ancestors(include_self=True).values_list("pk", flat=True)
    nodes = Q(region__in=list(regions))
    unit = AS_ASKED.unit(document)
    if unit is not None:
        nodes |= Q(unit=unit) | Q(department__in=_line(unit.department))
    only = Q() if user_id is None else Q(user=user_id)
    posts = _posts(nodes & only & Q(role__in=ACTING))
    posts = posts.order_by("unit_id", "department_id", "-region__level", "user__name", "pk")
    return _seeing(binding, document, posts[:MOST])


def person(binding: Binding, document: Any, user_id: int) -> Candidate | None:
    """One of these people in their highest post; None when they are none of them."""
    return max(people(binding, document, user_id), key=lambda one: one.level, default=None)


def successors(binding: Binding, document: Any, post_id: int | None) -> list[Candidate]:
    """Who holds the same role at the same node today as an ended post did."""
    post = Post.objects.filter(pk=post_id or 0).first()
    if post is None:
        return []
    same = Q(role=post.role, region=post.region_id, department=post.department_id, unit=post.unit_id)
    return _seeing(binding, document, _posts(same))


def level_of(post: Post) -> int:
    """How high a post stands: units lowest, then departments, then the offices of banners, leagues and the region."""
    if post.region is None:
        return 0 if post.unit_id else 1
    return 4 - post.region.level


def seat_of(approvers: Approvers, document: Any, places: Places = AS_ASKED) -> Seat:
    """Which post a step asks for, for this document."""
    if approvers.kind == ApproverKind.POST:
        return _seat(approvers.role, named_node(approvers))
    region = places.region(document)
    match approvers.at:
        case "unit":
            return _seat(approvers.role, places.unit(document))
        case "department":
            unit = places.unit(document)
            return _seat(approvers.role, unit.department if unit else None)
        case "upper":
            return _seat(approvers.role, region.upper)
        case _:
            return _seat(approvers.role, region)


def named_node(approvers: Approvers) -> Region | Department | Unit | None:
    """The node that a flow names by its code."""
    region_code, _slash, code = approvers.node_code.partition("/")
    if approvers.node_type == "region":
        return Region.objects.filter(code=region_code).first()
    model: Any = Unit if approvers.node_type == "unit" else Department
    return model.objects.filter(region__code=region_code, code=code).first()


def officer_role(region: Region) -> str:
    """The budget officer's role at the level of a region."""
    return OFFICERS[min(region.level, len(OFFICERS) - 1)]


def _seat(role: str, node: Region | Department | Unit | None) -> Seat:
    if role == "finance_office" and isinstance(node, Region):
        role = officer_role(node)
    if isinstance(node, Department):
        return Seat(role, node, tuple(_line(node)[1:]))
    return Seat(role, node)


def _line(department: Department) -> list[int]:
    """The department and those above it."""
    line: list[int] = []
    node: Department | None = department
    while node is not None and node.pk not in line:
        line.append(node.pk)
        node = node.parent
    return line


def _posts(lookup: Q) -> QuerySet[Post]:
    posts = Post.objects.on().with_nodes().select_related("user").filter(lookup, user__is_active=True)
    return posts.order_by("pk")


def _seeing(binding: Binding, document: Any, posts: Iterable[Post]) -> list[Candidate]:
    """Those whose scope holds the document: asked once for each node, as everybody at a node sees the same."""
    seen: dict[tuple[int | None, int | None, int | None], bool] = {}
    found = []
    for post in posts:
        node = (post.region_id, post.department_id, post.unit_id)
        if node not in seen:
            seen[node] = binding.is_seen_by(actor_of(post), document)
        if seen[node]:
            found.append(seated(post))
    return found
