"""A draw repeated from stored facts: each of them against evidence, and the result against the algorithm."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.evidence.models import Entry
from apps.evidence.selectors.verifying import is_sound
from apps.review import drawing
from apps.review.drawing import BadCriteria, Criteria
from apps.review.models import Draw, DrawState, PanelMember
from apps.review.selectors.commitments import COMMITTED, DRAWN, entry_of
from imbudget.kit.crypto import DecryptionError


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that must be as it was; `detail` names facts that differ."""

    name: str
    label: str | Promise
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """All checks of one draw."""

    checks: tuple[Check, ...]

    @property
    def is_equal(self) -> bool:
        """Whether the repeated draw is the recorded one in everything."""
        return all(check.ok for check in self.checks)

    @property
    def problems(self) -> list[Check]:
        return [check for check in self.checks if not check.ok]


def verify_draw(draw: Draw) -> Verification:
    """Repeat a draw. For a replacement the facts of the draw whose sequence it goes on in are repeated with it."""
    return Verification(tuple(_checks(draw)))


def _checks(draw: Draw) -> Iterator[Check]:
    origin = draw.origin or draw
    committed, drawn = entry_of(origin, COMMITTED), entry_of(draw, DRAWN)
    yield _unbroken(draw)
    if committed is None and not draw.commitment and draw.state in (DrawState.REQUESTED, DrawState.REFUSED):
        return  # asked for, and nothing committed to: there is nothing to repeat
    yield from _of_commitment(origin, committed)
    if draw.state != DrawState.DRAWN:
        return
    yield from _of_seed(draw, origin)
    yield _of_head(origin, committed)
    yield _shared(draw, origin)
    yield _of_result(draw, origin)
    yield from _of_record(draw, drawn)
    yield from _of_members(draw)


def _unbroken(draw: Draw) -> Check:
    """Draws of a review are counted without a gap: none was taken away."""
    rows = Draw.objects.filter(review_id=draw.review_id).order_by("number")
    numbers = list(rows.values_list("number", flat=True))
    ok = numbers == list(range(1, len(numbers) + 1))
    return Check("numbers", _("no draw of the review is missing"), ok, ", ".join(map(str, numbers)) if not ok else "")


def _of_commitment(origin: Draw, entry: Entry | None) -> Iterator[Check]:
    facts = entry.facts if entry else {}
    yield Check("commitment", _("the commitment stands in the evidence"), _is_genuine(entry))
    pool = drawing.digest_of_text(origin.pool)
    told = {"commitment": origin.commitment, "criteria": origin.criteria, "algorithm": origin.algorithm}
    yield _same("criteria", _("criteria and commitment are those of the evidence"), facts, told)
    ok = pool == origin.pool_digest == facts.get("pool_digest") and len(drawing.lines_of(origin.pool)) == facts.get(
        "candidates"
    )
    yield Check("pool", _("the candidates are those of the evidence"), ok, "" if ok else pool)


def _of_seed(draw: Draw, origin: Draw) -> Iterator[Check]:
    try:
        seed = bytes.fromhex(origin.revealed)
        kept = Draw.objects.values_list("seed", flat=True).get(pk=origin.pk)
    except (ValueError, DecryptionError):
        seed, kept = b"", None
    committed = drawing.commitment_of(seed)
    ok = len(seed) == 32 and committed == origin.commitment and kept == origin.revealed
    yield Check("seed", _("the revealed seed is the one committed to"), ok, "" if ok else committed)


def _of_head(origin: Draw, entry: Entry | None) -> Check:
    """The head is that of the one batch in which the commitment was sealed, and that batch is sound."""
    batch = entry.batch if entry else None
    ok = batch is not None and (batch.number, bytes(batch.head).hex()) == (origin.head_number, origin.head)
    return Check(
        "head", _("the evidence head is that of the commitment's batch"), bool(ok and batch and is_sound(batch))
    )


def _shared(draw: Draw, origin: Draw) -> Check:
    """What a replacement has from the draw it continues."""
    names = ("algorithm", "commitment", "revealed", "head_number", "head", "pool_digest", "criteria")
    differing = [name for name in names if getattr(draw, name) != getattr(origin, name)]
    ok = not differing and draw.review_id == origin.review_id and origin.origin_id is None
    return Check("sequence", _("the sequence is that of the draw it belongs to"), ok, ", ".join(differing))


def _of_result(draw: Draw, origin: Draw) -> Check:
    """The algorithm gives the recorded result, step by step."""
    label = _("the algorithm gives the recorded result")
    if draw.algorithm != drawing.ALGORITHM:
        return Check("result", label, False, draw.algorithm)
    try:
        seed = bytes.fromhex(origin.revealed)
        key = drawing.combined_key(seed, origin.head, drawing.digest_of_text(origin.pool), origin.criteria)
        given = {name: _result(draw)[name] for name in ("seated", "seen", "barred")}
        repeated = drawing.draw(drawing.lines_of(origin.pool), Criteria.read(origin.criteria), key, **given)
    except (
        BadCriteria,
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
    ) as error:  # facts that no draw has ever written
        return Check("result", label, False, repr(error))
    return Check("result", label, repeated == draw.result, _difference(repeated, _result(draw)))


def _result(draw: Draw) -> dict[str, Any]:
    """What is stored as the result, when it is one at all."""
    return draw.result if isinstance(draw.result, dict) else {}


def _difference(repeated: dict[str, Any], stored: dict[str, Any]) -> str:
    steps = zip(repeated["steps"], stored.get("steps", []), strict=False)
    first = next((f"{mine} ≠ {theirs}" for mine, theirs in steps if mine != theirs), "")
    return "" if repeated == stored else first or f"{repeated['panel']} ≠ {stored.get('panel')}"


def _of_record(draw: Draw, entry: Entry | None) -> Iterator[Check]:
    facts = entry.facts if entry else {}
    yield Check("record", _("the draw stands in the evidence"), _is_genuine(entry))
    told = {
        "result_digest": drawing.digest_of(draw.result),
        "seed": draw.revealed,
        "head": draw.head,
        "head_number": draw.head_number,
        "pool_digest": draw.pool_digest,
        "panel": [step[:2] for step in _result(draw).get("panel", [])],
    }
    yield _same("digest", _("seed, head and result are those of the evidence"), facts, told)


def _of_members(draw: Draw) -> Iterator[Check]:
    """The rows of the panel are whom the draw gave, and who was passed over as a member before had been one."""
    rows = draw.members.order_by("place", "expert_id").values_list("place", "expert_id")
    seated = [list(row) for row in rows]
    ok = seated == sorted(step[:2] for step in _result(draw).get("panel", []))
    yield Check("members", _("the members of the panel are those who were drawn"), ok, "" if ok else str(seated))
    before = PanelMember.objects.filter(review_id=draw.review_id, draw__number__lt=draw.number)
    seen = sorted(before.values_list("expert_id", flat=True))
    ok = seen == _result(draw).get("seen")
    yield Check("seen", _("who was on the panel before is recorded"), ok, "" if ok else str(seen))


def _same(name: str, label: str | Promise, facts: dict[str, Any], told: dict[str, Any]) -> Check:
    differing = [key for key, value in told.items() if facts.get(key) != value]
    return Check(name, label, not differing, ", ".join(differing))


def _is_genuine(entry: Entry | None) -> bool:
    """Whether the record is there, and its content still gives its leaf."""
    return entry is not None and entry.is_genuine
