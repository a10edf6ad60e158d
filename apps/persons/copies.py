"""Workbooks about persons: the copy that they get (PIPL 45), and the list of those whom an incident concerns (PIPL 57)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from apps.persons.affected import Affected
from apps.persons.models import Incident, PersonRequest
from apps.persons.selectors import Found
from apps.persons.services import mark_of
from apps.persons.why import why
from imbudget.kit.actor import Actor
from imbudget.kit.export import to_xlsx
from imbudget.kit.tables import Column


@dataclass(frozen=True, slots=True)
class Held:
    """One value that is held, with what the person has a right to know about it."""

    table: str
    person: str
    what: str
    value: str
    purpose: str
    basis: str
    period: str


def book_of(found: list[Found], actor: Actor, request: PersonRequest) -> bytes:
    """One row for each value, marked with who made the copy and for which request."""
    columns = [
        Column("table", _("where it is held")),
        Column("person", _("whose data")),
        Column("what", _("what is held")),
        Column("value", _("value"), kind="code"),
        Column("purpose", _("purpose")),
        Column("basis", _("legal basis")),
        Column("period", _("how long it is kept")),
    ]
    mark = mark_of(actor, request.pk)
    return to_xlsx(_("copy of the data for the person"), columns, [row for one in found for row in _rows(one)], mark)


def _rows(found: Found) -> list[Held]:
    told = why(found.holding)
    return [
        Held(str(found.holding.label), person, str(label), value, told.purpose, told.basis, told.period)
        for person, values in found.clear_rows()
        for label, value in values
    ]


def affected_book(rows: list[Affected], actor: Actor, incident: Incident) -> bytes:
    """One row for each person's row that an incident concerns, masked, marked with who made the list."""
    columns = [
        Column("table", _("where it is held")),
        Column("person", _("whose data")),
        Column("region", _("region")),
        Column("row", _("what is held")),
        Column("values", _("value"), kind="code"),
    ]
    return to_xlsx(_("list of those concerned"), columns, rows, mark_of(actor, incident.pk))
