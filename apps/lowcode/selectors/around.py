"""What the acts on a case ask about people and days: for one document, or once for many of one type."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.codes.workdays import add_working_days
from apps.lowcode.bindings import Binding
from apps.lowcode.flow.definition import Approvers
from apps.lowcode.models import FlowVersion
from apps.lowcode.selectors.candidates import (
    LINE,
    Candidate,
    Places,
    Seat,
    candidates,
    of_choice,
    officer_role,
    posts_of,
    seat_of,
    seated,
)
from apps.lowcode.selectors.flows import flow_for
from apps.regions.models import Region, Unit


class Around:
    """Asked anew each time."""

    def candidates(
        self, binding: Binding, approvers: Approvers, document: Any, chosen: Sequence[int] = ()
    ) -> list[Candidate]:
        """Who may act at a step of a document now."""
        return candidates(binding, approvers, document, chosen)

    def seat(self, approvers: Approvers, document: Any) -> Seat:
        """The post that a step asks for."""
        return seat_of(approvers, document)

    def due(self, days: int, region: Region) -> date:
        """The day on which a step that is reached today is due."""
        return add_working_days(timezone.localdate(), days, region)

    def owners(self, region: Region) -> list[int]:
        """The budget officers of the region whose flow it is."""
        posts = Post.objects.on().filter(region=region, role=officer_role(region), user__is_active=True)
        return list(posts.values_list("user_id", flat=True))


class KnownPlaces(Places):
    """Regions and units of many documents, read at once."""

    def __init__(self, documents: Sequence[Any]) -> None:
        regions = Region.objects.select_related("parent", "reports_to")
        self.regions = regions.in_bulk({document.region_id for document in documents})
        units = {document.unit_id for document in documents if document.unit_id is not None}
        self.units = Unit.objects.select_related(LINE).in_bulk(units) if units else {}

    def region(self, document: Any) -> Region:
        return self.regions[document.region_id]

    def unit(self, document: Any) -> Unit | None:
        return None if document.unit_id is None else self.units[document.unit_id]


class AroundMany(Around):
    """Asked once for each post, each region and each number of days, however many documents there are."""

    def __init__(self, binding: Binding, documents: Sequence[Any]) -> None:
        self.binding = binding
        self.places = KnownPlaces(documents)
        self.keys = [document.pk for document in documents]
        self.held = cache(lambda seat: list(posts_of(seat)))
        self.seen: dict[tuple[int | None, ...], frozenset[int]] = {}
        self.people: dict[int, Candidate] = {}
        # By what they are asked for: a region's row may have been read more than once.
        self.due = cache(super().due)  # type: ignore[method-assign]
        self.owners = cache(super().owners)  # type: ignore[method-assign]
        self.flow_for = cache(self._flow_for)

    def candidates(
        self, binding: Binding, approvers: Approvers, document: Any, chosen: Sequence[int] = ()
    ) -> list[Candidate]:
        posts = self.held(self.seat(approvers, document))
        found = [self._seated(post) for post in posts if document.pk in self._sight_of(post)]
        return of_choice(approvers, found, chosen)

    def seat(self, approvers: Approvers, document: Any) -> Seat:
        return seat_of(approvers, document, self.places)

    def _flow_for(self, subject: str, region_id: int) -> FlowVersion | None:
        return flow_for(subject, self.places.regions[region_id])

    def _seated(self, post: Post) -> Candidate:
        if post.pk not in self.people:
            self.people[post.pk] = seated(post)
        return self.people[post.pk]

    def _sight_of(self, post: Post) -> frozenset[int]:
        """Which of the documents a post sees; everybody at a node sees the same."""
        node = (post.region_id, post.department_id, post.unit_id)
        if node not in self.seen:
            rows = self.binding.documents.objects.visible_to(actor_of(post)).filter(pk__in=self.keys)
            self.seen[node] = frozenset(rows.values_list("pk", flat=True))
        return self.seen[node]
