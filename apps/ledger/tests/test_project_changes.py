"""A stored project keeps what has been issued for it: a change goes neither below that money nor before its year."""

from decimal import Decimal
from typing import Any

import pytest

from apps.ledger.models import DocumentKind
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import issue, make_document, make_pool, post
from apps.projects import services
from apps.projects.models import ChangeState, Project, ProjectChange, ProjectSetting
from apps.projects.tests.applications import again, apply_for, rows_of
from apps.projects.tests.offices import Office, make_office
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

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
