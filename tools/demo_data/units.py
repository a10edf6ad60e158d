"""Departments and budget units: which bodies a region has, their codes, and credit codes that nobody was given."""

from dataclasses import dataclass

from tools.demo_data.regions import TOWNSHIPS, Place

CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
ADMINISTRATIVE, REFERENCE, FULL, PARTIAL = (
    "administrative",
    "civil_servant_ref",
    "institution_full",
    "institution_partial",
)
INSTITUTIONS = {FULL, PARTIAL}


@dataclass(frozen=True, slots=True)
class Body:
    """A kind of unit: its department, code within it, name after the region's, nature and Mongolian words."""

    key: str
    department: str
    number: str
    name: str
    nature: str = ADMINISTRATIVE
    mvf: str = ""
    valid_from: str = ""
    valid_to: str = ""


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """One budget unit of the sample."""

    place: Place
    body: Body
    name: str
    name_mvf: str
    credit_code: str
    phone: str

    @property
    def code(self) -> str:
        """Department and number: 6 digits, unique in its region."""
        return self.body.department + self.body.number

    @property
    def serial(self) -> int:
        """The number of its kind of body, from 1; the same in every region."""
        return BODIES.index(self.body) + 1

    def exists_in(self, year: int) -> bool:
        """Whether the unit exists when the year begins."""
        day = f"{year}-01-01"
        return (self.body.valid_from or day) <= day <= (self.body.valid_to or day)


# A new body goes to the end: its place gives the numbers in credit, telephone and project codes.
BODIES = [
    Body("nationalities", "105", "001", "民族事务委员会"),
    Body("finance", "118", "001", "财政局", mvf="ᠡᠳ᠋\u202fᠦᠨ ᠵᠠᠰᠠᠭ\u202fᠤᠨ ᠲᠣᠪᠴᠢᠶ\u180eᠠ"),
    Body("review", "118", "002", "财政投资评审中心", FULL, valid_from="2026-01-01"),
    Body("civil", "120", "001", "民政局"),
    Body("insurance", "122", "001", "社会保险事业服务中心", REFERENCE),
    Body("education", "130", "001", "教育局", mvf="ᠰᠤᠷᠭᠠᠨ ᠬᠦᠮᠦᠵᠢᠯ\u202fᠦᠨ ᠲᠣᠪᠴᠢᠶ\u180eᠠ"),
    Body("school", "130", "002", "第一中学", FULL),
    Body("culture", "135", "001", "文化和旅游局"),
    Body("health", "140", "001", "卫生健康委员会"),
    Body("hospital", "140", "002", "人民医院", PARTIAL),
    Body("mongolian_hospital", "140", "003", "蒙医中医医院", PARTIAL),
    Body("farming", "150", "001", "农牧局"),
    Body("revival", "150", "002", "乡村振兴局", valid_to="2024-12-31"),
    Body("forestry", "151", "001", "林业和草原局", mvf="ᠣᠢ ᠰᠢᠭᠤᠢ ᠨᠤᠲᠤᠭ ᠪᠡᠯᠴᠢᠭᠡᠷ\u202fᠦᠨ ᠲᠣᠪᠴᠢᠶ\u180eᠠ"),
    Body("transport", "160", "001", "交通运输局", mvf="ᠵᠠᠮ ᠬᠠᠷᠢᠯᠴᠠᠭ\u180eᠠ ᠲᠡᠭᠡᠭᠡᠪᠦᠷᠢ\u202fᠶᠢᠨ ᠲᠣᠪᠴᠢᠶ\u180eᠠ"),
    Body("housing", "170", "001", "住房和城乡建设局"),
    Body("township", "190", "001", ""),
]
BY_KEY = {body.key: body for body in BODIES}
CITY_BODIES = (
    "nationalities finance review civil insurance education school health mongolian_hospital farming revival forestry"
    " transport housing"
)
TOP_BODIES = (
    "nationalities finance civil insurance education culture health hospital farming forestry transport housing"
)
COUNTY_BODIES = {
    "district": "nationalities finance civil education school health housing township",
    "county": "finance civil insurance education school hospital farming forestry transport township",
    "banner": "nationalities finance education school hospital farming forestry transport township",
}
COUNTY_KINDS = {"county_city": "county", "autonomous_banner": "banner"}
# What replaces 局 and its Mongolian word one level higher up.
TOP_NAMES = {"局": "厅"}
TOP_MVF = {"ᠲᠣᠪᠴᠢᠶ\u180eᠠ": "ᠲᠢᠩᠬᠢᠮ"}


def bodies_of(place: Place) -> list[Body]:
    """The bodies that a region of this kind and level has in the sample."""
    if place.level == 2:
        keys = COUNTY_BODIES[COUNTY_KINDS.get(place.kind, place.kind)]
    else:
        keys = CITY_BODIES if place.level else TOP_BODIES
    return [BY_KEY[key] for key in keys.split()]


def units_of(place: Place) -> list[DemoUnit]:
    """The budget units of a region, by code."""
    units = []
    for body in sorted(bodies_of(place), key=lambda body: body.department + body.number):
        number = BODIES.index(body) + 1
        name, mvf = body_name(place, body)
        serial = int(place.code[2:]) * 100 + number
        credit = credit_code(place.code, serial, body.nature != ADMINISTRATIVE)
        units.append(DemoUnit(place, body, name, mvf, credit, f"{place.area_code}-0000{number:03d}"))
    return units


def body_name(place: Place, body: Body) -> tuple[str, str]:
    """The name in Chinese and, where every word of it is attested, in Mongolian."""
    if body.key == "township":
        township = TOWNSHIPS[place.code]
        return f"{place.name}{township}{'办事处' if township.endswith('街道') else '人民政府'}", ""
    name, mvf = body.name, body.mvf
    # The forestry administration keeps 局 at the level of the autonomous region too.
    if place.level == 0 and body.key != "forestry":
        for small, large in TOP_NAMES.items():
            name = name.removesuffix(small) + large if name.endswith(small) else name
        for small, large in TOP_MVF.items():
            mvf = mvf.replace(small, large)
    return place.name + name, place.mongolian(mvf)


def departments_of(place: Place) -> list[tuple[str, str, str]]:
    """(code, Chinese name, Mongolian name) of the region's departments: each is named after its first unit."""
    found: dict[str, tuple[str, str, str]] = {}
    for unit in units_of(place):
        found.setdefault(unit.body.department, (unit.body.department, unit.name, unit.name_mvf))
    if place.level == 2 and "190" in found:
        found["190"] = ("190", f"{place.name}苏木乡镇街道", "")
    return list(found.values())


def credit_code(region: str, serial: int, institution: bool) -> str:
    """A well-formed 统一社会信用代码 (GB 32100) whose organisation number, YY…, is one that is not issued."""
    body = f"YY{serial:06d}"
    values = ["0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".index(char) for char in body]
    rest = 11 - sum(value * weight for value, weight in zip(values, ORGANISATION_WEIGHTS, strict=True)) % 11
    first17 = f"1{2 if institution else 1}{region}{body}{'X' if rest == 10 else rest % 11}"
    total = sum(CREDIT_ALPHABET.index(char) * (3**place % 31) for place, char in enumerate(first17))
    return first17 + CREDIT_ALPHABET[(31 - total % 31) % 31]
