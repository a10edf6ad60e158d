"""The order of locks: upper region's compilation, own compilation, sheet, line."""

from apps.budget.models import Compilation
from apps.regions.models import Region


def lock_compilation(region_id: int, year: int, round_: str) -> Compilation:
    """The region's compilation of the round, made when missing, locked until the transaction ends."""
    league_id = Region.objects.values_list("league_id", flat=True).get(pk=region_id)
    Compilation.objects.get_or_create(
        region_id=region_id, year_id=year, round=round_, defaults={"league_id": league_id}
    )
    locked = Compilation.objects.select_for_update(of=("self",), no_key=True).select_related("region")
    return locked.get(region_id=region_id, year_id=year, round=round_)
