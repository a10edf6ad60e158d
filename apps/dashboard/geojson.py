"""Outlines out of a GeoJSON file of strangers, as paths of a small picture. Pure: no database.

The picture is a simple equirectangular one. Its points stand on whole units, so that two neighbours whose border is the
same in the file have the same border in the picture, and what lies between two points of a straight line falls away.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation

LONG, HIGH = 1000, 760  # units of the picture at most
MOST_FEATURES = 200
MOST_POINTS = 2_000_000  # of the file
MOST_DRAWN = 30_000  # of the picture: a page stays small
# Inner Mongolia with some room: degrees east and north. Outside of them degrees are swapped or metres of a projection.
EAST, NORTH = (95.0, 128.5), (36.0, 55.0)
CODES = ("adcode", "code", "gb", "xzqdm", "id")  # what surveying offices call the division code

Ring = list[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Feature:
    """A region of the file: the first six digits of its division code, and its rings (holes among them)."""

    code: str
    rings: list[Ring]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A region in the picture: its path and where its name stands."""

    path: str
    x: int
    y: int
    points: int


def features_of(found: Any) -> list[Feature]:
    """The regions of a parsed GeoJSON file. Raises RuleViolation that says which of them is wrong and how."""
    if (
        not isinstance(found, dict)
        or found.get("type") != "FeatureCollection"
        or not isinstance(found.get("features"), list)
    ):
        raise RuleViolation(_("This is not a GeoJSON file with a collection of features."))
    if not 0 < len(found["features"]) <= MOST_FEATURES:
        raise RuleViolation(_("A map has between 1 and %(most)d regions.") % {"most": MOST_FEATURES})
    features = [_feature(number, one) for number, one in enumerate(found["features"], 1)]
    codes = [feature.code for feature in features]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice:
        raise RuleViolation(_("The division %(code)s stands twice in the file.") % {"code": twice})
    if sum(len(ring) for feature in features for ring in feature.rings) > MOST_POINTS:
        raise RuleViolation(_("The outlines have too many points: simplify the file first."))
    return features


def _feature(number: int, one: Any) -> Feature:
    said = {"number": number}
    properties = one.get("properties") if isinstance(one, dict) else None
    code = _code(properties) or _code(one)
    if not code:
        raise RuleViolation(_("Region %(number)d of the file has no division code of six digits.") % said)
    geometry = one.get("geometry")
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in {"Polygon", "MultiPolygon"}:
        raise RuleViolation(_("The outline of %(code)s is neither a polygon nor several.") % {"code": code})
    shapes = geometry.get("coordinates")
    try:
        polygons = [shapes] if kind == "Polygon" else shapes
        rings = [_ring(ring) for polygon in polygons for ring in polygon]
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise RuleViolation(
            _("The outline of %(code)s has points that are no coordinates.") % {"code": code}
        ) from error
    if not rings or any(not _is_inside(point) for ring in rings for point in ring):
        text = _(
            "The outline of %(code)s lies outside Inner Mongolia: degrees of longitude, then latitude, are asked for."
        )
        raise RuleViolation(text % {"code": code})
    return Feature(code, rings)


def _code(properties: Any) -> str:
    """`150100`, 150100 or `156150100` (with the country before it)."""
    if not isinstance(properties, dict):
        return ""
    for name in CODES:
        text = str(properties.get(name, ""))[:12]
        text = text.removeprefix("156") if len(text) == 9 else text
        if len(text) == 6 and text.isascii() and text.isdecimal():
            return text
    return ""


def _ring(points: Any) -> Ring:
    if not isinstance(points, list) or len(points) < 4:
        raise ValueError
    return [(_number(point[0]), _number(point[1])) for point in points]


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError
    return float(value)


def _is_inside(point: tuple[float, float]) -> bool:
    """Also false for what is not a number at all."""
    return EAST[0] <= point[0] <= EAST[1] and NORTH[0] <= point[1] <= NORTH[1]


def draw(features: Sequence[Feature]) -> tuple[tuple[int, int], dict[str, Drawn]]:
    """The size of the picture and the regions in it by their codes. Raises RuleViolation for outlines too fine to draw."""
    points = [point for feature in features for ring in feature.rings for point in ring]
    west, east = min(x for x, _y in points), max(x for x, _y in points)
    south, north = min(y for _x, y in points), max(y for _x, y in points)
    narrow = math.cos(math.radians((south + north) / 2))
    per = min(LONG / max((east - west) * narrow, 1e-9), HIGH / max(north - south, 1e-9))

    def place(point: tuple[float, float]) -> tuple[int, int]:
        return round((point[0] - west) * narrow * per), round((north - point[1]) * per)

    drawn = {feature.code: _drawn([[place(point) for point in ring] for ring in feature.rings]) for feature in features}
    if sum(one.points for one in drawn.values()) > MOST_DRAWN:
        raise RuleViolation(_("The outlines have too many points: simplify the file first."))
    return (round((east - west) * narrow * per) or 1, round((north - south) * per) or 1), drawn


def _drawn(rings: Sequence[list[tuple[int, int]]]) -> Drawn:
    kept = [ring for ring in map(_thinned, rings) if len(ring) >= 3] or [_dot(rings[0][0])]
    largest = max(kept, key=lambda ring: abs(_area(ring)))
    x, y = _middle(largest)
    path = "".join("M" + "L".join(f"{x} {y}" for x, y in ring) + "Z" for ring in kept)
    return Drawn(path, x, y, sum(len(ring) for ring in kept))


def _thinned(ring: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Without points that are the same as the one before, and without those on a straight line between their neighbours."""
    kept: list[tuple[int, int]] = []
    for point in ring:
        while len(kept) >= 2 and _is_straight(kept[-2], kept[-1], point):
            kept.pop()
        if not kept or kept[-1] != point:
            kept.append(point)
    return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept


def _is_straight(one: tuple[int, int], two: tuple[int, int], three: tuple[int, int]) -> bool:
    return (two[0] - one[0]) * (three[1] - one[1]) == (two[1] - one[1]) * (three[0] - one[0])


def _dot(point: tuple[int, int]) -> list[tuple[int, int]]:
    """What is smaller than a unit is seen all the same."""
    x, y = point
    return [(x, y), (x + 2, y), (x + 2, y + 2), (x, y + 2)]


def _sides(ring: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], tuple[int, int], int]]:
    for one, two in zip(ring, [*ring[1:], ring[0]], strict=True):
        yield one, two, one[0] * two[1] - two[0] * one[1]


def _area(ring: Sequence[tuple[int, int]]) -> float:
    return sum(cross for _one, _two, cross in _sides(ring)) / 2


def _middle(ring: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The centre of gravity, kept within the ring's own square."""
    area = _area(ring)
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    if not area:
        return sum(xs) // len(xs), sum(ys) // len(ys)
    x = sum((one[0] + two[0]) * cross for one, two, cross in _sides(ring)) / (6 * area)
    y = sum((one[1] + two[1]) * cross for one, two, cross in _sides(ring)) / (6 * area)
    return round(min(max(x, min(xs)), max(xs))), round(min(max(y, min(ys)), max(ys)))
