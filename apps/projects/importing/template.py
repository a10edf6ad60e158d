"""The workbook in which projects are brought in."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from apps.projects.importing.columns import HEADS, REQUIRED
from apps.projects.models import ProjectCategory
from imbudget.kit.emptybook import EmptyColumn, empty_book

PROJECTS_SHEET = "项目"
WORDS = {
    "kind": ("3-特定目标类", "22-其他运转类", "21-公用经费", "1-人员类"),
    "level": ("一级项目", "二级项目"),
    "origin": ("新增", "延续"),
    "urgency": ("1", "2", "3", "4"),
    "state": ("储备", "草稿"),
}
WIDTHS = {"code": 26, "name": 40, "unit_name": 28, "overview": 40, "necessity": 40, "feasibility": 40, "category": 26}


def write_template(first_year: int, years: int = 3) -> bytes:
    """The workbook as the bytes of an XLSX file, with amounts for this many years."""
    heads = {**HEADS, **{f"year_{year}": f"{year}年(元)" for year in range(first_year, first_year + years)}}
    choices = _choices()
    columns = [
        EmptyColumn(text, WIDTHS.get(name, 16), _is_amount(name), name in REQUIRED, choices.get(name, ()))
        for name, text in heads.items()
    ]
    return empty_book(PROJECTS_SHEET, columns, _instructions(), "C2")


def _is_amount(name: str) -> bool:
    return name == "total" or name.startswith("year_")


def _choices() -> Mapping[str, Sequence[str]]:
    categories = [row for row in ProjectCategory.objects.filter(is_active=True) if row.is_leaf_node()]
    return {**WORDS, "category": [f"{row.code}-{row.name}" for row in categories]}


def _instructions() -> list[str]:
    required = "、".join(HEADS[name] for name in REQUIRED)
    return [
        _("Write one project in each row of the sheet %(sheet)s; leave its first row as it is.")
        % {"sheet": PROJECTS_SHEET},
        _("These columns must be filled in: %(columns)s.") % {"columns": required},
        _("What stands in the store (储备) brings its code and its amount; a draft (草稿) gets its code here."),
        _("Amounts are in yuan with at most two decimals; formulas are not taken, write their values."),
        _("Give the amounts by year, or the total alone: it counts for the first year."),
        _("A project that the library has already with the same values is left as it is; nothing is overwritten."),
        _("An empty cell says nothing: it is not held against what the library has."),
        _("Drafts are taken for years that are open; a closed year takes only what stood in its store."),
        _("Several policy tags are divided by 、"),
    ]
