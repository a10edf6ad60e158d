"""What the tests of draws share: a pool, a review before its draw, and sealing inside a test's transaction."""

from typing import Any

import pytest

from apps.review import drawing
from apps.review.models import Draw, Review
from apps.review.services import draws
from apps.review.tests import factories as make
from imbudget.kit.actor import Actor

# A test never commits: without the condition that transactions are over, what it wrote can be sealed all the same.
ALL_READY = "SELECT id, leaf FROM evidence_entry WHERE batch_id IS NULL ORDER BY id LIMIT %s"


@pytest.fixture
def sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.evidence.services.sealing.READY", ALL_READY)


def criteria(size: int = 3, **values: Any) -> dict[str, Any]:
    """What most tests ask for."""
    return {"size": size, "fields": {"grassland": size}, "levels": [0, 1, 2], "languages": ["zh"]} | values


def pool(world: Any, count: int = 12, **values: Any) -> list[Any]:
    """Admitted experts of the banner, each of an employer of their own."""
    return [make.make_expert(world.tree.banner, **values) for _number in range(count)]


def drawn(actor: Actor, review: Review, **values: Any) -> Draw:
    """The first draw, made."""
    return draws.make_draw(actor, draws.commit_draw(actor, review, criteria(review.panel_size, **values)))


def entries_of(draw: Draw) -> list[drawing.Entry]:
    """The candidates of a draw."""
    return [drawing.Entry.read(line) for line in drawing.lines_of(draw.pool)]


def key_of(draw: Draw) -> bytes:
    """The key of a draw that has been made."""
    return drawing.combined_key(bytes.fromhex(draw.revealed), draw.head, draw.pool_digest, draw.criteria)


def order_of(draw: Draw) -> list[int]:
    """All candidates of a draw in the order of its sequence."""
    people = entries_of(draw)
    return [people[number].id for number in drawing.sequence(key_of(draw), len(people))]
