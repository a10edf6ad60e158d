"""A process that keeps data keys, inside the transaction of a test."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from apps.vault.store import STATE, Row, store
from imbudget.kit import crypto

WRAPPING = {"w1": b"\x51" * 32}


def read_here() -> list[Row]:
    """The rows as the test's own transaction sees them."""
    with connection.cursor() as cursor:
        cursor.execute(STATE)
        return [Row(*row) for row in cursor.fetchall()]


@pytest.fixture
def envelopes(settings: Any, monkeypatch: Any) -> Iterator[Any]:
    """Data keys are wrapped by a key of the environment; none is made yet."""
    settings.WRAPPING_KEYS = WRAPPING
    settings.KEY_REFRESH_SECONDS = 0
    monkeypatch.setattr(store, "read", read_here)
    store.forget()
    yield store
    store.forget()
    crypto.forget_keys()
