"""Registers come in from files, in sets: places, households, their members, land and violations, lists of persons.

A file is taken whole or not at all; what is there already is changed where the file says something else, so that
a file which was cut off is simply sent again.
"""

from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.desk.kinds import Progress
from apps.evidence import services as evidence
from apps.regions.models import Region
from apps.subsidy import policies
from apps.subsidy.services import registersql
from apps.subsidy.services.staging import RegisterReport, stage
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.errors import RuleViolation, require

PIECE = 40_000  # rows that are compared and written while the next ones are read and sealed


class RegisterRefused(RuleViolation):
    """The file has errors; `report` lists them and nothing was written."""

    def __init__(self, report: RegisterReport) -> None:
        super().__init__(_("Nothing was imported: %(count)s bad rows.") % {"count": report.error_count})
        self.report = report


def silent(done: int, of: int, message: str = "") -> None:
    """Where nobody waits for progress."""


@act
def import_register(
    actor: Actor,
    kind: str,
    path: Path,
    region: Region | None,
    name: str = "",
    *,
    progress: Progress = silent,
) -> RegisterReport:
    """Bring one file into a register; `region` None means files of many regions, for the operator of the machine alone.

    Raises RegisterRefused with everything that is wrong.
    """
    require(policies.may_configure(actor, region.pk if region else None))
    report = RegisterReport()
    progress(0, 3, _("reading the rows"))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.staged_keys")
        cursor.execute(registersql.KNOWN)
    is_whole = kind in registersql.WHOLE or (region is None and kind in registersql.WHOLE_OF_ALL)
    for _table in stage(kind, path, report, name, 0 if is_whole else PIECE):
        progress(1, 3, _("comparing with the register"))
        if not report.is_broken:
            _refuse_rows(kind, region, report)
        if not report.error_count:
            report.written += _take(kind, region)
    progress(2, 3, _("writing"))
    if not report.is_broken:
        _refuse_twice(report)
    if report.error_count:
        raise RegisterRefused(report)
    evidence.append(
        "subsidy.register_imported",
        region or Region.objects.get(level=0),
        actor,
        register=kind,
        file=name or path.name,
        digest=sm3_of_file(path),
        rows=report.rows,
        written=report.written,
    )
    return report


def _values(region: Region | None) -> dict[str, Any]:
    return {"region": region.pk if region else None, "now": timezone.now()}


def _take(kind: str, region: Region | None) -> int:
    """Write one piece; the number of rows that are new or changed. Nothing where rows of it are the same: that is told later."""
    with connection.cursor() as cursor:
        cursor.execute(registersql.TWINS[kind])
        if cursor.fetchone()[0]:
            return 0
        written = 0
        for statement in registersql.TAKE[kind]:
            cursor.execute(statement, _values(region))
            written += max(cursor.rowcount, 0)
    return written


def _refuse_rows(kind: str, region: Region | None, report: RegisterReport) -> None:
    """What only the rows of a piece together, or what is in the database already, can tell."""
    sentences = {
        "place": _("No place of the region has this code."),
        "household": _("No household of the region has this code."),
        "region": _("The code does not belong to the region."),
        "upper": _("The place above it is missing."),
        "code": _("A sumu has nine digits and 000, a gacha twelve digits, a group 14."),
        "zero": _("The number must be above zero."),
        "days": _("The last day is before the first one."),
        "list_region": _("A list of persons is brought in for one region."),
    }
    with connection.cursor() as cursor:
        cursor.execute(registersql.KEEP[kind])
        for rule, statement in registersql.REFUSE[kind].items():
            cursor.execute(statement, _values(region))
            for row in cursor.fetchall():
                report.add(row[0], sentences[rule])


def _refuse_twice(report: RegisterReport) -> None:
    with connection.cursor() as cursor:
        cursor.execute(registersql.TWICE)
        for (row,) in cursor.fetchall():
            report.add(row, _("This row stands there twice."))
