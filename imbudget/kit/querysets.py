"""The one door to rows: what an actor may see."""

from typing import ClassVar, Self

from django.db import models

from imbudget.kit.actor import Actor, Reach


class ScopedQuerySet(models.QuerySet):
    """Rows that carry their region, league and (where they have one) budget unit as plain columns.

    One indexed equality answers most actors; the region level sees all and gets no predicate.
    """

    league_field: ClassVar[str] = "league_id"
    region_field: ClassVar[str] = "region_id"
    unit_field: ClassVar[str | None] = "unit_id"

    def visible_to(self, actor: Actor) -> Self:
        """The rows this actor may see; the only way pages, exports, files and the API get rows."""
        match actor.reach:
            case Reach.EVERYTHING:
                return self.all()
            case Reach.LEAGUE:
                return self.filter(**{self.league_field: actor.league_id})
            case Reach.REGION:
                return self.filter(**{self.region_field: actor.region_id})
            case Reach.UNITS:
                return self._of_units(actor.unit_ids)
            case _:
                return self.none()

    def for_list(self) -> Self:
        """What a list page needs joined; overridden where a list shows other tables' columns."""
        return self

    def _of_units(self, unit_ids: tuple[int, ...]) -> Self:
        if self.unit_field is None:
            return self.none()
        if len(unit_ids) == 1:
            return self.filter(**{self.unit_field: unit_ids[0]})
        return self.filter(**{f"{self.unit_field}__in": unit_ids})
