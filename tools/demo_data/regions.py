"""The regions of the sample, read from the fixture of divisions, and how their names are put together."""

import csv
from dataclasses import dataclass
from pathlib import Path

from tools.places import ROOT

TOP = "150000"
CITIES = ("150100", "150200", "150700")
AREA_CODES = {"150000": "0471", "150100": "0471", "150200": "0472", "150700": "0470"}
# One real township or street of each county-level region; its government is one of the sample's units.
TOWNSHIPS = {
    "150102": "海拉尔东路街道",
    "150103": "新华西路街道",
    "150104": "小召前街街道",
    "150105": "人民路街道",
    "150121": "察素齐镇",
    "150122": "双河镇",
    "150123": "盛乐镇",
    "150124": "宏河镇",
    "150125": "可可以力更镇",
    "150202": "和平路街道",
    "150203": "少先路街道",
    "150204": "先锋道街道",
    "150205": "石拐街道",
    "150206": "矿山路街道",
    "150207": "沙河街道",
    "150221": "萨拉齐镇",
    "150222": "金山镇",
    "150223": "达尔汗苏木",
    "150702": "正阳街道",
    "150703": "第三街道",
    "150721": "那吉镇",
    "150722": "尼尔基镇",
    "150723": "阿里河镇",
    "150724": "巴彦嵯岗苏木",
    "150725": "西乌珠尔苏木",
    "150726": "新宝力格苏木",
    "150727": "贝尔苏木",
    "150781": "新开河镇",
    "150782": "免渡河镇",
    "150783": "蘑菇气镇",
    "150784": "蒙兀室韦苏木",
    "150785": "金河镇",
}
# The genitive joins by U+202F; which one follows from how the name's last word ends.
GENITIVES = {"ᠣᠷᠣᠨ": "ᠤ", "ᠰᠢᠶᠠᠨ": "ᠤ", "ᠲᠣᠭᠣᠷᠢᠭ": "ᠤᠨ", "ᠬᠣᠲᠠ": "ᠶᠢᠨ", "ᠬᠣᠰᠢᠭᠤ": "ᠶᠢᠨ", "ᠬᠥᠬᠡᠬᠣᠲᠠ": "ᠶᠢᠨ"}


@dataclass(frozen=True, slots=True)
class Place:
    """A region of the sample; `level` is 0 for the autonomous region, 1 for a city, 2 for what lies below."""

    code: str
    name: str
    name_mvf: str
    kind: str
    city: str
    level: int
    tags: frozenset[str]

    @property
    def area_code(self) -> str:
        """The telephone prefix."""
        return AREA_CODES[self.city]

    def mongolian(self, words: str) -> str:
        """The Mongolian name of a body of this region; empty when either part is not known."""
        suffix = GENITIVES.get(self.name_mvf.split(" ")[-1])
        return f"{self.name_mvf}\u202f{suffix} {words}" if suffix and words else ""


def load_places(path: Path = ROOT / "fixtures" / "regions.csv") -> list[Place]:
    """The autonomous region, three cities and what lies below them, by code; development zones are left out."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if _wanted(row)]
    return sorted((_place(row) for row in rows), key=lambda place: place.code)


def _wanted(row: dict[str, str]) -> bool:
    return row["code"] in {TOP, *CITIES} or row["code"] in TOWNSHIPS


def _place(row: dict[str, str]) -> Place:
    level = 0 if row["code"] == TOP else 1 if row["code"] in CITIES else 2
    city = row["parent_code"] if level == 2 else row["code"]
    tags = frozenset(row["tags"].split())
    return Place(row["code"], row["name_zh"], row["name_mvf"], row["kind"], city, level, tags)
