"""Bringing projects in from a table file: everything or nothing unless the order says otherwise, in one transaction."""

from collections.abc import Callable, Iterator

from django.db import transaction
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.projects import policies
from apps.projects.importing.place import Place
from apps.projects.importing.report import MAX_ERRORS, ImportOrder, ImportRefused, ImportReport, Note
from apps.projects.importing.rows import ReadProject, RowReader
from apps.projects.importing.table import Table, open_projects
from apps.projects.services import known, staging
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.errors import RuleViolation, require

Tell = Callable[..., None]


@act
def import_projects(actor: Actor, order: ImportOrder, progress: Tell | None = None) -> ImportReport:
    """Import one file of projects of the region's own units; for the operator also of the regions below.

    A department brings in drafts of its own units, which they complete and hand in.

    A bad cell refuses the file (ImportRefused) unless the order is partial. What the library has already with the same
    values is left as it is: the same file twice changes nothing.
    """
    office = policies.may_import(actor, order.region)
    if not office:
        require(policies.may_import_drafts(actor, order.region))
    only_units = None if office else frozenset(actor.unit_ids)
    tell = progress or _silent
    table = open_projects(order.path, order.name or order.path.name)
    report = ImportReport(
        order.name or order.path.name,
        dry_run=order.dry_run,
        partial=order.partial,
        sheet=table.sheet.name,
        letters=table.head.letters,
        heads=table.head.heads,
    )
    with transaction.atomic():
        below = actor.role == "system" and "region_code" in table.head.places
        _stage(Place(order.region, order.year, below, only_units), table, report, tell)
        if report.is_refused:
            raise ImportRefused(report)
        tell(70, 100, _("writing the projects"))
        _note_high_numbers(report, staging.give_codes())
        staging.write(actor.user_id)
        evidence.append(
            "projects.imported",
            order.region,
            actor,
            file=report.file,
            digest=sm3_of_file(order.path),
            rows=report.rows,
            created=report.created,
            same=report.same,
            total=report.total,
            partial=order.partial,
            bad_rows=report.bad_rows,
        )
        transaction.set_rollback(order.dry_run)  # everything was tried, nothing is kept
    return report


def _silent(done: int, of: int, message: str = "") -> None:
    """Nobody asked to be told."""


def _stage(place: Place, table: Table, report: ImportReport, tell: Tell) -> None:
    reader = RowReader(place, table.head)
    staging.stage(_batches(table, reader, report, tell))
    if not report.rows:
        raise RuleViolation(_("The file %(name)s has no lines below its head.") % {"name": report.file})
    tell(60, 100, _("looking for what is known"))
    found = staging.refuse_repeated()
    differing, report.same = known.refuse_known()
    found += [*differing, *staging.refuse_closed()]
    report.add(found)
    report.bad_rows += len({error.row for error in found})
    report.errors.sort(key=lambda error: error.row)
    report.created, report.total = staging.totals()
    report.notes = list(table.notes)
    if reader.serials:
        text = _("%(count)s dates were written as numbers of a spreadsheet's calendar and converted.")
        report.notes.append(Note(0, "stored_on", text % {"count": reader.serials}))


def _note_high_numbers(report: ImportReport, count: int) -> None:
    if count:
        text = _("%(count)s codes bear numbers so high that the region's own numbering goes on below them.")
        report.notes.append(Note(0, "code", text % {"count": count}))


def _batches(table: Table, reader: RowReader, report: ImportReport, tell: Tell) -> Iterator[list[ReadProject]]:
    """Good rows in batches; errors are counted, and the reading ends where nobody would mend more by hand."""
    batch: list[ReadProject] = []
    for number, cells in table.rows():
        report.rows += 1
        formulas = [*table.formulas.get(number, ()), *(name for name, text in cells.items() if text.startswith("="))]
        for column in dict.fromkeys(formulas):
            reader.bad_formula(number, column)
        read = None if formulas else reader.read(number, cells)
        if read is not None:
            batch.append(read)
        else:
            report.bad_rows += 1
            report.add(reader.take_errors())
            if not report.partial and report.error_count > MAX_ERRORS:
                break
        if len(batch) >= staging.BATCH:
            tell(min(59, report.rows // 2_000), 100, _("reading the rows"))
            yield batch
            batch = []
    yield batch
