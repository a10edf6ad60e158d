"""A stored project keeps what has been issued for it: a change goes neither below that money nor before its year,
and no project ends while authority still holds money for it."""

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.ledger.models import Authority, DocumentKind
from apps.ledger.services import use
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import SYSTEM, fresh, issue, make_document, make_pool, post
from apps.projects import services
from apps.projects.models import ChangeState, Project, ProjectChange, ProjectSetting, ProjectState
from apps.projects.tests.applications import again, apply_for, rows_of
from apps.projects.tests.offices import Office, make_office
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing import html

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    return make_office()


@pytest.fixture
def stored(office: Office) -> Project:
    project = apply_for(office.world, actor=office.clerk)
    services.submit_project(office.clerk, project)
    office.approve_all()
    services.store_project(system_actor(), again(project))
    ProjectSetting.objects.create(region=office.world.tree.root, review_threshold="5000000")
    return again(project)


def ask(office: Office, project: Project, amount: str, **values: Any) -> ProjectChange:
    parts = {name: rows_of(amount)[name] for name in ("funding", "costs")}
    return services.request_change(office.clerk, project, reason="压减支出", parts=parts, **values)


def approve(office: Office) -> None:
    for actor in (office.head, office.department, office.finance):
        office.approve(actor)


def test_a_change_below_what_is_issued_is_not_handed_in(office, stored):
    pool = make_pool(office.world)
    authority = issue(office.world, pool, "500000.00", project=stored)
    change = ask(office, stored, "499999.99")
    with pytest.raises(RuleViolation, match=r"500,000\.00 yuan is issued .* fall to 499,999\.99"):
        services.submit_change(office.clerk, change)
    change.refresh_from_db()
    assert change.state == ChangeState.DRAFT
    post(make_document(pool.region, DocumentKind.CUT, [LineInput(Decimal("100000.00"), origin=authority, target=pool)]))
    services.submit_change(office.clerk, change)
    approve(office)
    assert again(stored).total == Decimal("499999.99")


def test_what_is_issued_while_a_change_is_under_approval_is_seen_at_its_end(office, stored):
    services.submit_change(office.clerk, ask(office, stored, "300000.00"))
    office.approve(office.head)
    office.approve(office.department)
    issue(office.world, make_pool(office.world), "500000.00", project=stored)
    with pytest.raises(RuleViolation, match=r"500,000\.00 yuan is issued"):
        office.approve(office.finance)
    assert (again(stored).total, ProjectChange.objects.get().state) == (Decimal("800000.00"), ChangeState.SUBMITTED)


def test_exactly_what_is_issued_is_enough_and_other_projects_do_not_count(office, stored):
    pool = make_pool(office.world)
    issue(office.world, pool, "500000.00", project=stored)
    issue(office.world, pool, "200000.00")
    services.submit_change(office.clerk, ask(office, stored, "500000.00"))
    approve(office)
    assert again(stored).total == Decimal("500000.00")


def test_the_term_does_not_end_before_the_last_year_with_authority(office, stored):
    Project.objects.filter(pk=stored.pk).update(end_year=2028, start_year=2026)
    issue(office.world, make_pool(office.world), "500000.00", project=stored)
    change = services.request_change(
        office.clerk, again(stored), reason="提前结束", end_year=2026,
        parts={**{name: rows_of("600000.00", 2026)[name] for name in ("funding", "costs", "milestones")}},
    )  # fmt: skip
    with pytest.raises(RuleViolation, match=r"500,000\.00 yuan is issued for 2027"):
        services.submit_change(office.clerk, change)


def end(office: Office, project: Project) -> ProjectChange:
    return services.request_termination(office.clerk, project, reason="规划调整")


def recover(authority: Authority, amount: str, pool: Authority | None = None) -> None:
    """Back to the region: into a pool, or as money of its own that carries the elements on."""
    line = LineInput(Decimal(amount), origin=fresh(authority), target=pool and fresh(pool))
    post(make_document(authority.region, DocumentKind.RECOVERY, [line]))


def test_a_project_with_unspent_authority_does_not_end(office, stored):
    pool = make_pool(office.world)
    first = issue(office.world, pool, "500.00", project=stored)
    second = issue(office.world, pool, "30.00", project=stored)
    issue(office.world, pool, "7.00")
    use.reserve(SYSTEM, second, Decimal("10.00"), key="payment:1")
    change = end(office, stored)
    said = rf"530\.00 yuan.*№ {first.pk} .*available 500\.00.*№ {second.pk} .*available 20\.00, applied for 10\.00.*recovered"
    with pytest.raises(RuleViolation, match=said):
        services.submit_change(office.clerk, change)
    change.refresh_from_db()
    assert change.state == ChangeState.DRAFT
    recover(first, "500.00", pool)
    recover(second, "20.00")  # the new line of the region still names the project
    with pytest.raises(RuleViolation, match=r"10\.00 yuan.*applied for 10\.00"):
        services.submit_change(office.clerk, change)
    use.spend(SYSTEM, second, Decimal("10.00"), key="paid:1", reservation="payment:1")
    services.submit_change(office.clerk, change)
    approve(office)
    assert again(stored).state == ProjectState.TERMINATED


def test_authority_that_waits_to_be_issued_counts_and_many_are_summed_up(office, stored):
    pool = make_pool(office.world)
    elements = {"unit": office.world.unit, "function": office.world.codes.managing, "project": stored}
    lines = [LineInput(Decimal("1.00"), origin=pool, elements=elements) for _number in range(7)]
    post(make_document(pool.region, DocumentKind.ALLOCATION, lines))
    with pytest.raises(RuleViolation, match=r"7\.00 yuan.*and 2 more"):
        services.submit_change(office.clerk, end(office, stored))


def test_what_is_issued_while_the_end_is_under_approval_is_seen_at_its_end(office, stored):
    services.submit_change(office.clerk, end(office, stored))
    office.approve(office.head)
    office.approve(office.department)
    authority = issue(office.world, make_pool(office.world), "500.00", project=stored)
    with pytest.raises(RuleViolation, match=r"500\.00 yuan"):
        office.approve(office.finance)
    assert again(stored).state == ProjectState.STORED
    recover(authority, "500.00")
    office.approve(office.finance)
    assert again(stored).state == ProjectState.TERMINATED


def test_the_unit_reads_before_it_asks_what_stands_in_the_way(office, stored):
    authority = issue(office.world, make_pool(office.world), "500.00", project=stored)
    clerk = client_of("unit_clerk", office.world.unit)
    address = reverse("projects:terminate", args=[stored.pk])
    assert "先收回" in html.text(clerk.get(address))
    page = clerk.post(address, {"reason": "规划调整"}, follow=True)
    assert f"№ {authority.pk}" in html.text(page)
    change = ProjectChange.objects.get()
    refused = clerk.post(reverse("projects:change_submit", args=[change.pk]))
    assert (refused.status_code, "先收回" in html.text(refused)) == (422, True)
    recover(authority, "500.00")
    assert "先收回" not in html.text(clerk.get(address)) + html.text(clerk.get(change.get_absolute_url()))
