"""Numbers of applicants who were not admitted end with their period; experts of the pool keep theirs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.persons.services import keep_periods
from apps.review.models import Expert
from apps.review.tests.factories import make_expert

pytestmark = [pytest.mark.django_db, pytest.mark.covers("H1", "G2")]


def test_applicants_who_were_not_admitted_are_forgotten(world):
    admitted = make_expert(world.tree.banner, phone="13800000001")
    refused = make_expert(world.tree.banner, phone="13800000002", email="a@example.cn", id_number="150102198001011237")
    again = make_expert(world.tree.banner, phone="13800000003")
    kin = refused.kin.create(kind="spouse", employer="新城区财政局", note="某某，局长")
    Expert.objects.filter(pk__in=[refused.pk, again.pk]).update(state="refused")
    Expert.objects.exclude(pk=again.pk).update(updated_at=timezone.now() - timedelta(days=200))
    assert keep_periods()["review.applicants"] == 1
    refused.refresh_from_db()
    kin.refresh_from_db()
    assert (refused.phone, refused.email, refused.id_number, bytes(refused.id_number_index), kin.note) == (
        "",
        "",
        "",
        b"",
        "",
    )
    assert {past.id_number for past in refused.history.all()} == {""}
    assert {past.note for past in kin.history.all()} == {""}
    assert refused.name
    for kept in (admitted, again):
        phone = kept.phone
        kept.refresh_from_db()
        assert kept.phone == phone
    assert keep_periods()["review.applicants"] == 0
