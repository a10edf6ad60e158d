"""Rectifications: opened, reported with evidence, settled or sent back; told when overdue; payments held back meanwhile."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.disbursement.models import RequestState
from apps.disbursement.tests.factories import Treasury
from apps.evidence.models import Entry
from apps.ledger.tests.factories import issue, make_pool
from apps.notices.models import Notice
from apps.performance import services
from apps.performance.models import Rectification
from apps.performance.tests.evaluating import Office, proof
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(world):
    return Office(world)


def test_it_is_reported_with_evidence_sent_back_and_settled(office):
    row = office.rectification()
    with pytest.raises(RuleViolation, match="file"):
        services.answer_rectification(office.clerk, row, "已整改")
    services.answer_rectification(office.clerk, row, "已整改", [proof(office.of)])
    services.send_back_rectification(office.officer, row, "缺验收单", office.due)
    services.answer_rectification(office.head, row, "已补验收单")
    services.close_rectification(office.reviewer, row)
    assert [step.act for step in row.steps.order_by("pk")] == ["opened", "answered", "returned", "answered", "closed"]
    assert (row.state, row.checked_by_id, row.is_unsettled) == ("closed", office.reviewer.user_id, False)
    assert Entry.objects.filter(event__startswith="performance.rectification_").count() == 5
    kinds = Notice.objects.filter(user=office.clerk.user_id).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["performance.to_mend", "performance.mend_again"]
    assert Notice.objects.filter(user=office.officer.user_id, kind="performance.mended").count() == 2


def test_who_may_not(office):
    row = office.rectification()
    stranger = make_actor("unit_head", office.world.neighbour_unit)
    for actor in (office.officer, office.reviewer, stranger):
        with pytest.raises(NotAllowed):
            services.answer_rectification(actor, row, "x", [])
    for actor in (office.clerk, office.leader):
        with pytest.raises(NotAllowed):
            services.open_rectification(actor, office.of, "x", "y", office.due)
    with pytest.raises(NotAllowed):
        services.close_rectification(office.officer, row)
    services.answer_rectification(office.clerk, row, "已整改", [proof(office.of)])
    for actor in (office.clerk, office.head, stranger):
        with pytest.raises(NotAllowed):
            services.close_rectification(actor, row)
    with pytest.raises(NotAllowed):
        services.hold_payments(office.reviewer, row, True, "x")


def test_what_is_missing_is_said(office):
    with pytest.raises(RuleViolation, match="problem"):
        services.open_rectification(office.officer, office.of, "", "y", office.due)
    with pytest.raises(RuleViolation, match="from today"):
        services.open_rectification(office.officer, office.of, "x", "y", timezone.localdate() - timedelta(days=1))
    with pytest.raises(RuleViolation, match="holds payments"):
        services.open_rectification(office.reviewer, office.of, "x", "y", office.due, holds=True)


def test_overdue_ones_are_told_once_for_each_term(office):
    row = office.rectification()
    late = office.due + timedelta(days=1)
    assert services.escalate_overdue(office.due) == 0
    assert services.escalate_overdue(late) == 1
    assert services.escalate_overdue(late) == 0
    assert Notice.objects.filter(kind="performance.mend_overdue", user=office.officer.user_id).count() == 1
    services.answer_rectification(office.clerk, row, "已整改", [proof(office.of)])
    services.send_back_rectification(office.officer, row, "不够", office.due)
    assert services.escalate_overdue(late) == 1


def test_what_was_opened_is_kept(office):
    row = office.rectification()
    for change in (lambda: Rectification.objects.update(problem="x"), row.steps.all().delete):
        with pytest.raises(DatabaseError, match="kept"), transaction.atomic():
            change()


@pytest.fixture
def paying(world):
    """A project whose authority can be paid from, and its year."""
    treasury = Treasury(world)
    office = Office(world)
    elements = {"project": office.of.project, "function": world.codes.managing}
    treasury.authority = issue(world, make_pool(world), "700.00", **elements)
    return treasury, office


def test_a_held_project_is_not_paid_until_it_is_settled(paying):
    treasury, office = paying
    row = office.rectification(holds=True)
    stopped = treasury.submitted()
    assert stopped.state == RequestState.STOPPED
    assert row.of.project.name in stopped.watched["stops"][0]
    assert "财预〔2020〕10号" in stopped.watched["stops"][0]
    services.answer_rectification(office.clerk, row, "已整改", [proof(office.of)])
    assert treasury.submitted().state == RequestState.STOPPED
    services.close_rectification(office.officer, row)
    assert treasury.submitted().state == RequestState.SUBMITTED


def test_an_open_one_that_holds_nothing_stops_nothing(paying):
    treasury, office = paying
    row = office.rectification()
    assert treasury.submitted().state == RequestState.SUBMITTED
    services.hold_payments(office.officer, row, True, "多次未整改")
    assert treasury.submitted().state == RequestState.STOPPED
    services.hold_payments(office.officer, row, False, "已承诺整改")
    assert treasury.submitted().state == RequestState.SUBMITTED


def test_payments_without_a_project_ask_nothing(paying):
    treasury, office = paying
    office.rectification(holds=True)
    request = treasury.request()
    assert request.authority.project_code
    with CaptureQueriesContext(connection) as one:
        services.watch_payment(treasury.clerk, request)
    request.authority.project_code = ""
    with CaptureQueriesContext(connection) as none:
        assert not services.watch_payment(treasury.clerk, request).stops
    assert (len(one), len(none)) == (1, 0)
