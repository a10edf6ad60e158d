"""What `manage.py selfcheck` looks at in forms and flows: rows drawn from histories, and frozen versions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from apps.lowcode.flow.engine import replay
from apps.lowcode.flow.state import CaseState as Drawn
from apps.lowcode.flow.state import Event
from apps.lowcode.models import (
    Case,
    CaseEvent,
    CaseState,
    FlowVersion,
    FormVersion,
    Task,
    TaskKind,
    TaskState,
    VersionState,
)
from apps.lowcode.models.case import OPEN
from apps.lowcode.selectors.cases import event_of, with_flow
from apps.lowcode.selectors.flows import flow_of
from apps.lowcode.services.versions import digest_of
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

CASES_READ = 20_000  # the newest open ones; three statements for each thousand
AT_ONCE = 1000
ENDED = (CaseState.APPROVED, CaseState.REJECTED, CaseState.WITHDRAWN)
LIVE = (TaskState.OPEN, TaskState.WAITING)
SIGNED = (TaskKind.MAIN, TaskKind.BEFORE, TaskKind.AFTER)


def cases() -> str:
    """Each open case and its tasks stand as its history says."""
    wrong: list[int] = []
    read = 0
    for part in _parts(with_flow(Case.objects.filter(state__in=OPEN)).order_by("-pk")[:CASES_READ].iterator(AT_ONCE)):
        read += len(part)
        wrong += _different(part)
    left = Task.objects.filter(state__in=LIVE, kind__in=SIGNED, case__state__in=ENDED).count()
    if wrong:
        raise CheckFailed(f"{len(wrong)} open cases or their tasks differ from their histories, the newest {wrong[0]}")
    if left:
        raise CheckFailed(f"{left} tasks are open though their cases have ended")
    return f"the newest {read} open cases and their tasks are what their histories say"


def _parts(rows: Iterable[Case]) -> Iterator[list[Case]]:
    remaining = iter(rows)
    while part := list(islice(remaining, AT_ONCE)):
        yield part


def _different(part: list[Case]) -> list[int]:
    """The keys of the cases that differ; one statement for all events, one for all tasks."""
    keys = [case.pk for case in part]
    events: dict[int, list[Event]] = defaultdict(list)
    for row in CaseEvent.objects.filter(case__in=keys).order_by("case", "seq"):
        events[row.case_id].append(event_of(row))
    tasks: dict[int, set[tuple[str, int, str, str]]] = defaultdict(set)
    rows = Task.objects.filter(case__in=keys).values_list("case", "key", "user", "kind", "state")
    for case_id, key, user_id, kind, state in rows:
        tasks[case_id].add((key, user_id, kind, state))
    return [case.pk for case in part if not _agrees(case, events[case.pk], tasks[case.pk])]


def _agrees(case: Case, events: list[Event], tasks: set[tuple[str, int, str, str]]) -> bool:
    drawn: Drawn = replay(flow_of(case.version), case.values, events)
    place = (drawn.status, drawn.step, max(drawn.circulation, 1), drawn.seq)
    if place != (case.state, case.step, case.circulation, case.last_seq):
        return False
    return tasks == {(task.key, task.user, task.kind, task.state) for task in drawn.tasks}


def versions() -> str:
    """Versions of forms and flows say what they said when they were published."""
    read, changed = 0, []
    for model in (FormVersion, FlowVersion):
        for version in model.objects.exclude(state=VersionState.DRAFT).only("number", "body", "digest").iterator(500):
            read += 1
            if digest_of(version.body) != version.digest:
                changed.append(f"{model._meta.label} {version.pk}")
    if changed:
        raise CheckFailed(f"{len(changed)} versions were changed after they were published, the first {changed[0]}")
    return f"{read} versions of forms and flows are what was published"


CHECKS = {
    "cases": SelfCheck("approval cases", cases),
    "definitions": SelfCheck("versions of forms and flows", versions),
}
