"""A banner with places, households and land, its subsidy and standard, and files as offices send them."""

import csv
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World, make_world
from apps.disbursement.numbers import id_with_check_digit, with_check_digit
from apps.regions.models import Region
from apps.subsidy.importing.columns import FILES
from apps.subsidy.models import Household, Place, Subsidy
from apps.subsidy.services.registers import import_register
from imbudget.kit.actor import system_actor
from imbudget.kit.testing.upon import kept_upon

SYSTEM = system_actor("tests")
FIXTURES = settings.BASE_DIR / "fixtures" / "subsidy"
BANK = ("中国农业银行新城支行", "103191052345")


def write(folder: Path, file: str, rows: Iterable[dict[str, Any]]) -> Path:
    """A CSV of one register with its heads; cells that a row does not name are empty."""
    path = folder / f"{file}.csv"
    heads = [cell.head for cell in FILES[file]]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, heads, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def person(number: int, region: str = "150102") -> str:
    """An identity number with its check digit."""
    return id_with_check_digit(f"{region}1980{number // 28 % 12 + 1:02}{number % 28 + 1:02}{number % 1000:03}")


def card(number: int) -> str:
    """A card with its check digit."""
    return with_check_digit(f"622848{number:012}")


def places(region: Region, gachas: int = 2) -> list[dict[str, Any]]:
    """One sumu, gachas below it and one group."""
    code = region.code
    rows = [{"编码": f"{code}100000", "名称": "巴彦苏木"}]
    rows += [{"编码": f"{code}100{number:03}", "名称": f"嘎查{number}"} for number in range(1, gachas + 1)]
    return [*rows, {"编码": f"{code}10000101", "名称": "一组"}]


def household(region: Region, number: int, **cells: Any) -> dict[str, Any]:
    """A row of a herder."""
    code = region.code
    return {
        "户编码": f"{code}{number:06}",
        "户主": "阿拉坦·其木格" if number == 1 else f"牧户{number}",
        "身份证号": person(number, code),
        "社保卡号": card(number),
        "开户行": BANK[0],
        "行号": BANK[1],
        "村组编码": f"{code}100{number % 2 + 1:03}",
        "人口": "3",
        **cells,
    }


def parcel(region: Region, number: int, kind: str = "禁牧", area: str = "100.00", **cells: Any) -> dict[str, Any]:
    """A parcel of the household of this number."""
    return {
        "户编码": f"{region.code}{number:06}",
        "地块号": f"{number:04}-{kind}",
        "面积(亩)": area,
        "草场类别": "1",
        "类型": kind,
        "起始日期": "2021-01-01",
        "依据": "草原承包经营权证",
        **cells,
    }


@dataclass
class Register:
    """The first banner's register: as many households as asked for, each with 100 mu under a ban and 40 in balance."""

    world: World
    households: int = 4
    region: Region = field(init=False)
    subsidy: Subsidy = field(init=False)

    def __post_init__(self) -> None:
        self.region, self.unit = self.world.unit.region, self.world.unit
        load_catalogue(self.world.codes.year)
        self.subsidy = Subsidy.objects.get(code="CYBZ")

    def fill(self, folder: Path) -> "Register":
        """Import the register's files."""
        numbers = range(1, self.households + 1)
        self.bring(folder, "places", places(self.region))
        self.bring(folder, "households", [household(self.region, number) for number in numbers])
        land = [parcel(self.region, number, kind, area) for number in numbers for kind, area in LAND]
        self.bring(folder, "parcels", land)
        return self

    def bring(self, folder: Path, file: str, rows: Iterable[dict[str, Any]]) -> Any:
        return import_register(SYSTEM, file, write(folder, file, rows), self.region)

    def of(self, number: int) -> Household:
        return Household.objects.get(code=f"{self.region.code}{number:06}")

    @property
    def sumu(self) -> Place:
        return Place.objects.get(level=1, region=self.region)

    def officer(self) -> Any:
        return make_actor("banner_officer", self.region)


def load_catalogue(year: int) -> None:
    """The shipped subsidy and its standard of one year."""
    rows = rows_of_year(year)
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write(rows)
        file.flush()
        for table, path in (("subsidies", FIXTURES / "subsidies.csv"), ("standards", Path(file.name))):
            call_command("import_subsidy_catalogue", path, table=table, verbosity=0, stdout=Quiet())


def rows_of_year(year: int) -> str:
    """The shipped standards of one year."""
    lines = (FIXTURES / "standards.csv").read_text().splitlines(keepends=True)
    return "".join(line for line in lines if line.startswith("subsidy,") or f",{year}," in line)


LAND = (("禁牧", "100.00"), ("草畜平衡", "40.00"))


class Quiet:
    """Where a command's words go."""

    def write(self, text: str) -> None:
        """Nowhere."""


@kept_upon(make_world)
def make_register(world: World, households: int = 4) -> Register:
    """The register, put back from its rows where many tests begin with it."""
    with tempfile.TemporaryDirectory() as folder:
        return Register(world, households).fill(Path(folder))
