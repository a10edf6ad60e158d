"""Where regions stand on the map of tiles: roughly as on the ground, by `fixtures/dashboard/tiles.csv`."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from django.conf import settings

FILE = settings.BASE_DIR / "fixtures" / "dashboard" / "tiles.csv"
IN_A_ROW = 6  # of those that no place is known for


@cache
def known_places() -> dict[str, dict[str, tuple[int, int]]]:
    """Code of a map → code of a region → column and row, from 0. A region's own level has a tile on its own map."""
    found: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    with FILE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row["map"]][row["code"]] = int(row["column"]), int(row["row"])
    return dict(found)


def places_on(map_code: str, codes: Iterable[str]) -> dict[str, tuple[int, int]]:
    """Column and row of each of these regions; those without a known place stand in tidy rows below the others."""
    known = known_places().get(map_code, {})
    given = list(codes)
    places = {code: known[code] for code in given if code in known}
    below = max((row for _column, row in places.values()), default=-1) + 1
    unknown = [code for code in given if code not in known]
    return places | {code: (place % IN_A_ROW, below + place // IN_A_ROW) for place, code in enumerate(unknown)}
