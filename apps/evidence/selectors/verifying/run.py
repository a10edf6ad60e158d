"""A verification from its beginning to its end."""

from collections import Counter
from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db import connection, transaction

from apps.evidence.checking.findings import Finding
from apps.evidence.checking.stretch import Stretch
from apps.evidence.models import Batch
from apps.evidence.selectors import state
from apps.evidence.selectors.connections import raw_connection
from apps.evidence.selectors.proofs import algorithm
from apps.evidence.selectors.verifying import chain, signed, tiles, words
from apps.evidence.selectors.verifying.parallel import Found, in_processes
from apps.evidence.selectors.verifying.result import Verification

ALONE = 50_000  # entries up to which other processes are not worth their start
PLAYED = ("backdated", "postdated")
SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SET LOCAL jit = off"


@transaction.atomic
def verify(
    known_head: str = "", *, since_last: bool = False, copies: Iterable[signed.Copy] = (), processes: int | None = None
) -> Verification:
    """Recompute each leaf, root, head, tile and checkpoint, in one snapshot of the database.

    `known_head` is a head noted outside the system earlier (hex), `copies` are checkpoints kept outside: without them
    nobody can tell that the newest batches were removed. `since_last` goes on from the last verification that found
    nothing, whose row is signed (`state`): what lies before is not read again, only its head is compared. `processes`
    is how many work on it, this one among them (as many as there are processors; 0: this one alone).
    """
    alone = bool(connection.savepoint_ids)  # inside of another transaction it is too late to ask
    if not alone:
        with connection.cursor() as cursor:
            cursor.execute(SNAPSHOT)
    result, begun = Verification(), state.State()
    if since_last:
        begun, told = state.last_state()
        for problem in told:
            result.say(problem)
    result.since = begun.size
    _run(result, begun, 0 if alone else processes)
    for copy in copies:
        for problem in signed.against(copy, result.size):
            result.say(problem)
    if known_head and not Batch.objects.filter(head=bytes.fromhex(known_head)).exists():
        result.say(f"head {known_head} is not in the chain: batches were removed or computed anew")
    return result


def _run(result: Verification, begun: state.State, processes: int | None) -> None:
    found = chain.follow(result, chain.Chain(begun.batch, begun.size, begun.head))
    result.size, result.head, result.last_batch = found.size, found.head.hex(), found.number
    unsaid = Counter[str]()
    findings = _dated(result, _entries(result, found, found.size - begun.size, processes, unsaid), unsaid)
    result.more += unsaid.total()
    for problem in words.worded(findings):
        result.say(problem)
    for problem in (*chain.orphans(found), *tiles.faults(found.size, begun.size)):
        result.say(problem)
    result.checkpoints = begun.checkpoint
    for number, problem in signed.faults(found.size, begun.checkpoint):
        result.checkpoints = number
        if problem:
            result.say(problem)


def _dated(result: Verification, findings: Sequence[Finding], unsaid: Counter[str]) -> Sequence[Finding]:
    """A demonstration plays a year in an afternoon: that its entries carry other days is told, and is no problem."""
    if not settings.DEMO:
        return findings
    played = sum(finding.kind in PLAYED for finding in findings) + sum(unsaid.pop(kind, 0) for kind in PLAYED)
    if played:
        result.notes.append(
            f"{played} entries carry another day than the one on which they were written (demonstration)"
        )
    return [finding for finding in findings if finding.kind not in PLAYED]


def _entries(
    result: Verification, found: chain.Chain, count: int, processes: int | None, unsaid: Counter[str]
) -> Sequence[Finding]:
    """The sealed entries stretch by stretch, here and in other processes, then those that wait; what is not named is counted."""
    with raw_connection() as raw:

        def here(stretch: tuple[int, int]) -> Found:
            checked = Stretch(raw, name)
            checked.check(*stretch)
            return checked.entries, checked.more, checked.findings

        findings: list[Finding] = []
        alone, name = processes == 0 or count <= ALONE and processes is None, algorithm()
        for entries, more, told in in_processes(found.stretches, 1 if alone else processes, here):
            result.entries += entries
            unsaid.update(more)
            findings += told
        waiting = Stretch(raw, name)
        waiting.check_waiting(waiting.floor_at(found.number), words.missing_places(findings))
        result.unsealed = waiting.entries
        result.entries += waiting.entries
        unsaid.update(waiting.more)
    return words.matched([*findings, *waiting.findings])
