"""Fixtures of the evidence tests."""

from typing import Any

import pytest
from django.db import connection

from imbudget.kit.actor import Actor


@pytest.fixture(scope="session", autouse=True)
def tables_can_be_emptied(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests that commit end by emptying tables, which the triggers rightly refuse; others switch them on again."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        for table in (
            "entry", "batch", "tile", "log", "checkpoint", "verifiedstate", "anchor", "peercheckpoint", "peerfault"
        ):  # fmt: skip
            cursor.execute(f"ALTER TABLE evidence_{table} DISABLE TRIGGER evidence_{table}_stays")


@pytest.fixture
def clerk() -> Actor:
    """Someone at a desk of a banner."""
    return Actor(user_id=7, name="其其格", post_label="审核岗", region_code="152201", address="10.1.2.3")
