"""Acts on many documents of one type in as many statements as for one: begin their cases, sign their tasks.

Each case is judged by the same engine as ever, without a question to the database: what it asks about people and days
is asked once for all (`selectors/around.py`), and what follows from it is written together. One call is one
transaction, for at most `AT_ONCE` documents at a time.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.evidence import services as evidence
from apps.lowcode import bindings, policies
from apps.lowcode.bindings import Binding
from apps.lowcode.flow.state import CaseState
from apps.lowcode.models import Case, CaseEvent, Task
from apps.lowcode.models import CaseState as C
from apps.lowcode.models.case import OPEN
from apps.lowcode.selectors.around import AroundMany
from apps.lowcode.selectors.cases import state_of
from apps.lowcode.selectors.duties import Duties, duties_before
from apps.lowcode.selectors.flows import flow_of
from apps.lowcode.services import telling
from apps.lowcode.services.cases import no_flow, row_of, under_way
from apps.lowcode.services.letters import Letters
from apps.lowcode.services.running import Running
from apps.lowcode.services.signing import sign
from apps.lowcode.services.syncing import carry_out, plan_tasks
from apps.lowcode.transitions import CASE
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance_many

AT_ONCE = 1_000
Applicant = Callable[[Any], Actor]


@transaction.atomic
def start_many(actor: Actor, subject: str, documents: Sequence[Any], *, applicant: Applicant | None = None) -> None:
    """Send documents on their way; a part of the documents' own service, which has settled who may and locked them.

    `applicant` says in whose name each is handed in, where that is not `actor`. A step that leaves its approvers to the
    applicant goes to all who hold its post: nobody was asked.
    """
    binding = bindings.need(subject)
    for start in range(0, len(documents), AT_ONCE):
        _start(actor, binding, documents[start : start + AT_ONCE], applicant or (lambda document: actor))


def _start(actor: Actor, binding: Binding, documents: Sequence[Any], applicant: Applicant) -> None:
    if binding.gather:
        binding.gather(documents)
    around, letters = AroundMany(binding, documents), Letters()
    before = _documents_with_cases(binding.subject, documents)
    begun = [_begun(actor, binding, document, around, letters, applicant, before) for document in documents]
    for running in begun:
        for name, value in (running.case_values() | {"state": running.standing.status}).items():
            setattr(running.case, name, value)
    try:
        with transaction.atomic():
            Case.objects.bulk_create([running.case for running in begun])
    except IntegrityError as error:  # another hand-in of one of them at this moment
        raise under_way(documents[0]) from error
    _write(begun)
    for running in begun:
        running.call_back((C.RUNNING, "", 1))
        telling.tell(running)
    letters.send()


def _documents_with_cases(subject: str, documents: Sequence[Any]) -> set[int]:
    """Those that were under approval before; one that is now refuses all."""
    rows = Case.objects.filter(subject=subject, document_id__in=[document.pk for document in documents])
    states = list(rows.values_list("document_id", "state"))
    open_ = {pk for pk, state in states if state in OPEN}
    if open_:
        raise under_way(next(document for document in documents if document.pk in open_))
    return {pk for pk, _state in states}


def _begun(  # noqa: PLR0913 - what the cases of one act share
    actor: Actor,
    binding: Binding,
    document: Any,
    around: AroundMany,
    letters: Letters,
    applicant: Applicant,
    before: set[int],
) -> Running:
    """One case as its hand-in leaves it; nothing is written yet."""
    region = around.places.region(document)
    version = around.flow_for(binding.subject, region.pk)
    if version is None:
        raise no_flow(binding, region)
    flow, values, who = flow_of(version), binding.values_of(document), applicant(document)
    if document.pk in before:
        duties = duties_before(binding, document, flow)
    else:
        duties = Duties(frozenset(binding.makers(document) if binding.makers else ()))
    case = row_of(
        document,
        subject=binding.subject,
        version=version,
        region=region,
        applicant_id=who.user_id,
        applicant_post_id=who.post_id,
    )
    running = Running(actor, case, document, binding, flow, [], CaseState(), around=around, notify=letters.add)
    running.add("started", actor=who, values=values, **duties.as_json())
    running.settle()
    return running


def sign_together(actor: Actor, tasks: Sequence[Task], opinion: str) -> dict[int, str]:
    """Sign those tasks whose type of document is made for it: task → nothing, or why it was refused.

    Tasks that are not named in the answer were not touched: they are signed one by one.
    """
    groups: dict[str, list[Task]] = defaultdict(list)
    for task in tasks:
        binding = bindings.get(task.case.subject)
        if binding is not None and binding.approved_many:
            groups[task.case.subject].append(task)
    outcomes: dict[int, str] = {}
    for subject, group in groups.items():
        outcomes |= _sign(actor, bindings.need(subject), group, opinion)
    return outcomes


@act
def _sign(actor: Actor, binding: Binding, tasks: Sequence[Task], opinion: str) -> dict[int, str]:
    outcomes: dict[int, str] = {}
    signed: dict[int, Running] = {}
    letters = Letters()
    for task, running in _taken(actor, binding, tasks, letters):
        try:
            _sign_one(running, task, opinion)
        except RuleViolation as refusal:
            outcomes[task.pk] = str(refusal)
            continue
        outcomes[task.pk] = ""
        if running.fresh:
            signed[task.pk] = running
    refused = _approve(
        actor, binding, [running for running in signed.values() if running.standing.status == C.APPROVED]
    )
    for pk in [pk for pk, running in signed.items() if running.document.pk in refused]:
        outcomes[pk] = refused[signed.pop(pk).document.pk]
    _keep(list(signed.values()))
    letters.send()
    return outcomes


def _sign_one(running: Running, task: Task, opinion: str) -> None:
    verdict = policies.may_hold(running.actor, task)
    if not verdict:
        raise RuleViolation(verdict.reason)
    if not running.has_done("approved", task.key):
        sign(running, task, opinion, {})
        running.settle()


def _taken(actor: Actor, binding: Binding, tasks: Sequence[Task], letters: Letters) -> Iterator[tuple[Task, Running]]:
    """The cases of the tasks under their locks, taken in the order of their keys; of two tasks of a case the first.

    A document outside the scope of the post is left to the act on one task, which says so.
    """
    by_case: dict[int, Task] = {}
    for task in tasks:
        by_case.setdefault(task.case_id, task)
    related = Case.objects.select_related("version__definition__region", "region")
    cases = list(related.select_for_update(of=("self",)).filter(pk__in=by_case).order_by("pk"))
    events: dict[int, list[CaseEvent]] = defaultdict(list)
    for row in CaseEvent.objects.filter(case__in=by_case).order_by("case", "seq"):
        events[row.case_id].append(row)
    rows = binding.documents._base_manager.filter(pk__in=[case.document_id for case in cases])
    seen = set(
        binding.documents.objects.visible_to(actor).filter(pk__in=rows.values("pk")).values_list("pk", flat=True)
    )
    documents = {document.pk: document for document in rows if document.pk in seen}
    around = AroundMany(binding, list(documents.values()))
    for case in cases:
        if case.document_id in documents:
            document, history = documents[case.document_id], events[case.pk]
            state, flow = state_of(case, history), flow_of(case.version)
            yield (
                by_case[case.pk],
                Running(actor, case, document, binding, flow, history, state, around=around, notify=letters.add),
            )


def _approve(actor: Actor, binding: Binding, ended: Sequence[Running]) -> Mapping[int, str]:
    """Those whose last signature this was: document → why its app refuses it."""
    if not ended or binding.approved_many is None:
        return {}
    return binding.approved_many(actor, [running.document for running in ended])


def _keep(runs: Sequence[Running]) -> None:
    """What follows from signatures."""
    before = [running.place() for running in runs]
    ways: dict[tuple[Any, ...], list[int]] = defaultdict(list)
    for running in runs:
        values = running.case_values()
        ended = values["ended_at"] is not None
        ways[running.standing.status, values["step"], values["circulation"], values["last_seq"], ended].append(
            running.case.pk
        )
    _write(runs)
    for (status, step, circulation, last_seq, ended), keys in ways.items():
        _move(keys, status, ended, step=step, circulation=circulation, last_seq=last_seq)
    for running, place in zip(runs, before, strict=True):
        if running.standing.status != C.APPROVED:
            running.call_back(place)
        telling.tell(running)


def _move(keys: list[int], status: str, ended: bool, **values: Any) -> None:
    """Bring the rows of these cases where their histories are."""
    values |= {"ended_at": timezone.now()} if ended else {}
    rows = Case.objects.filter(pk__in=keys)
    if status == C.RUNNING:  # it was under way before, and still is
        rows.update(**values)
    else:
        advance_many(CASE, rows, status, **values)


def _write(runs: Sequence[Running]) -> None:
    """Events, tasks and evidence of what has been added to these cases."""
    CaseEvent.objects.bulk_create([row for running in runs for row in running.fresh])
    tasks: dict[int, list[Task]] = defaultdict(list)
    for task in Task.objects.filter(case__in=[running.case.pk for running in runs]):
        tasks[task.case_id].append(task)
    plans = [
        plan_tasks(running.case, running.flow, running.standing, tasks[running.case.pk], running.around)
        for running in runs
    ]
    carry_out(plans)
    for running, plan in zip(runs, plans, strict=True):
        moved = plan.outcome()
        running.opened, running.closed = moved.opened, moved.closed
    records: dict[tuple[str, Actor], list[tuple[Case, dict[str, Any]]]] = defaultdict(list)
    for running in runs:
        for event, actor, facts in running.records():
            records[event, actor].append((running.case, facts))
    for (event, actor), rows in records.items():
        evidence.append_many(event, rows, actor)
