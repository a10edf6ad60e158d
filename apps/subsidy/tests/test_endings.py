"""Who objected is forgotten a year after the answer; what was objected and answered stays, and so do rosters."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.persons.services import keep_periods
from apps.subsidy.models import RosterLine, RosterObjection
from apps.subsidy.services import objections
from apps.subsidy.tests.rosters import make_office

pytestmark = [pytest.mark.django_db, pytest.mark.covers("H1", "G2")]


def test_contacts_of_answered_objections_end_and_nothing_else(world):
    office = make_office(world)
    roster = office.published()
    old, new, waiting = (
        objections.record_objection(office.clerk, roster, None, "面积不符", "巴图", f"1380000000{number}")
        for number in range(3)
    )
    for made in (old, new):
        objections.answer_objection(office.head, made, "已核实", False)
    RosterObjection.objects.filter(pk=old.pk).update(answered_at=timezone.now() - timedelta(days=400))
    RosterObjection.objects.filter(pk=waiting.pk).update(filed_at=timezone.now() - timedelta(days=4000))
    lines = list(RosterLine.objects.values_list("pk", "name", "card"))
    assert keep_periods()["subsidy.objectors"] == 1
    old.refresh_from_db()
    assert (old.person, old.contact, old.ground, old.answer) == ("", "", "面积不符", "已核实")
    left = RosterObjection.objects.exclude(pk=old.pk)
    assert {made.contact for made in left} == {"13800000001", "13800000002"}
    assert list(RosterLine.objects.values_list("pk", "name", "card")) == lines
    assert keep_periods()["subsidy.objectors"] == 0
