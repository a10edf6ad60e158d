"""Payees brought in from a table file: all of them, or none and every wrong row told."""

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from apps.disbursement.models import PayeeKind, PayeeOrigin
from apps.disbursement.names import looks_like_person
from apps.disbursement.services.payees import enter_payee
from imbudget.kit.actor import Actor
from imbudget.kit.emptybook import EmptyColumn, empty_book
from imbudget.kit.errors import RuleViolation
from imbudget.kit.tableimport import RowError, read_rows, refuse_formulas

# Heads of the table; Chinese in both languages, since the import reads them.
HEADS = {
    "户名": "name",
    "账号": "account",
    "开户银行": "bank_name",
    "联行号": "bank_code",
    "证件号码或统一社会信用代码": "id_number",
}
NEEDED = ("户名", "账号")
MOST = 5_000
Bad = list[tuple[int, str, str]]


def bring_in(actor: Actor, path: Path, name: str, is_staff: bool) -> tuple[int, Bad]:
    """How many payees came in, and what is wrong: (row as the spreadsheet numbers it, head, reason).

    People are told from organisations by their names. Raises RuleViolation where the file cannot be read at all.
    """
    bad: Bad = []
    count = 0
    with transaction.atomic():
        for number, cells in read_rows(path, name, heads=HEADS):
            count += 1
            _refuse_whole(cells, count, name)
            try:
                refuse_formulas(cells)
                with transaction.atomic():
                    enter_payee(actor, _values(cells, is_staff), PayeeOrigin.IMPORT)
            except (RuleViolation, RowError) as error:
                bad.append((number, "", str(error)))
        if bad:
            transaction.set_rollback(True)
    return (0, bad) if bad else (count, [])


def _refuse_whole(cells: dict[str, str], count: int, name: str) -> None:
    missing = [head for head in NEEDED if head not in cells]
    if missing:
        text = _("%(name)s has no head with the columns %(wanted)s.")
        raise RuleViolation(text % {"name": name, "wanted": "、".join(missing)})
    if count > MOST:
        raise RuleViolation(_("The file %(name)s has too many rows. Split it into several files.") % {"name": name})


def _values(cells: dict[str, str], is_staff: bool) -> dict[str, object]:
    values: dict[str, object] = {column: cells.get(head, "") for head, column in HEADS.items()}
    values["account"] = "".join(str(values["account"]).split()).upper()
    person = is_staff or looks_like_person(str(values["name"]))
    return values | {"kind": PayeeKind.PERSON if person else PayeeKind.ORGANISATION, "is_staff": is_staff}


def empty_table() -> bytes:
    """The workbook to fill in."""
    columns = [EmptyColumn(head, 28, is_required=head in NEEDED) for head in HEADS]
    lines = [
        _("One row is one payee; the heads stay as they are."),
        _("The name is exactly as the bank has it, the middle dot of a name included."),
        _("Accounts and cards are text: a number of more than 15 digits would lose its end."),
    ]
    return empty_book("收款人", columns, lines)
