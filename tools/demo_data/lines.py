"""Budget lines with their figures of all years: wages from head counts, running costs, projects.

All figures are whole cents and all rates whole basis points, so that no machine rounds otherwise.
"""

from dataclasses import dataclass, field
from random import Random

from tools.demo_data import COMPILED_YEAR, HISTORY_YEARS, SEED
from tools.demo_data.catalog import HEADCOUNTS, INCOME, OFFICE_STAFF, OWN, PROJECTS, RUNNING, Project
from tools.demo_data.regions import Place
from tools.demo_data.units import INSTITUTIONS, PARTIAL, DemoUnit, units_of

FIRST_YEAR = min(HISTORY_YEARS) - 1
YEARS = range(FIRST_YEAR, COMPILED_YEAR + 1)
WAN = 1_000_000
HUNDRED_YUAN = 10_000
SCALE = (9, 3, 1)
STAFF_SCALE = (4, 2, 1)
# Shares of all pay, in basis points: (economic class, function class, share).
ON_PAY = (
    ("30108", "2080505", 1600),
    ("30112", "2089999", 80),
    ("30113", "2210201", 1200),
)
OFFICE_COSTS = {
    "30201": (90_000, 260_000),
    "30206": (30_000, 90_000),
    "30208": (80_000, 220_000),
    "30211": (60_000, 200_000),
    "30213": (30_000, 110_000),
    "30217": (3_000, 15_000),
    "30228": (60_000, 90_000),
    "30231": (40_000, 110_000),
}


@dataclass(slots=True)
class Line:
    """One budget line: its codes and project, and by year what was approved and what was spent, in cents."""

    unit: DemoUnit
    function: str
    economic: str
    fund: str = OWN
    project_code: str = ""
    project_name: str = ""
    approved: dict[int, int] = field(default_factory=dict)
    executed: dict[int, int] = field(default_factory=dict)

    def key(self) -> tuple[str, ...]:
        """What must not occur twice in a unit."""
        return (self.function, self.economic, self.fund, self.project_code, self.project_name)


def lines_of(place: Place) -> list[Line]:
    """All lines of a region, unit by unit, of all years."""
    lines = []
    for unit in units_of(place):
        rng = Random(f"{SEED} {place.code} {unit.code}")  # noqa: S311 - sample figures, no secret
        lines += _pay(unit, rng) + _office(unit, rng)
        for serial, project in enumerate(PROJECTS[unit.body.key], unit.serial * 1_000 + 1):
            if project.where.fits(place):
                lines += _project(unit, project, rng, serial)
    for line in lines:
        _spend(line)
    return lines


def _years(unit: DemoUnit) -> list[int]:
    return [year for year in YEARS if unit.exists_in(year)]


def _grown(start: int, years: list[int], rng: Random, low: int, high: int) -> dict[int, int]:
    """A series that changes each year by a rate between `low` and `high` basis points."""
    series, amount = {}, start
    for year in years:
        series[year] = amount
        amount = _share(amount, 10_000 + rng.randint(low, high))
    return series


def _share(amount: int, basis_points: int) -> int:
    return (amount * basis_points + 5_000) // 10_000


def _headcount(unit: DemoUnit, rng: Random) -> int:
    low, high = HEADCOUNTS.get(unit.body.key, OFFICE_STAFF)
    return rng.randint(low, high) * STAFF_SCALE[unit.place.level]


def _pay(unit: DemoUnit, rng: Random) -> list[Line]:
    years, staff = _years(unit), _headcount(unit, rng)
    institution = unit.body.nature in INSTITUTIONS
    function = RUNNING[unit.body.key]
    basic = _grown(staff * 12 * rng.randint(430_000, 520_000), years, rng, 150, 420)
    allowances = {year: _share(amount, 3_000 if institution else 7_800) for year, amount in basic.items()}
    bonus = {year: _share(amount, 6_500 if institution else 2_200) for year, amount in basic.items()}
    total = {year: basic[year] + allowances[year] + bonus[year] for year in years}
    # A hospital pays performance wages from what it earns.
    bonus_fund = INCOME if unit.body.nature == PARTIAL else OWN
    lines = [
        Line(unit, function, "30101", approved=basic),
        Line(unit, function, "30102", approved=allowances),
        Line(unit, function, "30107" if institution else "30103", bonus_fund, approved=bonus),
    ]
    medical = "2101102" if institution else "2101101"
    shares = [*ON_PAY, ("30110", medical, 700)]
    for economic, its_function, share in sorted(shares):
        series = {year: _share(amount, share) for year, amount in total.items()}
        lines.append(Line(unit, its_function, economic, approved=series))
    return lines


def _office(unit: DemoUnit, rng: Random) -> list[Line]:
    years, staff = _years(unit), rng.randint(*OFFICE_STAFF) * STAFF_SCALE[unit.place.level]
    chosen = sorted({"30201", *rng.sample(sorted(OFFICE_COSTS), 2)})
    return [
        Line(
            unit,
            RUNNING[unit.body.key],
            economic,
            approved=_grown(staff * rng.randint(*OFFICE_COSTS[economic]), years, rng, -400, 300),
        )
        for economic in chosen
    ]


def _project(unit: DemoUnit, project: Project, rng: Random, serial: int) -> list[Line]:
    years = [year for year in _years(unit) if project.years[0] <= year <= project.years[1]]
    if not years:
        return []
    size = rng.randint(*project.wan) * WAN * SCALE[unit.place.level]
    total = _grown(size, years, rng, -900, 1_400)
    # A project carries the year in which it was set up in its code for life.
    code = f"{unit.place.code}{years[0] % 100:02d}{project.letter}{serial:012d}"
    parts = _parts(total, len(project.parts), rng)
    return [
        Line(unit, project.function, economic, project.fund, code, project.name, approved=series)
        for economic, series in zip(project.parts, parts, strict=True)
    ]


def _parts(total: dict[int, int], count: int, rng: Random) -> list[dict[int, int]]:
    first = 10_000 if count == 1 else rng.randint(5_500, 8_000)
    head = {year: _round(_share(amount, first)) for year, amount in total.items()}
    rest = {year: _round(amount - head[year]) for year, amount in total.items()}
    return [head, rest][:count]


def _round(amount: int) -> int:
    return amount // HUNDRED_YUAN * HUNDRED_YUAN


def _spend(line: Line) -> None:
    """Between 92 and 100 % of what was approved is spent; pay is spent almost wholly."""
    rng = Random(f"{SEED} spent {line.unit.place.code} {line.unit.code} {line.key()}")  # noqa: S311 - sample figures
    low = 9_850 if line.economic.startswith("301") else 9_200
    for year, amount in sorted(line.approved.items()):
        line.executed[year] = _share(amount, rng.randint(low, 10_000))
