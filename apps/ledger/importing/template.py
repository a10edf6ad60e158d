"""The empty workbook for the lines of a document."""

from django.utils.translation import gettext as _

from apps.codes.selectors import leaves
from apps.ledger.importing.table import required
from apps.ledger.linecolumns import CATALOGS, HEADS, MARKS, WHOLE, names_of
from apps.ledger.models import AuthorityDocument
from apps.regions.models import Unit
from imbudget.kit.emptybook import EmptyColumn, coded, empty_book

SHEET = "明细"


def write_template(document: AuthorityDocument) -> bytes:
    """The workbook as the bytes of an XLSX file."""
    needed = required(document)
    columns = [_column(document, name, name in needed) for name in names_of(document, full=True)]
    return empty_book(SHEET, columns, _instructions(document))


def _column(document: AuthorityDocument, name: str, is_required: bool) -> EmptyColumn:
    head = f"{HEADS[name]}(元)" if name == "amount" else HEADS[name]
    width = 30 if name == "summary" else 22
    return EmptyColumn(head, width, name == "amount", is_required, _choices(document, name))


def _choices(document: AuthorityDocument, name: str) -> list[str]:
    """Codes of the last level, units of the region, marks."""
    if name in CATALOGS:
        return coded(leaves(document.year_id, CATALOGS[name]))
    if name == "unit":
        return coded(Unit.objects.filter(region=document.region_id).order_by("code"))
    return ["是"] if name in MARKS else []


def _instructions(document: AuthorityDocument) -> list[str]:
    names = names_of(document, full=True)
    lines = [
        _("Write one line in each row of the sheet %(sheet)s; leave its first row as it is.") % {"sheet": SHEET},
        _("Amounts are in yuan with at most two decimals; formulas are not taken, write their values."),
        _("The lines of the file take the place of those that the document has."),
    ]
    if "origin" in names:
        lines.append(_("An authority is named by its number, as the list of authorities shows it."))
    if "target" in names:
        lines.append(_("Without a number to be given to, a new authority is made of the codes beside it."))
    if document.kind in WHOLE:
        lines.append(_("An empty amount is all that is left of the authority."))
    if set(MARKS) & set(names):
        lines.append(_("Marks are written 是 or left empty."))
    return lines
