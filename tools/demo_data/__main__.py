"""`python -m tools.demo_data [folder]`: write the sample data, by default into fixtures/."""

import sys
from pathlib import Path

from tools.demo_data.lines import Line, lines_of
from tools.demo_data.regions import Place, load_places
from tools.demo_data.spoilt import REGION, write_spoilt
from tools.demo_data.tables import write_csv
from tools.demo_data.units import departments_of, units_of
from tools.demo_data.untidy import FOLDER, write_untidy
from tools.demo_data.workbooks import write_history, write_workbook
from tools.places import ROOT, say

DEPARTMENT_HEADS = ("code", "name_zh", "name_mvf", "region_code", "parent_code")
UNIT_HEADS = (
    "code",
    "credit_code",
    "name_zh",
    "name_mvf",
    "region_code",
    "department_code",
    "nature",
    "valid_from",
    "valid_to",
    "old_code",
    "phone",
)


def write_units(folder: Path, places: list[Place]) -> int:
    """Departments and units of all regions; returns how many units there are."""
    departments = [(*row, place.code, "") for place in places for row in departments_of(place)]
    write_csv(folder / "departments.csv", [DEPARTMENT_HEADS, *departments])
    units = [
        (
            unit.code,
            unit.credit_code,
            unit.name,
            unit.name_mvf,
            place.code,
            unit.body.department,
            unit.body.nature,
            unit.body.valid_from,
            unit.body.valid_to,
            "",
            unit.phone,
        )
        for place in places
        for unit in units_of(place)
    ]
    write_csv(folder / "units.csv", [UNIT_HEADS, *units])
    return len(units)


def write_all(folder: Path) -> str:
    """Writes everything below `folder`; returns one line that says what was written."""
    places = load_places()
    units = write_units(folder, places)
    lines: dict[str, list[Line]] = {place.code: lines_of(place) for place in places}
    demo = folder / "demo"
    for region, its_lines in lines.items():
        write_workbook(demo / "workbooks", region, its_lines)
    write_spoilt(demo / "bad", lines[REGION])
    write_untidy(demo / FOLDER, lines)
    write_history(demo / "history", [line for its_lines in lines.values() for line in its_lines])
    return f"{units} units, {len(places)} workbooks"


if __name__ == "__main__":
    say(write_all(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "fixtures"))
