"""Seats of a panel: who sits on them, whom a draw gives for the free ones, and their rows."""

from bisect import bisect_left
from collections.abc import Iterable
from string import ascii_uppercase
from typing import Any

from apps.review import drawing
from apps.review.drawing import Criteria, Entry
from apps.review.employers import employer_key
from apps.review.models import Draw, DrawState, Expert, PanelMember, Review, ReviewSetting
from apps.review.models.panel import SEATED
from apps.review.selectors.avoidance import Cooling
from apps.review.selectors.candidates import barred_now


def origin_of(review: Review) -> Draw:
    """The draw in whose sequence replacements go on: the last one with a seed of its own."""
    return review.draws.filter(state=DrawState.DRAWN, origin=None).order_by("-number")[0]


def go_on(review: Review, origin: Draw, setting: ReviewSetting) -> dict[str, Any] | None:
    """Whom the sequence of a draw gives for the seats that are free now; None when it has nobody left for any."""
    if origin.algorithm != drawing.ALGORITHM:
        return None
    seed = bytes.fromhex(origin.revealed)
    key = drawing.combined_key(seed, origin.head, origin.pool_digest, origin.criteria)
    result = settle(review, origin, key, setting)
    return result if result["panel"] else None


def settle(review: Review, draw: Draw, key: bytes, setting: ReviewSetting) -> dict[str, Any]:
    """The result of a draw among its candidates; those who come onto the panel are looked at again today."""
    criteria, pool = Criteria.read(draw.criteria), drawing.lines_of(draw.pool)
    seated, seen = seats_of(review)
    cooling = Cooling(setting.cooling_draws, review.pk)
    barred: dict[str, list[str]] = {}
    while True:
        result = drawing.draw(pool, criteria, key, seated=seated, seen=seen, barred=barred)
        found = barred_now(review, _entries(pool, {pk for _place, pk, _field in result["panel"]}), cooling)
        if not found:
            return result
        barred |= found


def _entries(pool: list[str], wanted: Iterable[int]) -> list[Entry]:
    """Some experts as the snapshot has them; its lines are in the order of their numbers."""
    found = []
    for pk in sorted(wanted):
        place = bisect_left(pool, pk, key=lambda line: int(line.partition("\t")[0]))
        if place < len(pool) and pool[place].startswith(f"{pk}\t"):
            found.append(Entry.read(pool[place]))
    return found


def seats_of(review: Review) -> tuple[list[list[Any]], list[int]]:
    """Members who keep their seats, as the snapshot has them from which they were drawn; and all who were ever members."""
    everybody = list(review.members.order_by("place", "pk"))
    seated = [member for member in everybody if member.state in SEATED]
    return _as_drawn(review, seated), sorted(member.expert_id for member in everybody)


def _as_drawn(review: Review, members: list[PanelMember]) -> list[list[Any]]:
    if not members:
        return []
    draws = {draw.pk: draw for draw in review.draws.filter(pk__in={member.draw_id for member in members})}
    origins = review.draws.in_bulk({draw.origin_id for draw in draws.values() if draw.origin_id})
    wanted = {member.expert_id for member in members}
    known: dict[int, list[Any]] = {}
    for draw in [*draws.values(), *origins.values()]:
        entries = _entries(drawing.lines_of(draw.pool), wanted)
        known |= {entry.id: [entry.id, entry.employer, " ".join(entry.fields)] for entry in entries}
    return [known.get(member.expert_id) or _entry_now(member) for member in members]


def _entry_now(member: PanelMember) -> list[Any]:
    """A member whose draw left no snapshot."""
    codes = member.expert.fields.order_by("code").values_list("code", flat=True)
    return [member.expert_id, employer_key(member.employer), " ".join(codes)]


def seat(review: Review, draw: Draw) -> list[PanelMember]:
    """Rows for whom the draw gave, with the next free signs."""
    places = {pk: place for place, pk, _field in draw.result["panel"]}
    experts = Expert.objects.only("employer", "user").in_bulk(places)
    taken = len(draw.result["seen"])  # everybody who was ever a member has a sign
    rows = [
        PanelMember(
            review=review, expert=experts[pk], draw=draw, place=place, alias=sign(taken + number),
            employer=experts[pk].employer,
        )
        for number, (pk, place) in enumerate(places.items())
    ]  # fmt: skip
    return PanelMember.objects.bulk_create(rows)


def sign(number: int) -> str:
    """A, B, … Z, AA, AB, …: how the others know a member."""
    text = ""
    number += 1
    while number:
        number, letter = divmod(number - 1, 26)
        text = ascii_uppercase[letter] + text
    return text
