"""Bringing experts in from a table file: everything or nothing unless the order says otherwise, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.review.expertfacts import ExpertFacts
from apps.review.importing.report import CellError, ImportOrder, ImportRefused, ImportReport
from apps.review.importing.rows import RowReader
from apps.review.importing.table import Table, open_experts
from apps.review.models import Expert, ExpertSource
from apps.review.policies import experts as policies
from apps.review.services.admission import admit_at_once
from apps.review.services.experts import (
    BadFacts,
    KnownExpert,
    checked,
    fields_in_use,
    is_known,
    write_experts,
)
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.errors import NotAllowed, RuleViolation, require

Tell = Callable[..., None]
People = dict[bytes, tuple[int, str]]  # index of the identity number → region and name
TELL_EVERY = 200
AT_ONCE = 500  # rows


class Row(NamedTuple):
    """A row of the file: its facts, or what is wrong with its cells."""

    number: int
    facts: ExpertFacts | None
    errors: list[CellError]


@dataclass(slots=True)
class Sorted:
    """Some rows, sorted out: whom to write down, how many are known as they are, and the errors of each row."""

    fields: dict[str, int]
    fresh: list[ExpertFacts] = field(default_factory=list)
    same: int = 0
    errors: list[list[CellError]] = field(default_factory=list)


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
    reader, total, part = RowReader(order.region), max(table.sheet.height - table.row, 1), list[Row]()
    for number, cells in table.rows():
        report.rows += 1
        facts = reader.read(number, cells)
        part.append(Row(number, facts, reader.errors))
        if len(part) == AT_ONCE:
            _take(actor, order, part, report)
            part = []
        if progress is not None and report.rows % TELL_EVERY == 0:
            progress(min(report.rows, total), total + 1, _("reading the rows"))
    _take(actor, order, part, report)


def _take(actor: Actor, order: ImportOrder, part: list[Row], report: ImportReport) -> None:
    """Keep what is good of some rows, in a number of statements that does not depend on how many they are."""
    while True:
        sorted_out = _sort_out(order, part)
        try:
            with transaction.atomic():
                made = write_experts(
                    order.region, sorted_out.fresh, ExpertSource.IMPORT, actor.user_id, sorted_out.fields
                )
        except IntegrityError as error:
            if not is_known(error):
                raise
            continue  # one was entered in this very moment, and is known now
        break
    if order.admit:
        for expert in made:
            admit_at_once(actor, expert)
    report.created += len(made)
    report.same += sorted_out.same
    for errors in sorted_out.errors:
        report.add(errors)
        report.bad_rows += bool(errors)


def _sort_out(order: ImportOrder, part: list[Row]) -> Sorted:
    """Who is new, who is known already, and what is wrong with the others."""
    found, known = Sorted(fields_in_use()), _known_people(part)
    for row in part:
        errors = row.errors if row.facts is None else _sort(order, row.number, row.facts, found, known)
        found.errors.append(errors)
    return found


def _sort(order: ImportOrder, number: int, facts: ExpertFacts, found: Sorted, known: People) -> list[CellError]:
    person, index = (order.region.pk, facts.name), _index(facts)
    before = known.get(index)
    if before is not None:
        found.same += before == person
        return [] if before == person else [CellError(number, "id_number", "", str(KnownExpert()))]
    try:
        found.fresh.append(checked(order.region, facts, found.fields))
    except BadFacts as bad:
        return [CellError(number, place.partition(".")[0], "", text) for place, text in bad.errors.items()]
    known[index] = person
    return []


def _known_people(part: list[Row]) -> People:
    """Who of these stands in a pool already."""
    wanted = [_index(row.facts) for row in part if row.facts is not None]
    rows = Expert.objects.filter(id_number_index__in=wanted).values_list("id_number_index", "region_id", "name")
    return {bytes(index): (region_id, name) for index, region_id, name in rows}


def _index(facts: ExpertFacts) -> bytes:
    column: Any = Expert._meta.get_field("id_number_index")
    index: bytes = column.value_of(facts.id_number)
    return index
