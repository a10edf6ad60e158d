"""What the units of the whole region are and spend on, read from fixtures/demo/region."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings

from apps.regions.models import UnitNature

FOLDER = settings.BASE_DIR / "fixtures" / "demo" / "region"
INSTITUTIONS = frozenset({UnitNature.INSTITUTION_FULL, UnitNature.INSTITUTION_PARTIAL})
OWN, INCOME = "1111", "3111"
WAN = 1_000_000  # cents in 10,000 yuan
YUAN = 100
FOR_ALL = "*"


@dataclass(frozen=True, slots=True)
class Body:
    """A kind of unit; `levels` are the tree levels that have it, `repeats` whether a region has several."""

    key: str
    department: str
    name: str
    nature: str
    mvf: str
    running: str
    staff: tuple[int, int]
    levels: str
    where: str
    repeats: bool

    @property
    def is_institution(self) -> bool:
        return self.nature in INSTITUTIONS


class Template(NamedTuple):
    """A line that a kind of unit may have; amounts in cents, of basic lines by head, of projects by part."""

    id: int
    body: str
    project: int
    part: int
    first: bool
    own: bool
    where: str
    function: str
    economic: str
    fund: str
    low: int
    high: int
    name: str
    letter: str


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one file of the catalogue."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def bodies() -> tuple[Body, ...]:
    """All kinds of unit, the most usual ones first."""
    return tuple(
        Body(
            row["key"],
            row["department"],
            row["name"],
            row["nature"],
            row["mvf"],
            row["running"],
            (int(row["staff_low"]), int(row["staff_high"])),
            row["levels"],
            row["where"],
            bool(row["repeats"]),
        )
        for row in rows("bodies.csv")
    )


def templates() -> list[Template]:
    """Every line that any kind of unit may have."""
    found = [line for body in bodies() for line in (*_basics(body), *_projects(body))]
    return [Template(number, *line) for number, line in enumerate(found, 1)]


def _basics(body: Body) -> Iterator[tuple[Any, ...]]:
    """Pay and office costs; a partly funded institution pays its performance wages from what it earns."""
    group = "inst" if body.is_institution else "admin"
    column = "function_of_institutions" if body.is_institution else "function_of_bodies"
    for row in rows("basics.csv"):
        if row["natures"] in {"all", group}:
            earned = row["economic"] == "30107" and body.nature == UnitNature.INSTITUTION_PARTIAL
            fund, function = INCOME if earned else OWN, row[column] or body.running
            amounts = int(row["yuan_low"]) * YUAN, int(row["yuan_high"]) * YUAN
            yield (
                body.key,
                0,
                0,
                bool(row["always"]),
                True,
                "everywhere",
                function,
                row["economic"],
                fund,
                *amounts,
                "",
                "",
            )


def _projects(body: Body) -> Iterator[tuple[Any, ...]]:
    """A project's lines share its number; what only some regions have comes before what all have."""
    for project, row in enumerate(rows("projects.csv"), 1):
        if row["body"] in {body.key, FOR_ALL}:
            parts, function = row["parts"].split(), row["function"] or body.running
            amounts = [int(row[name]) * WAN // len(parts) for name in ("wan_low", "wan_high")]
            own, first = row["body"] != FOR_ALL, row["where"] != "everywhere"
            for part, economic in enumerate(parts, 1):
                codes = function, economic, row["fund"]
                yield body.key, project, part, first, own, row["where"], *codes, *amounts, row["name"], row["letter"]
