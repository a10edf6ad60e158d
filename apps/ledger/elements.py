"""The 26 accounting elements of an authority as a page shows them: number, label, name in the national system, value."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from apps.ledger.models import Authority

# In the order of 预算指标核算管理办法(试行); element 18 follows from the region. A name is left empty where the standard
# at hand gives none for an authority: what projects and their yearly budgets call the same (IS_SCIENTIFIC,
# IS_CONSTRUCTION) does not settle it, for names differ between its tables (IS_GOV_PUR here, IS_GOVPURCH there).
NAMES: dict[str, str] = {
    "year": "FISCAL_YEAR",
    "region": "MOF_DIV_CODE",
    "document_number": "COR_BGT_DOC_NO",
    "project_code": "PRO_CODE",
    "unit": "AGENCY_CODE",
    "fund": "FUND_TYPE_CODE",
    "business_division": "MANAGE_MOF_DEP_CODE",
    "managing_division": "BGT_MOF_DEP_CODE",
    "income_code": "INCOME_SORT_CODE",
    "transfer_function": "TP_FUNC_CODE",
    "function": "EXP_FUNC_CODE",
    "government_economic": "GOV_BGT_ECO_CODE",
    "department_economic": "DEP_BGT_ECO_CODE",
    "authority_type": "BGT_TYPE_CODE",
    "source": "SOURCE_TYPE_CODE",
    "is_advance": "",
    "receiving_region": "REC_DIV_CODE",
    "budget_level": "BUDGET_LEVEL_CODE",
    "upper_document_number": "SUP_BGT_DOC_NO",
    "is_procurement": "IS_GOV_PUR",
    "payment_method": "PAY_TYPE_CODE",
    "is_payroll": "",
    "direct_flag": "IS_DIR_CODE",
    "is_research": "",
    "is_debt": "",
    "is_construction": "",
}
# Read together with the authority whose page names them.
NAMED = (
    *("region", "unit", "fund", "transfer_function", "function", "government_economic", "department_economic"),
    *("receiving_region", "project"),
)
CODED = {"region", "unit", "receiving_region"}
LEVELS = {
    2: pgettext_lazy("budget level", "autonomous region"),
    3: pgettext_lazy("budget level", "league or city"),
    4: pgettext_lazy("budget level", "banner or county"),
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element of one authority."""

    number: int
    label: str | Promise
    national: str
    value: str


def elements_of(authority: Authority) -> list[Element]:
    """All 26 elements, those that say nothing too."""
    return [
        Element(number, _label(name), national, _value(authority, name))
        for number, (name, national) in enumerate(NAMES.items(), 1)
    ]


def _label(name: str) -> str | Promise:
    if name == "budget_level":
        return gettext_lazy("budget level")
    field: Any = Authority._meta.get_field(name)
    return field.verbose_name


def _value(authority: Authority, name: str) -> str:
    value = getattr(authority, name)
    if name == "budget_level":
        return f"{value}-{LEVELS[value]}" if value in LEVELS else str(value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    field: Any = Authority._meta.get_field(name)
    if field.choices and value:
        return f"{value}-{getattr(authority, f'get_{name}_display')()}"
    if name in CODED and value is not None:
        return f"{value.code}-{value}"
    return "" if value is None else str(value)
