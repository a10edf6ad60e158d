"""The home page of each role and the page of the roll-out's measures at full scale, and the run that works the measures out."""

import time
from collections.abc import Callable
from typing import Any

from benchmarks.librarypages import statement_times, undisturbed

LIMIT_MS = 100
HOURLY_S, NIGHTLY_S = 60, 600  # a light run goes each hour beside people's work, a whole one at night
KPI_HAND = {
    "below": "SELECT * FROM regions_region WHERE parent_id = %(region)s ORDER BY code",
    "figures": """
SELECT f.* FROM dashboard_kpifigure f
WHERE f.period <> 'month' AND f.region_id IN (
    SELECT id FROM regions_region WHERE id = %(region)s OR parent_id = %(region)s)
""",
    "targets": "SELECT * FROM dashboard_kpitarget",
    "entered": """
SELECT * FROM dashboard_kpibaseline WHERE region_id IN (
    SELECT id FROM regions_region WHERE id = %(region)s OR parent_id = %(region)s)
""",
    "at": "SELECT max(at) FROM dashboard_kpifigure WHERE period <> 'month'",
    "phases": "SELECT * FROM regions_rolloutphase",
    "standings": "SELECT * FROM regions_regionphase p JOIN regions_rolloutphase r ON r.id = p.phase_id ORDER BY since",
    "uppers": "SELECT id, parent_id FROM regions_region",
    "months": """
SELECT * FROM dashboard_kpifigure
WHERE region_id = %(region)s AND phase_id IS NULL AND kpi = 'approval_median' AND period = 'month' ORDER BY month
""",
}


def kpis(say: Callable[..., None]) -> None:
    """The whole run, the run of every hour, and what stands then."""
    from apps.dashboard.models import KpiFigure
    from apps.dashboard.services.kpi import refresh_kpis

    times = {}
    for name, whole in (("whole", True), ("light", False), ("again", False)):
        start = time.perf_counter()
        refresh_kpis(whole=whole)
        times[f"{name}_s"] = round(time.perf_counter() - start, 1)
    kinds = KpiFigure.objects.order_by().values_list("kpi", flat=True).distinct().count()
    holds = times["whole_s"] < NIGHTLY_S and times["again_s"] < HOURLY_S
    say("dashboards.kpi.refresh", **times, figures=KpiFigure.objects.count(), kpis=kinds, holds=holds and kinds > 0)


def actors(places: dict[str, int]) -> dict[str, tuple[str, Any]]:
    """Each role's home: its name → which home it is, and who looks."""
    from apps.regions.models import Unit
    from imbudget.kit.actor import Reach

    busy = Unit.objects.filter(region=places["banner"]).order_by("pk")[0]
    return {
        "clerk": ("clerk", actor("unit_clerk", Reach.UNITS, places["banner"], busy.pk)),
        "banner": ("office", actor("banner_officer", Reach.REGION, places["banner"])),
        "league": ("office", actor("league_officer", Reach.LEAGUE, places["league"])),
        "region": ("office", actor("region_officer", Reach.EVERYTHING, places["root"])),
        "leader": ("leader", actor("finance_leader", Reach.EVERYTHING, places["root"])),
        "auditor": ("auditor", actor("auditor", Reach.EVERYTHING, places["root"])),
    }


def actor(role: str, reach: Any, region: int, unit: int | None = None) -> Any:
    """Somebody in a post at a region, or at a unit of it."""
    from apps.accounts.roles import ROLES
    from apps.regions.models import Region
    from benchmarks.paymentviews import user
    from imbudget.kit.actor import Actor

    place = Region.objects.get(pk=region)
    return Actor(
        user(), "benchmark", role=role, reach=reach, region_id=region, league_id=place.league_id, region_level=place.level,
        region_code=place.code, unit_ids=(unit,) if unit else (), grants=frozenset(ROLES[role].grants),
    )  # fmt: skip


def homes(say: Callable[..., None], places: dict[str, int]) -> None:
    """Every home and the page of measures whole, as the browser gets them."""
    from apps.dashboard.selectors.homes import home_of
    from apps.dashboard.views.home import Home
    from apps.dashboard.views.kpi import KpiView

    found = actors(places)
    for name, (home, who) in found.items():
        assert home_of(who) == home, (name, home_of(who))
        _page(say, f"dashboards.home.{name}", Home, who, {})
    for name in ("region", "league", "banner"):
        _page(say, f"dashboards.kpi.page.{name}", KpiView, found[name][1], {})


def _page(say: Callable[..., None], claim: str, view: Any, who: Any, query: dict[str, Any]) -> None:
    ask = asked(view, who, query)
    ask()
    runs = [statement_times(ask) for _run in range(5)]
    best = [min(times) for times in zip(*runs, strict=True)]
    milliseconds = round(undisturbed(runs) * 1000, 2)
    say(
        claim,
        sql_ms=milliseconds,
        statements=len(runs[0]),
        longest_ms=round(max(best) * 1000, 2),
        limit_ms=LIMIT_MS,
        holds=milliseconds <= LIMIT_MS,
    )


def asked(view: Any, who: Any, query: dict[str, Any]) -> Callable[[], Any]:
    """A page of the kit, asked for as the middleware leaves it."""
    from benchmarks.paymentviews import _request

    def ask() -> Any:
        page = view()
        page.setup(_request(who, query))
        response = page.dispatch(page.request)
        assert response.status_code == 200, (view, response.status_code)
        return response.render().content

    return ask


def kpi_summary(compare: Callable[..., None], places: dict[str, int]) -> None:
    """What the page of measures reads against the same by hand over the same small tables."""
    from apps.dashboard.models import Kpi
    from apps.dashboard.selectors.kpi import Reader, months_of
    from apps.regions.models import Region

    found = actors(places)
    for name in ("region", "league"):
        who = found[name][1]
        region = Region.objects.get(pk=who.region_id)

        def product(who: Any = who, region: Any = region) -> Any:
            return Reader(who, region).page(), months_of(who, region, Kpi.APPROVAL_MEDIAN)

        compare(f"dashboards.kpi.summary.{name}", product, by_hand(KPI_HAND.values(), {"region": region.pk}))


def by_hand(texts: Any, values: dict[str, Any]) -> Callable[[], Any]:
    """Statements one after the other, their results fetched."""
    from django.db import connection

    def run() -> Any:
        with connection.cursor() as cursor:
            return [cursor.execute(text, values) and cursor.fetchall() for text in texts]

    return run


def lists(say: Callable[..., None], places: dict[str, int]) -> None:
    """The lists behind the measures of the roll-out: of the whole region, a league and a banner."""
    from apps.dashboard.models import Kpi
    from apps.dashboard.views.kpirows import KpiRowList

    found = actors(places)
    for kpi in (Kpi.APPROVAL_MEDIAN, Kpi.RETURNS, Kpi.ON_TIME, Kpi.DEVIATION):
        for name in ("region", "league", "banner"):
            _page(say, f"dashboards.kpi.rows.{name}.{kpi}", KpiRowList, found[name][1], {"kpi": kpi})
