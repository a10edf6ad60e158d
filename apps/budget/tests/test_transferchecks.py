"""Money from upper levels is matched: to projects, to the documents that sent it, and in its sum."""

from decimal import Decimal

import pytest

from apps.budget.models import CheckFinding
from apps.budget.tests.checking import counts, rule, run
from apps.budget.tests.factories import World, line, make_sheet
from apps.budget.transferchecks import TRANSFERS
from apps.ledger.models import Authority
from apps.ledger.tests.factories import issue, make_pool, transfer
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory
from apps.regions.tests.factories import UnitFactory

pytestmark = pytest.mark.django_db
TRACK = "15000026T000000000001"


@pytest.fixture
def received(world: World) -> Authority:
    """5,000 yuan that the league has sent to the banner."""
    rule(TRANSFERS, parameters={"fund": "111"})
    pool = make_pool(world, "9000.00", region=world.tree.league, tracking_code=TRACK)
    return transfer(world, pool, "5000.00", world.tree.banner)


def found(world: World) -> list[str]:
    made = run(world)
    return [row.texts["zh-hans"] for row in CheckFinding.objects.filter(run=made, code=TRANSFERS).order_by("pk")]


def project_of(world: World) -> Project:
    return ProjectFactory(unit=world.unit, stored=True, total=Decimal("5000.00"))


def test_what_is_sent_and_what_lines_ask_for_come_to_the_same(world: World, received: Authority):
    project = project_of(world)
    sheet = make_sheet(world.codes, world.unit, [line(world.codes, "4000.00", project_code=project.code)])
    (text,) = found(world)
    assert "1,000.00" in text
    sheet.lines.update(amount="5000.00")
    assert counts(run(world), TRANSFERS) == (0, 0, 1, 0)
    sheet.lines.update(amount="5000.01")
    (text,) = found(world)
    assert "0.01" in text


def test_authority_from_above_names_its_project_and_keeps_its_tracking_code(world: World, received: Authority):
    project = project_of(world)
    make_sheet(world.codes, world.unit, [line(world.codes, "5000.00", project_code=project.code)])
    issue(world, received, "3000.00", project=project)
    assert found(world) == []
    issue(world, received, "500.00")
    (text,) = found(world)
    assert ("500.00" in text, received.upper_document_number in text) == (True, True)
    issue(world, received, "700.00", project=project, tracking_code="")
    bare, lost = found(world)
    assert ("500.00" in bare, "700.00" in lost) == (True, True)


def test_own_money_is_not_asked_for_a_transfer(world: World):
    rule(TRANSFERS, parameters={"fund": "112"})
    issue(world, make_pool(world, "900.00"), "900.00")
    make_sheet(world.codes, world.unit)
    assert counts(run(world), TRANSFERS) == (0, 0, 0, 1)


def test_what_is_passed_on_to_a_lower_level_is_not_missed(world: World):
    rule(TRANSFERS, parameters={"fund": "111"})
    tree = world.tree
    held = transfer(world, make_pool(world, "9000.00", region=tree.root, tracking_code=TRACK), "9000.00", tree.league)
    transfer(world, held, "5000.00", tree.banner)
    unit = UnitFactory(region=tree.league)
    project = ProjectFactory(unit=unit, stored=True, total=Decimal("5000.00"))
    make_sheet(world.codes, unit, [line(world.codes, "4000.00", project_code=project.code)])
    assert counts(run(world, tree.league), TRANSFERS) == (0, 0, 1, 0)
