"""Periods of keeping: done by the clock, in parts, with count and digest in evidence; a dry run changes nothing."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of, make_actor
from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.persons import services
from apps.persons.models import Period, PeriodRun, PersonRequest
from apps.persons.retention import ending_of
from apps.persons.tests.requests import asked
from imbudget.kit import registry
from imbudget.kit.crypto import sm3
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=3000)
KEPT_30_YEARS = {"disbursement", "ledger", "budget", "evidence", "audit"}


@pytest.fixture
def security(world):
    return make_actor("security_admin", world.tree.root)


@pytest.mark.covers("H1", "G2")
def test_closed_requests_are_emptied_in_the_row_and_in_its_history(capsys, world, security):
    old, new, waiting = (asked(security, world.tree.banner, number=f"15010219800101{n}234") for n in (1, 2, 3))
    for made in (old, new):
        services.close_request(security, made, fulfilled=True, answer="已提供副本")
    PersonRequest.objects.filter(pk__in=[old.pk, waiting.pk]).update(created_at=LONG_AGO)
    PersonRequest.objects.filter(pk=old.pk).update(closed_at=LONG_AGO)
    call_command("keep_periods", "--dry-run")
    assert "persons.requests: 1 would go" in capsys.readouterr().out
    assert not PeriodRun.objects.exists()
    assert services.keep_periods()["persons.requests"] == 1
    old.refresh_from_db()
    assert (old.person, old.number, bytes(old.number_index)) == ("", "", b"")
    assert old.answer == "已提供副本"
    assert {(past.person, past.number) for past in old.history.all()} == {("", "")}
    assert {made.number for made in PersonRequest.objects.exclude(pk=old.pk)} == {new.number, waiting.number}
    entry = Entry.objects.get(event="persons.data_ended")
    assert (entry.facts["kind"], entry.facts["count"]) == ("persons.requests", 1)
    assert entry.facts["digest"] == PeriodRun.objects.get().digest == sm3(str(old.pk).encode()).hex()
    assert services.keep_periods()["persons.requests"] == 0
    assert PeriodRun.objects.count() == 1


def test_notices_go_and_periods_that_are_not_carried_out_do_nothing(world, security, monkeypatch):
    monkeypatch.setattr("apps.persons.services.keeping.PART", 2)
    rows = [Notice(user_id=security.user_id, kind="notices.digest", params={"lines": []}) for _one in range(5)]
    Notice.objects.bulk_create(rows)
    Notice.objects.update(created_at=LONG_AGO)
    services.keep_periods(dry=True)
    period = Period.objects.get(key="persons.notices")
    services.set_period(security, period, days=730, basis="个人信息保护法第十九条", is_active=False)
    assert "persons.notices" not in services.keep_periods()
    assert Notice.objects.count() == 5
    services.set_period(security, period, days=730, basis="个人信息保护法第十九条", is_active=True)
    assert services.keep_periods()["persons.notices"] == 5
    assert [run.count for run in PeriodRun.objects.order_by("pk")] == [2, 2, 1]


def test_only_the_security_administrator_sets_periods(world, security):
    services.keep_periods(dry=True)
    period = Period.objects.first()
    address = reverse("persons:period", args=[period.pk])
    auditor = client_of("auditor", world.tree.banner)
    assert auditor.get(reverse("persons:periods")).status_code == 200
    assert auditor.post(address, {"days": 1, "basis": "x"}).status_code == 403
    assert client_of("system_admin", world.tree.root).get(reverse("persons:periods")).status_code == 403
    with pytest.raises(NotAllowed):
        services.set_period(make_actor("auditor", world.tree.banner), period, days=1, basis="x", is_active=True)
    with pytest.raises(RuleViolation):
        services.set_period(security, period, days=9, basis=" ", is_active=True)
    browser = client_of("security_admin", world.tree.root)
    assert browser.post(address, {"days": 400, "basis": "网络数据安全管理条例", "is_active": "on"}).status_code == 302
    period.refresh_from_db()
    assert period.days == 400
    assert Entry.objects.get(event="persons.period_changed").facts["after"]["days"] == 400


def test_what_the_archive_law_keeps_has_no_end():
    for key, ending in registry.retention.items():
        assert ending.due(LONG_AGO).model._meta.app_label not in KEPT_30_YEARS, key
        assert ending_of(key) is ending
    assert ending_of("nothing") is None


@pytest.mark.parametrize("key", sorted(key for key, _ending in registry.retention.items()))
def test_every_ending_can_be_run(key):
    ending = ending_of(key)
    assert list(ending.due(timezone.now())) == []
    ending.end([])
