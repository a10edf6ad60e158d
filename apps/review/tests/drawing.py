"""What the tests of draws share: a pool, a review before its draw, and sealing inside a test's transaction."""

from typing import Any

import pytest

from apps.evidence import services as evidence
from apps.review.models import Draw, Review
from apps.review.services import draws
from apps.review.tests import factories as make
from imbudget.kit.actor import Actor

# A test never commits: without the condition that transactions are over, what it wrote can be sealed all the same.
ALL_READY = "SELECT id, leaf FROM evidence_entry WHERE batch_id IS NULL ORDER BY id LIMIT %s"


@pytest.fixture
def sealing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "READY", ALL_READY)


def criteria(size: int = 3, **values: Any) -> dict[str, Any]:
    """What most tests ask for."""
    return {"size": size, "fields": {"grassland": size}, "levels": [0, 1, 2], "languages": ["zh"]} | values


def pool(world: Any, count: int = 12, **values: Any) -> list[Any]:
    """Admitted experts of the banner, each of an employer of their own."""
    return [make.make_expert(world.tree.banner, **values) for _number in range(count)]


def drawn(actor: Actor, review: Review, **values: Any) -> Draw:
    """The first draw, made."""
    return draws.make_draw(actor, draws.commit_draw(actor, review, criteria(review.panel_size, **values)))
