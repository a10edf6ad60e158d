"""Which modules a region has: the nearest region with rows of the roll-out decides, the region itself first.

With no row at all everything is open: an installation without a roll-out knows nothing of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, TextField
from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.regions.models import Region, RegionPhase
from apps.regions.modules import MODULES
from imbudget.kit.actor import Actor

# Where the rows of the roll-out stand and which transactions wrote them: another text whenever anything of them is another.
# The two tables have some hundred rows; PostgreSQL tells it in a fraction of what the planner takes for a join.
STAMP = """
md5((SELECT string_agg(p.ctid::text || p.xmin::text, '') FROM regions_regionphase p)
 || (SELECT string_agg(f.ctid::text || f.xmin::text, '') FROM regions_rolloutphase f))
"""


def with_stamp(posts: QuerySet) -> QuerySet:
    """The posts, each with `rollout`: the state of the roll-out as a stamp, None where nothing of it was ever said.

    It comes along with the posts themselves, so that each request knows whether what its process remembers still holds:
    a module that is switched is switched for the next request of every process.
    """
    return posts.annotate(rollout=RawSQL(STAMP, [], output_field=TextField()))  # noqa: S611 - a constant


@dataclass(frozen=True, slots=True)
class Rollout:
    """Since when which regions have which modules, as one stamp has it."""

    stamp: str
    rows: dict[int, tuple[tuple[date, frozenset[str]], ...]]
    roots: frozenset[int]

    def closed(self, region: Region, day: date) -> frozenset[str]:
        """The modules that a region does not have on a day."""
        own = next((self.rows[node] for node in self._line(region) if node in self.rows), None)
        if own is None:
            return frozenset()
        return frozenset(MODULES) - next((modules for since, modules in own if since <= day), frozenset())

    def _line(self, region: Region) -> Iterable[int | None]:
        """The region and those above it, the nearest first; deeper than three levels below the root they are asked for."""
        if region.level > KNOWN_LEVELS:
            return region.get_ancestors(ascending=True, include_self=True).values_list("pk", flat=True)
        return region.pk, region.parent_id, region.league_id, *self.roots


KNOWN_LEVELS = 3  # a region's row names itself, the one above and its league; the rest is the root
remembered: Rollout | None = None  # in this process


def closed_at(region: Region, stamp: str | None) -> frozenset[str]:
    """The modules that are closed to a region today. One query where the process does not know this stamp yet, else none."""
    global remembered  # read and replaced as a whole: threads see one or the other
    if stamp is None:
        return frozenset()
    known = remembered
    if known is None or known.stamp != stamp:
        known = remembered = _read_rollout(stamp)
    return known.closed(region, timezone.localdate())


def _read_rollout(stamp: str) -> Rollout:
    rows: dict[int, list[tuple[date, frozenset[str]]]] = {}
    phases = RegionPhase.objects.order_by("-since").values_list("region", "region__parent", "since", "phase__modules")
    roots = set()
    for region, parent, since, modules in phases:
        rows.setdefault(region, []).append((since, frozenset(modules)))
        if parent is None:
            roots.add(region)
    return Rollout(stamp, {region: tuple(found) for region, found in rows.items()}, frozenset(roots))


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
