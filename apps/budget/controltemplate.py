"""The empty workbook for the control figures of a region."""

from django.utils.translation import gettext as _

from apps.budget.services.controlimport import AMOUNT, DEPARTMENT, FUND, HEADS, KIND, REASON, UNIT
from apps.budget.template import KINDS
from apps.codes.models import Catalog
from apps.codes.selectors import leaves
from apps.regions.models import Department, Region, Unit
from imbudget.kit.emptybook import EmptyColumn, coded, empty_book

SHEET = "控制数"
REQUIRED = (FUND, KIND, AMOUNT)


def write_template(region: Region, year: int) -> bytes:
    """The workbook as the bytes of an XLSX file, with the departments, units and fund types to choose from."""
    choices = {
        DEPARTMENT: coded(Department.objects.filter(region=region, parent=None).order_by("code")),
        UNIT: coded(Unit.objects.filter(region=region).order_by("code")),
        FUND: coded(leaves(year, Catalog.FUND)),
        KIND: list(KINDS.values()),
    }
    widths = {REASON: 40, AMOUNT: 20}
    columns = [
        EmptyColumn(head, widths.get(head, 30), head == AMOUNT, head in REQUIRED, choices.get(head, ()))
        for head in HEADS
    ]
    return empty_book(SHEET, columns, _instructions())


def _instructions() -> list[str]:
    return [
        _("Write one figure in each row of the sheet %(sheet)s; leave its first row as it is.") % {"sheet": SHEET},
        _("These columns must be filled in: %(columns)s.") % {"columns": "、".join(REQUIRED)},
        _("A row with a unit is the figure of the unit, one with a department alone that of the department."),
        _("A row without department and unit is the pool of the region."),
        _("Amounts are in yuan with at most two decimals; formulas are not taken, write their values."),
        _("A figure that has been issued changes with a reason only."),
        _("Write no totals: the figures of departments and the pool are rows of their own."),
    ]
