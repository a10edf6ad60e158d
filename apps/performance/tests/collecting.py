"""A project's year with money in it, on a day of that year, and files that prove things."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.accounts.tests.factories import make_actor
from apps.budget.tests.factories import World
from apps.codes.models import FiscalYear
from apps.codes.tests.factories import YEAR
from apps.ledger import services as ledger
from apps.ledger.models import Authority
from apps.ledger.tests.factories import fresh, make_project_authority
from apps.performance import days, services
from apps.performance.models import ProjectYear, Target
from apps.performance.services.money import payment_settled
from apps.performance.tests.factories import load_schemes, make_goals
from imbudget.kit.actor import Actor, system_actor

SYSTEM = system_actor("tests")
DAY = date(YEAR, 7, 10)


@pytest.fixture
def midyear(monkeypatch: pytest.MonkeyPatch) -> date:
    """It is the tenth of July of the year."""
    monkeypatch.setattr(days, "today", lambda: DAY)
    return DAY


def proof(name: str = "现场照片.txt") -> SimpleUploadedFile:
    """A file that proves something."""
    return SimpleUploadedFile(name, "2027年7月现场验收记录".encode())


def make_funded(world: World, goals: Any, amount: str = "700.00") -> tuple[ProjectYear, Authority]:
    """A project with these goals and this authority (yuan), its year open; its figures are not yet added up."""
    authority = make_project_authority(world, amount)
    load_schemes()
    make_goals(authority.project, goals)
    services.open_years(SYSTEM, authority.region, FiscalYear.objects.get(pk=YEAR))
    return ProjectYear.objects.get(project=authority.project), authority


def pay(authority: Authority, amount: str, key: str = "p1") -> None:
    """Paid by the ledger, and told as disbursement tells it."""
    ledger.reserve(SYSTEM, fresh(authority), Decimal(amount), key)
    ledger.spend(SYSTEM, fresh(authority), Decimal(amount), f"{key}:paid", key)
    payment_settled(SimpleNamespace(authority_id=authority.pk, about_id=None))


def target_of(of: ProjectYear, **wanted: Any) -> Target:
    return of.targets.get(**wanted)


def clerk_of(of: ProjectYear) -> Actor:
    return make_actor("unit_clerk", of.unit)
