"""Clocks that do not agree are noticed (GB/T 22239 8.1.5.4: time of all machines comes from one source)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from imbudget.kit import selfchecks

pytestmark = [pytest.mark.django_db, pytest.mark.covers("I1")]


@pytest.mark.parametrize("apart", [timedelta(hours=1), -timedelta(hours=1)])
def test_a_clock_that_is_wrong_is_told(monkeypatch, apart):
    assert "agrees" in selfchecks.clock()
    now = timezone.now
    monkeypatch.setattr(selfchecks.timezone, "now", lambda: now() + apart)
    with pytest.raises(selfchecks.CheckFailed, match="NTP"):
        selfchecks.clock()
