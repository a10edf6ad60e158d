"""Which modules a region has: the nearest region with rows of the roll-out decides, the region itself first.

With no row at all everything is open: an installation without a roll-out knows nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, F, JSONField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.regions.models import Region, RegionPhase
from apps.regions.modules import MODULES
from imbudget.kit.actor import Actor

PATHS = ("region", "unit__region", "department__region")


def with_modules(posts: QuerySet) -> QuerySet:
    """The posts, each with `opened`: the modules of its region as a list, None where everything is open.

    It comes along with the posts themselves, so that no request asks for it.
    """
    edges = {f"home_{name}": Coalesce(*(f"{path}__{name}" for path in PATHS)) for name in ("tree_id", "lft", "rght")}
    today = timezone.localdate()
    deciding = RegionPhase.objects.filter(
        region__tree_id=OuterRef("home_tree_id"),
        region__lft__lte=OuterRef("home_lft"),
        region__rght__gte=OuterRef("home_rght"),
    )
    in_force = Case(When(since__lte=today, then=Value(1)), default=Value(0))
    modules = Case(When(since__lte=today, then=F("phase__modules")), default=Value([], output_field=JSONField()))
    ordered = deciding.order_by("-region__level", in_force.desc(), "-since").values_list(modules)
    return posts.alias(**edges).annotate(opened=Subquery(ordered[:1], output_field=JSONField()))


def closed_without(opened: Iterable[str] | None) -> frozenset[str]:
    """The modules that are closed where only these are open; None: everything is open."""
    return frozenset() if opened is None else frozenset(MODULES) - frozenset(opened)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a region stands in the roll-out: the rows that decide for it, in the order of their days."""

    rows: tuple[RegionPhase, ...]

    def on(self, day: date) -> RegionPhase | None:
        """The row in force on a day."""
        return next((row for row in reversed(self.rows) if row.since <= day), None)

    def opening(self, module: str, after: date) -> RegionPhase | None:
        """The first row after a day whose phase has the module."""
        return next((row for row in self.rows if row.since > after and module in row.phase.modules), None)

    @property
    def switched_on(self) -> date | None:
        """The day of its first phase with modules."""
        return next((row.since for row in self.rows if row.phase.modules), None)


def standings() -> dict[int, Standing]:
    """Region → how it stands, for the regions about which anything is decided. Two queries, however many regions."""
    own: dict[int, list[RegionPhase]] = {}
    for row in RegionPhase.objects.select_related("region", "phase").order_by("since"):
        own.setdefault(row.region_id, []).append(row)
    if not own:
        return {}
    uppers = dict(Region.objects.order_by().values_list("pk", "parent_id"))
    found: dict[int, Standing] = {}
    for region_id in uppers:
        node: int | None = region_id
        while node is not None and node not in own:
            node = uppers[node]
        if node is not None:
            found[region_id] = Standing(tuple(own[node]))
    return found


def words_of_closed(actor: Actor, module: str) -> str:
    """Why a module is closed to the actor's region and from when on it is open, in one sentence."""
    today = timezone.localdate()
    standing = standings().get(actor.region_id or 0, Standing(()))
    words: dict[str, Any] = {
        "module": MODULES[module],
        "region": Region.objects.get(pk=actor.region_id) if actor.region_id else "—",
    }
    coming, now = standing.opening(module, today), standing.on(today)
    if coming is not None:
        words |= {"day": coming.since.isoformat(), "phase": coming.phase}
        return _("“%(module)s” opens in %(region)s on %(day)s, with the phase “%(phase)s” of the roll-out.") % words
    if now is not None:
        words |= {"day": now.since.isoformat(), "phase": now.phase}
        return (
            _(
                "“%(module)s” is closed in %(region)s: since %(day)s the region is in the phase “%(phase)s” of the"
                " roll-out, which does not open it, and no day is set for it yet."
            )
            % words
        )
    return _("“%(module)s” is closed in %(region)s: the region is not switched on yet.") % words
