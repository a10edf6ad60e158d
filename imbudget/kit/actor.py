"""Who acts: one user in one post, with what the post lets them see and do.

Resolved once per request from the active post; policies ask the actor, never `user.has_perm` alone.
"""

from dataclasses import dataclass
from enum import StrEnum


class Reach(StrEnum):
    """How far the actor sees down the tree."""

    NOTHING = "nothing"
    UNITS = "units"
    REGION = "region"
    LEAGUE = "league"
    EVERYTHING = "everything"


@dataclass(frozen=True, slots=True)
class Actor:
    """One user in one post.

    `region_id` is the home node: the only one whose own figures the actor may change; `league_id` is the node
    of the league level above it (or itself); `unit_ids` are the units of a unit or department post, `department_id`
    the department of the latter. `closed` are the modules (names of apps) that the home node does not have yet.
    """

    user_id: int | None
    name: str
    post_id: int | None = None
    post_label: str = ""
    role: str = ""
    reach: Reach = Reach.NOTHING
    region_id: int | None = None
    region_code: str = ""
    region_level: int | None = None
    league_id: int | None = None
    unit_ids: tuple[int, ...] = ()
    department_id: int | None = None
    grants: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
    address: str = ""

    def can(self, grant: str) -> bool:
        """Whether the active post holds this grant (`app.verb`)."""
        return grant in self.grants

    def has_module(self, module: str) -> bool:
        """Whether the home node has this module: the roll-out has opened it there, or knows nothing of it."""
        return module not in self.closed

    def is_home(self, region_id: int | None) -> bool:
        """Whether the node is the actor's own one, not one above, below or beside it."""
        return region_id is not None and self.region_id == region_id

    def holds_unit(self, unit_id: int | None) -> bool:
        """Whether the actor's post is at this budget unit."""
        return unit_id is not None and self.reach == Reach.UNITS and unit_id in self.unit_ids


NOBODY = Actor(user_id=None, name="")


def system_actor(name: str = "system") -> Actor:
    """The actor of a management command or a scheduled task run by the operator of the machine."""
    return Actor(user_id=None, name=name, post_label="system", role="system", reach=Reach.EVERYTHING)
