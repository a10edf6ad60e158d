"""Fiscal years: who opens or closes one stands in the record."""

import pytest

from apps.codes import services
from apps.codes.models import YearState
from apps.evidence.models import Entry
from imbudget.kit.actor import system_actor

pytestmark = pytest.mark.django_db
ACTOR = system_actor("tests")


def test_closing_a_year_and_opening_it_again_are_recorded_and_a_repetition_is_not():
    for state in (YearState.OPEN, YearState.CLOSED, YearState.CLOSED, YearState.OPEN):
        services.put_year(ACTOR, 2031, {"state": state})
    entries = Entry.objects.filter(event="codes.year_changed", subject_id="2031").order_by("pk")
    assert [entry.facts["state"] for entry in entries] == ["open", "closed", "open"]
