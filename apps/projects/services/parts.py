"""Saving the lists of an application: funding, costs, milestones, grounds, tags; each as a whole list.

A cell that cannot be read is left empty and named in the errors (`costs.3.price`); the rest of its row is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.codes.models import Catalog, Code
from apps.codes.selectors import derive_government_economic
from apps.projects.models import (
    CostLine,
    FundingLine,
    GoalIndicator,
    GoalSource,
    IndicatorKind,
    IndicatorNature,
    Milestone,
    PolicyBasis,
    PolicyTag,
    Project,
    ProjectTag,
)
from apps.projects.reading import Reader, choice_of, date_of, decimal_of, flag_of, optional, points_of, text_of, year_of
from imbudget.kit.errors import RuleViolation
from imbudget.kit.money import MAX_AMOUNT
from imbudget.kit.text import printable

MOST_ROWS = 500
UNCOUNTED = {"is_procurement", "quantity", "is_core", "library"}  # marks, and what a page sets by itself
Errors = dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """A list of an application: its model, how its columns are read, and the catalogues of its codes."""

    model: Any
    readers: Mapping[str, Reader]
    codes: Mapping[str, Catalog]
    yearly: bool = False


PARTS = {
    "funding": Part(FundingLine, {"amount": decimal_of(2)}, {"fund": Catalog.FUND}, yearly=True),
    "costs": Part(
        CostLine,
        {
            "content": text_of(300),
            "quantity": decimal_of(4),
            "measure": text_of(30),
            "price": decimal_of(4),
            "basis": text_of(500),
            "is_procurement": flag_of,
        },
        {
            "function": Catalog.FUNCTION,
            "department_economic": Catalog.DEPARTMENT_ECONOMIC,
            "procurement_item": Catalog.PROCUREMENT,
        },
        yearly=True,
    ),
    "milestones": Part(
        Milestone, {"content": text_of(300), "starts": date_of, "ends": date_of, "goal": text_of(500)}, {}
    ),
    "goals": Part(
        GoalIndicator,
        {
            "kind": choice_of(IndicatorKind.choices, blank=True),
            "content": text_of(300),
            "nature": choice_of(IndicatorNature.choices, blank=True),
            "value": text_of(60),
            "annual": text_of(60),
            "measure": text_of(30),
            "weight": optional(points_of),
            "source": choice_of(GoalSource.choices, blank=True),
            "scoring": text_of(500),
            "is_core": flag_of,
            "library": text_of(30),
        },
        {},
    ),
    "bases": Part(PolicyBasis, {"title": text_of(300), "document_number": text_of(60)}, {}),
}


def save_parts(project: Project, parts: Mapping[str, Sequence[Any]]) -> tuple[list[str], Errors]:
    """Make these lists exactly what is given; returns the names of those that changed, and what could not be read.

    A row is a mapping of column → value as typed or as a value; codes are given as Code, key or text. Rows without
    anything in them are left out. Called by services that hold the project's lock.
    """
    errors: Errors = {}
    changed = []
    for name, rows in parts.items():
        if name == "tags":
            moved = _save_tags(project, rows)
        elif name in PARTS:
            moved = _save_rows(project, PARTS[name], read_rows(project, name, rows, errors))
        else:
            raise ValueError(f"an application has no {name}")
        changed += [name] if moved else []
    return changed, errors


def read_rows(project: Project, name: str, rows: Sequence[Any], errors: Errors) -> list[dict[str, Any]]:
    """The columns of each row as the model takes them; what cannot be read is named in `errors`."""
    if len(rows) > MOST_ROWS:
        raise RuleViolation(_("A list takes %(most)s lines at most.") % {"most": MOST_ROWS})
    part = PARTS[name]
    filled = [row for row in map(_plain, rows) if _is_filled(part, row)]
    codes = {column: _Codes(project.setup_year, catalog, column, filled) for column, catalog in part.codes.items()}
    derived = derive_government_economic(project.setup_year, project.unit.nature) if part.model is CostLine else {}
    found = []
    for number, row in enumerate(filled, 1):
        values: dict[str, Any] = {}
        readers = {**part.readers, **{column: known.read for column, known in codes.items()}}
        if part.yearly:
            readers["year"] = lambda value: year_of(value) if value not in {None, ""} else project.start_year
        for column, read in readers.items():
            try:
                values[column] = read(row.get(column))
            except ValueError as error:
                errors[f"{name}.{number}.{column}"] = str(error)
                values[column] = project.start_year if column == "year" else _empty(part, column)
        _refuse_product(name, number, values, errors)
        _finish(part, values, derived)
        found.append(values)
    return found


def _refuse_product(name: str, number: int, values: dict[str, Any], errors: Errors) -> None:
    """What a line of the calculation comes to is an amount too, and no larger than one may be."""
    if name == "costs" and values["quantity"] * values["price"] >= MAX_AMOUNT:
        errors[f"{name}.{number}.price"] = _("Quantity and price together make more than an amount may be.")
        values["price"] = Decimal(0)


def _plain(row: Any) -> dict[str, Any]:
    """A row whose cells are values that a reader knows; pages send whatever a browser was made to send."""
    if not isinstance(row, Mapping):
        raise RuleViolation(_("The page sent something that cannot be read. Load it again."))
    return {
        str(name): value if value is None or isinstance(value, str | int | Decimal | date | Code) else str(value)
        for name, value in row.items()
    }


def _finish(part: Part, values: dict[str, Any], derived: Mapping[int, int]) -> None:
    """Codes as keys; the government economic class follows from the department one."""
    for column in part.codes:
        code = values.pop(column)
        values[f"{column}_id"] = code.pk if code else None
    if part.model is CostLine:
        values["government_economic_id"] = derived.get(values["department_economic_id"])


def _empty(part: Part, column: str) -> Any:
    return None if column in part.codes else part.readers[column](None)


def _is_filled(part: Part, row: Mapping[str, Any]) -> bool:
    """Whether anything was written beside the year, the quantity and the mark that a page sets by itself."""
    columns = {*part.readers, *part.codes} - UNCOUNTED
    return any(row.get(column) not in {None, "", 0, "0"} for column in columns)


class _Codes:
    """The codes that rows name in one column, found with one query."""

    def __init__(self, year: int, catalog: Catalog, column: str, rows: Iterable[Mapping[str, Any]]) -> None:
        self.year = year
        given = [row.get(column) for row in rows]
        texts = {_code_text(value) for value in given if isinstance(value, str)}
        keys = {value for value in given if isinstance(value, int) and not isinstance(value, bool)}
        codes = Code.objects.filter(catalog=catalog)
        self.texts = {code.code: code for code in codes.filter(year_id=year, code__in=texts)} if texts else {}
        self.keys = {code.pk: code for code in codes.filter(pk__in=keys)} if keys else {}

    def read(self, value: Any) -> Code | None:
        if value is None or value == "":
            return None
        found = value if isinstance(value, Code) else self.keys.get(value) or self.texts.get(_code_text(value))
        if found is None:
            raise ValueError(_("This code is not in the classification of %(year)s.") % {"year": self.year})
        return found


def _code_text(value: Any) -> str:
    """The code alone, or as the systems print it: code-name."""
    return printable(str(value)).strip().partition("-")[0].strip()


def _save_rows(project: Project, part: Part, rows: list[dict[str, Any]]) -> bool:
    """Write only what differs from what stands there, place by place."""
    model = part.model
    known = list(model.objects.filter(project=project).order_by("number"))
    moved = []
    for number, (line, values) in enumerate(zip(known, rows, strict=False), 1):
        if line.number != number or any(getattr(line, name) != value for name, value in values.items()):
            for name, value in {**values, "number": number}.items():
                setattr(line, name, value)
            moved.append(line)
    if moved:
        model.objects.bulk_update(moved, [*(name.removesuffix("_id") for name in rows[0]), "number"], batch_size=100)
    surplus = [line.pk for line in known[len(rows) :]]
    if surplus:
        model.objects.filter(pk__in=surplus).delete()
    new = [
        model(project=project, number=number, **values)
        for number, values in enumerate(rows[len(known) :], len(known) + 1)
    ]
    model.objects.bulk_create(new)
    return bool(moved or surplus or new)


def _save_tags(project: Project, given: Sequence[Any]) -> bool:
    wanted = {value.pk if isinstance(value, PolicyTag) else value for value in given}
    wanted = {int(value) for value in wanted if str(value).isdecimal()}
    known = set(PolicyTag.objects.filter(pk__in=wanted).values_list("pk", flat=True))
    present = set(ProjectTag.objects.filter(project=project).values_list("tag_id", flat=True))
    ProjectTag.objects.filter(project=project, tag_id__in=present - known).delete()
    ProjectTag.objects.bulk_create([ProjectTag(project=project, tag_id=pk) for pk in sorted(known - present)])
    return present != known
