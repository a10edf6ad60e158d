"""The pickers at regional size: a whole request, session, scope and all, must stay under 200 ms.

    python -m benchmarks.pickers [--lines 15000]

`--lines` counts the units (a line each). `ms` is the median of a region officer's requests, `worst_ms` the slowest.
"""

import json
import statistics
from typing import Any

from benchmarks import harness

BOUND_MS, RUNS = 200, 20


def main() -> None:
    """Print the claims."""
    from benchmarks.regionfill import region_product

    units = max(116, harness.lines_asked())
    with region_product(units=units, lines=3, years=1):
        claims()


def claims() -> None:
    """Each way to find a unit or a region."""
    from django.test import Client

    from apps.regions.models import Region, Unit
    from apps.regions.services import renew_search_keys
    from benchmarks.serving import session_of
    from imbudget.kit.actor import system_actor

    renew_search_keys(system_actor("benchmark"))
    name, key = session_of("region_officer", Region.objects.get(code="150000")).split("=")
    client = Client(SERVER_NAME="localhost", headers={"Accept": "application/json"})
    client.cookies[name] = key
    unit = Unit.objects.order_by("-pk")[0]
    letters = unit.search_key.rpartition(" ")[2]
    for claim, page, query in (
        ("unit.code", "units/", {"q": unit.code}),
        ("unit.name", "units/", {"q": unit.name_zh_hans}),
        ("unit.initials", "units/", {"q": letters}),
        ("unit.words", "units/", {"q": "旗 财政局"}),
        ("unit.nothing", "units/", {"q": "查无此单位"}),
        ("unit.begin", "units/", {}),
        ("region.initials", "", {"q": "xcq"}),
        ("region.below", "", {"below": Region.objects.get(code="150100").pk}),
    ):
        measure(f"picker.{claim}", client, f"/regions/{page}choices/", query, Unit.objects.count())


def measure(claim: str, client: Any, address: str, query: dict[str, Any], units: int) -> None:
    """One JSON line."""
    times = [harness.timed(lambda: client.get(address, query)) * 1000 for _run in range(RUNS)]
    found = len(client.get(address, query).json()["rows"])
    ms, worst = statistics.median(times), max(times)
    values = {"claim": claim, "ms": round(ms, 1), "worst_ms": round(worst, 1), "bound_ms": BOUND_MS}
    print(json.dumps(values | {"units": units, "found": found}), flush=True)


if __name__ == "__main__":
    main()
