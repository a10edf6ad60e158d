"""Incidents with personal data: written down, everybody told, whom it concerns as a list; and records of processing."""

import io
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from apps.accounts.tests.factories import client_of, make_actor
from apps.audit.models import Record
from apps.disbursement.services import enter_payee
from apps.disbursement.tests.factories import make_treasury
from apps.evidence.models import Entry
from apps.persons import services
from apps.persons.models import Incident, Processing
from apps.persons.selectors import holding_of
from apps.persons.tests.requests import incident_facts, processing_facts
from apps.persons.tests.test_showing import REASON
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = [pytest.mark.django_db, pytest.mark.covers("H2")]
ACCOUNTS = ("6228480100000000007", "6228480100000000015")


@pytest.fixture
def security(world):
    return make_actor("security_admin", world.tree.root)


@pytest.fixture
def treasury(world):
    return make_treasury(world)


@pytest.fixture
def payees(treasury):
    names = ("阿拉坦", "其木格")
    given = {"kind": "person", "is_staff": True}
    return [
        enter_payee(treasury.clerk, given | {"name": n, "account": a}) for n, a in zip(names, ACCOUNTS, strict=True)
    ]


def test_an_incident_goes_its_way_and_closes_only_once_everybody_was_told(world, security):
    incident = services.file_incident(security, incident_facts(world.tree.banner))
    with pytest.raises(RuleViolation):
        services.close_incident(security, incident)
    now = timezone.now()
    for wrong in (now + timedelta(hours=1), incident.begun_at - timedelta(days=1)):
        with pytest.raises(RuleViolation):
            services.tell_authority(security, incident, authority="网信办", told_at=wrong)
    services.tell_authority(security, incident, authority="旗委网信办", told_at=now)
    with pytest.raises(RuleViolation):
        services.tell_persons(security, incident, told_at=None, how=" ")
    services.change_incident(security, incident, incident_facts(world.tree.banner, cause="钓鱼邮件"))
    services.tell_persons(security, incident, told_at=None, how="账号停用前无访问记录，已避免危害")
    incident.refresh_from_db()
    services.close_incident(security, incident)
    incident.refresh_from_db()
    assert (incident.state, incident.cause) == ("closed", "钓鱼邮件")
    with pytest.raises(NotAllowed):
        services.change_incident(security, incident, incident_facts(world.tree.banner))
    events = Entry.objects.filter(event__startswith="persons.incident").values_list("event", flat=True)
    assert len(events) == 5
    with pytest.raises(DatabaseError), transaction.atomic():
        Incident.objects.all()._raw_delete("default")


def test_whom_it_concerns_is_listed_masked_and_that_is_recorded(world, security, treasury, payees):
    incident = services.file_incident(security, incident_facts(world.tree.banner))
    elsewhere = services.file_incident(security, incident_facts(world.tree.neighbour))
    browser = client_of("security_admin", world.tree.root)
    address = reverse("persons:incident_affected", args=[incident.pk])
    assert browser.get(address).status_code == 200
    assert not Record.objects.filter(kind="persons.affected_listed").exists()
    file = browser.post(address)
    rows = list(load_workbook(io.BytesIO(file.content)).active.values)
    text = str(rows)
    assert all(payee.name in text for payee in payees)
    assert not any(account in text for account in ACCOUNTS)
    assert Record.objects.get(kind="persons.affected_listed").facts["rows"] == {"disbursement.payee": 2}
    assert services.list_affected(security, elsewhere) == []


def test_an_account_that_was_misused_concerns_only_whom_it_was_shown(world, security, treasury, payees, settings):
    services.show(treasury.clerk, holding_of("disbursement.payee"), payees[0], **REASON)
    made = services.file_incident(security, incident_facts(world.tree.banner, suspect_id=treasury.clerk.user_id))
    assert [row.person for row in services.list_affected(security, made)] == [payees[0].name]
    page = client_of("auditor", world.tree.root).get(made.get_absolute_url())
    assert page.context["held"][0][1] == 1
    settings.PERSONS_AFFECTED_ROWS = 0
    with pytest.raises(RuleViolation):
        services.list_affected(security, made)


def test_auditors_read_incidents_of_their_region_and_change_none(world, security):
    incident = services.file_incident(security, incident_facts(world.tree.banner))
    auditor = client_of("auditor", world.tree.banner)
    assert auditor.get(incident.get_absolute_url()).status_code == 200
    assert client_of("auditor", world.tree.neighbour).get(incident.get_absolute_url()).status_code == 404
    for name in ("edit", "authority", "persons", "affected", "close"):
        assert auditor.post(reverse(f"persons:incident_{name}", args=[incident.pk]), {}).status_code in {403, 422}
        assert (
            client_of("banner_officer", world.tree.banner)
            .get(reverse(f"persons:incident_{name}", args=[incident.pk]))
            .status_code
            == 403
        )
    with pytest.raises(NotAllowed):
        services.list_affected(make_actor("auditor", world.tree.banner), incident)
    with pytest.raises(NotAllowed):
        services.file_incident(make_actor("auditor", world.tree.banner), incident_facts(world.tree.banner))


def test_pages_keep_what_the_forms_say(world, treasury, django_assert_max_num_queries):
    browser = client_of("security_admin", world.tree.root)
    stamp = timezone.localtime(timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    given = {
        **{k: v for k, v in incident_facts(world.tree.banner).items() if isinstance(v, str)},
        "region": world.tree.banner.pk,
        "tables": ["disbursement.payee"],
        "account": "nobody",
        "begun_at": stamp,
        "ended_at": stamp,
        "found_at": stamp,
    }
    assert browser.post(reverse("persons:incident_new"), given).status_code == 422
    given |= {"account": ""}
    assert browser.post(reverse("persons:incident_new"), given | {"tables": ["x"]}).status_code == 422
    for _number in range(3):
        assert browser.post(reverse("persons:incident_new"), given).status_code == 302
    made = Incident.objects.latest("pk")
    edit = reverse("persons:incident_edit", args=[made.pk])
    assert browser.get(edit).status_code == 200
    assert browser.post(edit, given | {"harm": "无"}).status_code == 302
    assert (
        browser.post(
            reverse("persons:incident_authority", args=[made.pk]), {"authority": "网信办", "told_at": stamp}
        ).status_code
        == 302
    )
    assert browser.post(reverse("persons:incident_persons", args=[made.pk]), {"how": "已避免危害"}).status_code == 302
    assert browser.post(reverse("persons:incident_close", args=[made.pk])).status_code == 302
    made.refresh_from_db()
    assert (made.harm, made.state, made.persons_told_at) == ("无", "closed", None)
    with django_assert_max_num_queries(14):
        assert len(browser.get(reverse("persons:incidents")).context["rows"]) == 3


@pytest.mark.covers("H1")
def test_assessments_and_agreements_are_recorded_and_stay(world, security, django_assert_max_num_queries):
    today = timezone.localdate()
    given = processing_facts(world.tree.banner.pk, since=today.isoformat(), until="")
    browser = client_of("security_admin", world.tree.root)
    assert browser.post(reverse("persons:processing_new"), given | {"purpose": "x"}).status_code == 422
    before = {"until": (today - timedelta(days=1)).isoformat()}
    assert browser.post(reverse("persons:processing_new"), given | before).status_code == 422
    for kind in ("entrusted", "pia"):
        assert browser.post(reverse("persons:processing_new"), given | {"kind": kind}).status_code == 302
    made, assessment = Processing.objects.get(kind="entrusted"), Processing.objects.get(kind="pia")
    assert "惠民惠农" in browser.get(made.get_absolute_url()).content.decode()
    end = reverse("persons:processing_end", args=[made.pk])
    assert browser.post(end, before).status_code == 422
    assert browser.post(end, {"until": today.isoformat()}).status_code == 302
    assert Processing.objects.get(pk=made.pk).until == today
    with pytest.raises(NotAllowed):
        services.end_processing(security, assessment, until=today)
    for change in (
        lambda: Processing.objects.update(text="x"),
        lambda: Processing.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with django_assert_max_num_queries(14):
        assert len(browser.get(reverse("persons:processings")).context["rows"]) == 2
    assert client_of("auditor", world.tree.neighbour).get(made.get_absolute_url()).status_code == 404
    assert client_of("auditor", world.tree.banner).post(end, {"until": today.isoformat()}).status_code == 403
