"""Bringing experts in from a table file: everything or nothing unless the order says otherwise, in one transaction."""

from collections.abc import Callable

from django.db import transaction
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.review.expertfacts import ExpertFacts
from apps.review.importing.report import CellError, ImportOrder, ImportRefused, ImportReport
from apps.review.importing.rows import RowReader
from apps.review.importing.table import Table, open_experts
from apps.review.models import Expert, ExpertSource
from apps.review.policies import experts as policies
from apps.review.services.admission import admit_at_once
from apps.review.services.experts import BadFacts, KnownExpert, write_expert
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.errors import NotAllowed, RuleViolation, require

Tell = Callable[..., None]
TELL_EVERY = 200


@act
def import_experts(actor: Actor, order: ImportOrder, progress: Tell | None = None) -> ImportReport:
    """Import one file of experts into the pool of a region; they wait for admission.

    A bad cell refuses the file (ImportRefused) unless the order is partial. Whoever stands in the pool already is left
    as they are: the same file twice changes nothing.
    """
    require(policies.may_keep_pool(actor, order.region.pk))
    if order.admit and actor.role != "system":
        raise NotAllowed(_("Experts are admitted through approval."))
    name = order.name or order.path.name
    table = open_experts(order.path, name)
    report = ImportReport(
        name,
        dry_run=order.dry_run,
        partial=order.partial,
        sheet=table.sheet.name,
        letters=table.letters,
        heads=table.heads,
    )
    with transaction.atomic():
        _take_rows(actor, order, table, report, progress)
        if not report.rows:
            raise RuleViolation(_("The file %(name)s has no lines below its head.") % {"name": name})
        if report.refused:
            raise ImportRefused(report)
        evidence.append(
            "review.experts_imported",
            order.region,
            actor,
            file=name,
            digest=sm3_of_file(order.path),
            rows=report.rows,
            created=report.created,
            same=report.same,
            partial=order.partial,
            bad_rows=report.bad_rows,
            admitted=order.admit,
        )
        transaction.set_rollback(order.dry_run)  # everything was tried, nothing is kept
    return report


def _take_rows(actor: Actor, order: ImportOrder, table: Table, report: ImportReport, progress: Tell | None) -> None:
    reader, total = RowReader(order.region), max(table.sheet.height - table.row, 1)
    for number, cells in table.rows():
        report.rows += 1
        facts = reader.read(number, cells)
        errors = reader.errors if facts is None else _take(actor, order, number, facts, report)
        report.add(errors)
        report.bad_rows += bool(errors)
        if progress is not None and report.rows % TELL_EVERY == 0:
            progress(min(report.rows, total), total + 1, _("reading the rows"))


def _take(actor: Actor, order: ImportOrder, number: int, facts: ExpertFacts, report: ImportReport) -> list[CellError]:
    """Keep one row, or say why not."""
    known = Expert.objects.filter(id_number_index=facts.id_number).first()
    if known is not None:
        if known.region_id == order.region.pk and known.name == facts.name:
            report.same += 1
            return []
        return [CellError(number, "id_number", "", str(KnownExpert()))]
    try:
        expert = write_expert(order.region, facts, ExpertSource.IMPORT, actor.user_id)
    except BadFacts as bad:
        return [CellError(number, place.partition(".")[0], "", text) for place, text in bad.errors.items()]
    except KnownExpert as refusal:
        return [CellError(number, "id_number", "", str(refusal))]
    if order.admit:
        admit_at_once(actor, expert)
    report.created += 1
    return []
