"""Who of a sequence comes onto the panel.

The panel is the first one in the order of the sequence that fills the seats: a candidate is taken when, with all who
were taken before, the seats can still be filled, one expert an employer. Everybody who is passed over is recorded with
the reason.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from apps.review.drawing.criteria import Criteria
from apps.review.drawing.shuffle import sequence

FIRST = 1000  # candidates, among whom the seats of a panel can be filled but for rare fields
SEEN, COLLEAGUE, SEAT = "seen", "colleague", "seat"  # why a candidate without a reason of their own is passed over


class Entry(NamedTuple):
    """A candidate; `reasons` (of avoidance) keep them from the panel."""

    id: int
    employer: str
    fields: Sequence[str]
    reasons: Sequence[str] = ()

    @classmethod
    def read(cls, line: str) -> "Entry":
        """From a line of the snapshot: number, employer, codes of fields, codes of reasons.

        Tabs stand between the four, blanks between the codes.
        """
        pk, employer, fields, reasons = line.split("\t")
        return cls(int(pk), employer, fields.split(), reasons.split())

    def suits(self, field: str) -> bool:
        return not field or field in self.fields


class Seating:
    """Seats and who sits on them; people move to another seat that suits them when that makes room."""

    def __init__(self, seats: Sequence[str], holders: Iterable[Entry | None] = ()) -> None:
        self.seats = seats
        self.holders: list[Entry | None] = list(holders) or [None] * len(seats)

    def seat(self, person: Entry) -> bool:
        """Give the person a seat; no, when every one that suits them is needed by somebody else."""
        return self._find(person, set())

    def _find(self, person: Entry, tried: set[int]) -> bool:
        for number, field in enumerate(self.seats):
            if number in tried or not person.suits(field):
                continue
            tried.add(number)
            holder = self.holders[number]
            if holder is None or self._find(holder, tried):
                self.holders[number] = person
                return True
        return False

    def squeeze(self, person: Entry) -> None:
        """Seat somebody who is on the panel already, if need be where they do not suit."""
        if not self.seat(person) and None in self.holders:
            self.holders[self.holders.index(None)] = person

    def copy(self) -> "Seating":
        return Seating(self.seats, self.holders)

    @property
    def is_full(self) -> bool:
        return None not in self.holders

    @property
    def employers(self) -> set[str]:
        return {holder.employer for holder in self.holders if holder}


def lines_of(pool: str, most: int = -1) -> list[str]:
    """The candidates of a snapshot, in its order; with `most`, those after so many as one text at the end."""
    return pool.split("\n", most) if pool else []


def draw(
    pool: Sequence[str],
    criteria: Criteria,
    key: bytes,
    *,
    seated: Iterable[Sequence[Any]] = (),
    seen: Iterable[int] = (),
    barred: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, Any]:
    """The result as it is stored and digested: `steps` are [place, expert, reasons], `panel` [place, expert, field].

    `pool` are the lines of the snapshot. `seated` are members [expert, employer, fields] who keep their seats, `seen` everybody who has been on the
    panel, `barred` what was found against candidates after the snapshot was taken: {id as text: reasons}.
    """
    known = dict(barred or {})
    seated, members = [list(entry) for entry in seated], set(seen)
    start = Seating(criteria.seats)
    for entry in seated:
        start.squeeze(Entry(entry[0], entry[1], entry[2].split()))
    steps, seating = _walk(pool, key, start, members, known, None)
    if not seating.is_full:
        rest = _Rest(pool, criteria, members, known)
        if rest.can_fill(start):
            steps, seating = _walk(pool, key, start, members, known, rest)
    fields = {holder.id: field for field, holder in zip(seating.seats, seating.holders, strict=True) if holder}
    return {
        "seated": seated,
        "seen": sorted(members),
        "barred": {pk: list(reasons) for pk, reasons in known.items()},
        "steps": steps,
        "panel": [[place, pk, fields[pk]] for place, pk, reasons in steps if not reasons],
    }


def is_enough(pool: str, criteria: Criteria, seated: Iterable[Sequence[Any]] = (), seen: Iterable[int] = ()) -> bool:
    """Whether the candidates of a snapshot can fill the seats that are free."""
    start, members = Seating(criteria.seats), set(seen)
    for entry in seated:
        start.squeeze(Entry(entry[0], entry[1], entry[2].split()))
    first = lines_of(pool, FIRST)[:FIRST]
    return _fills_at_once(first, start, members) or _Rest(lines_of(pool), criteria, members, {}).can_fill(start)


def _fills_at_once(pool: Sequence[str], start: Seating, seen: set[int]) -> bool:
    """Whether the first who suit fill the seats: so it is in most large pools, without looking at all of it."""
    trial, employers = start.copy(), start.employers
    for line in pool:
        if trial.is_full:
            break
        person = Entry.read(line)
        if not person.reasons and person.id not in seen and person.employer not in employers and trial.seat(person):
            employers.add(person.employer)
    return trial.is_full


def _walk(
    pool: Sequence[str],
    key: bytes,
    start: Seating,
    seen: set[int],
    barred: Mapping[str, Sequence[str]],
    rest: "_Rest | None",
) -> tuple[list[list[Any]], Seating]:
    """Go along the sequence until the seats are filled, or the pool is at its end.

    Without `rest` nobody looks ahead: where that fills the seats it gives the very same panel.
    """
    steps: list[list[Any]] = []
    seating, employers = start.copy(), start.employers
    if seating.is_full:
        return steps, seating
    for place, person in enumerate(_in_order(pool, key), 1):
        reasons = [*person.reasons, *barred.get(str(person.id), ())]
        if person.id in seen:
            reasons.append(SEEN)
        elif not reasons and person.employer in employers:
            reasons.append(COLLEAGUE)
        elif not reasons and not _take(seating, person, rest):
            reasons.append(SEAT)
        steps.append([place, person.id, reasons])
        if not reasons:
            employers.add(person.employer)
            if seating.is_full:
                break
    return steps, seating


def _in_order(pool: Sequence[str], key: bytes) -> Iterator[Entry]:
    return (Entry.read(pool[number]) for number in sequence(key, len(pool)))


def _take(seating: Seating, person: Entry, rest: "_Rest | None") -> bool:
    trial = seating.copy()
    if not trial.seat(person) or rest is not None and not rest.can_fill(trial):
        return False
    seating.holders = trial.holders
    return True


class _Rest:
    """Whether free seats can be filled from the pool: employers with the fields that their people cover.

    Of employers that cover the same fields only so many are looked at as can ever be needed.
    """

    def __init__(
        self,
        pool: Sequence[str],
        criteria: Criteria,
        seen: set[int],
        barred: Mapping[str, Sequence[str]],
    ) -> None:
        wanted = {code for code, _quota in criteria.fields}
        covered: dict[str, set[str]] = {}
        for person in map(Entry.read, pool):
            if not person.reasons and person.id not in seen and str(person.id) not in barred:
                covered.setdefault(person.employer, set()).update(wanted.intersection(person.fields))
        alike: dict[frozenset[str], list[str]] = {}
        for employer, fields in covered.items():
            group = alike.setdefault(frozenset(fields), [])
            if len(group) < 2 * criteria.size:
                group.append(employer)
        self.people = [Entry(0, employer, tuple(group)) for group, employers in alike.items() for employer in employers]

    def can_fill(self, seating: Seating) -> bool:
        trial, taken = seating.copy(), seating.employers
        for person in self.people:
            if trial.is_full:
                break
            if person.employer not in taken:
                trial.seat(person)
        return trial.is_full
