"""The columns of open data: their names for machines, what people call them, what they mean in a Fiscal Data Package.

Meanings are ColumnTypes of the budget taxonomy of Fiscal Data Package 1.0; what it has no word for is defined in `OWN`.
"""

from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TAXONOMY = "https://specs.frictionlessdata.io/taxonomies/fiscal/budgets.json"
OWN: tuple[dict[str, Any], ...] = (
    {"name": "grade:id", "dataType": "string", "unique": True},
    {"name": "grade:label", "dataType": "string", "labelOf": "grade:id"},
    {"name": "measure:projects", "dataType": "integer"},
    {"name": "measure:mean-score", "dataType": "number"},
    {"name": "category:id", "dataType": "string", "unique": True},
    {"name": "category:label", "dataType": "string", "labelOf": "category:id"},
    {"name": "measure:score", "dataType": "number"},
)


@dataclass(frozen=True, slots=True)
class Field:
    """One column; `key` where it helps to tell rows apart."""

    name: str
    label: str | Promise
    meaning: str
    type: Literal["string", "integer", "number"] = "string"
    key: bool = False


PLACE = (
    Field("fiscal_year", _("fiscal year"), "date:fiscal-year", "integer", key=True),
    Field("region_code", _("division code"), "administrative-classification:generic:level1:code", key=True),
    Field("region_name", _("region"), "administrative-classification:generic:level1:label"),
)
BUDGET = (
    *PLACE,
    Field("function_code", _("function code"), "functional-classification:generic:code", key=True),
    Field("function_name", _("function"), "functional-classification:generic:label"),
    Field("economic_code", _("government economic code"), "economic-classification:generic:code", key=True),
    Field("economic_name", _("government economic class"), "economic-classification:generic:label"),
    Field("fund_code", _("fund code"), "fin-source:generic:code", key=True),
    Field("fund_name", _("fund type"), "fin-source:generic:label"),
    Field("direction", _("direction"), "direction", key=True),
    Field("phase", _("phase"), "phase:id", key=True),
    Field("phase_name", _("name of the phase"), "phase:label"),
    Field("currency", _("currency"), "value-currency:code", key=True),
    Field("value", _("amount"), "value", "number"),
)
RESULTS = (
    *PLACE,
    Field("department_code", _("department code"), "administrative-classification:generic:level2:code", key=True),
    Field("department_name", _("competent department"), "administrative-classification:generic:level2:label"),
    Field("grade", _("grade"), "grade:id", key=True),
    Field("grade_name", _("name of the grade"), "grade:label"),
    Field("projects", _("projects"), "measure:projects", "integer"),
    Field("mean_score", _("mean score"), "measure:mean-score", "number"),
    Field("currency", _("currency"), "value-currency:code", key=True),
    Field("budget", _("budget of the whole year"), "value:budget", "number"),
    Field("executed", _("executed"), "value:executed", "number"),
)
PROJECTS = (
    *PLACE,
    Field("department_code", _("department code"), "administrative-classification:generic:level2:code"),
    Field("department_name", _("competent department"), "administrative-classification:generic:level2:label"),
    Field("unit_code", _("unit code"), "administrative-classification:generic:level3:code"),
    Field("unit_name", _("budget unit"), "administrative-classification:generic:level3:label"),
    Field("project_code", _("project code"), "activity:generic:project:code", key=True),
    Field("project_name", _("project name"), "activity:generic:project:label"),
    Field("category_code", _("category code"), "category:id"),
    Field("category_name", _("category"), "category:label"),
    Field("currency", _("currency"), "value-currency:code", key=True),
    Field("budget", _("budget of the whole year"), "value:budget", "number"),
    Field("executed", _("executed"), "value:executed", "number"),
    Field("score", pgettext_lazy("of an evaluation", "score"), "measure:score", "number"),
    Field("grade", _("grade"), "grade:id"),
    Field("grade_name", _("name of the grade"), "grade:label"),
)
PHASES = {
    "approved": _("approved"),
    "adjusted": _("approved, after adjustments"),
    "executed": _("executed"),
}
EXPENDITURE, YUAN = "expenditure", "CNY"
