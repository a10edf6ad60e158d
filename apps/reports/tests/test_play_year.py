"""A demonstration year by its command: every step says what it moved, and figures that do not tie fail it."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Sum

from apps.accounts.models import User
from apps.budget.models import BudgetSheet, Compilation, ControlFigure, ExpenditureKind, RoundPlan
from apps.budget.tests.factories import World, line, make_sheet
from apps.codes.tests.factories import make_codes
from apps.ledger.models import Authority, AuthorityDocument, Books, DocumentKind, Posting
from apps.regions.models import Unit
from apps.regions.tests.factories import UnitFactory
from apps.reports.demo import collecting, play, tying
from apps.reports.demo.play import ACTS, LOOKS
from apps.reports.demo.stage import Stage, equal
from apps.reports.published.ties import Tie

YEAR = 2027


def run(*args: str) -> str:
    out = io.StringIO()
    call_command("play_year", *args, stdout=out)
    return out.getvalue()


@pytest.fixture
def demo(world: World, settings: Any, tmp_path: Any) -> World:
    """The world as a demonstration, with two units in the first banner: one has a sheet, the other one a past."""
    settings.DEMO, settings.MEDIA_ROOT = True, tmp_path
    call_command("load_flows", verbosity=0)
    codes, before = world.codes, make_codes(YEAR - 1)
    second = UnitFactory(region=world.unit.region, department=world.unit.department)
    grass = {"kind": ExpenditureKind.PROJECT, "project_name": "草原保护"}
    make_sheet(codes, world.unit, [line(codes, "5000.00"), line(codes, "9000.00", department_economic=codes.office)])
    make_sheet(before, second, [line(before, "7000.00"), line(before, "1000.00", **grass)], "accepted", YEAR - 1)
    return world


def test_a_year_is_played_by_everybody_and_ties(demo):
    banner = demo.unit.region
    said = run("--regions", banner.code)
    steps = [row for row in said.splitlines() if row.startswith(banner.code)]
    names = [name for name, _work in (*ACTS, *LOOKS)]
    assert all(f" {name}: " in row and " OK (" in row for row, name in zip(steps, names, strict=True))

    figures = ControlFigure.objects.issued().filter(unit__region=banner)
    assert figures.aggregate(total=Sum("amount"))["total"] == Decimal("21950.00")  # of the project a twentieth is cut
    # A department has moved 140 yuan to a unit that asked for no more than it had.
    assert "新财预〔2027〕1号: 4 authorities, 21,810.00" in said
    assert "2 letters over 21,810.00" in said
    approved = AuthorityDocument.objects.get(kind=DocumentKind.APPROVAL)
    second_up = BudgetSheet.objects.filter(region=banner, round="second_up", state="accepted")
    assert second_up.aggregate(total=Sum("total"))["total"] == approved.total == Decimal("21810.00")
    compiled = Compilation.objects.filter(region=banner, year=YEAR)
    assert [compilation.state for compilation in compiled] == ["accepted", "accepted"]

    kinds = set(AuthorityDocument.objects.values_list("kind", flat=True))
    assert kinds == set(DocumentKind.values) - {"transfer", "recovery", "adjustment"}
    assert Posting.objects.filter(event="refunded").count() == 1
    left = Authority.objects.values_list("year").annotate(left=Sum("balance__available")).order_by("year")
    forward = AuthorityDocument.objects.get(kind=DocumentKind.CARRY_OVER).total
    assert forward > 0
    assert list(left) == [(YEAR, 0), (YEAR + 1, forward)]
    assert [books.state for books in Books.objects.order_by("year_id")] == ["closed", "open"]

    with pytest.raises(CommandError, match="approved already"):
        run("--regions", banner.code)


def test_figures_that_do_not_tie_fail_the_year_and_what_was_acted_stays(demo, monkeypatch):
    region = demo.unit.region
    monkeypatch.setattr(play, "ACTS", (("timetable", collecting.announce),))
    monkeypatch.setattr(tying, "ties", lambda _tables: [Tie("income = expenditure", Decimal(1), Decimal(2))])
    out = io.StringIO()
    with pytest.raises(CommandError, match=f"does not hold together in {region.code}"):
        call_command("play_year", "--regions", region.code, stdout=out)
    assert f"{region.code} 账 ledger: 26 invariants hold" in out.getvalue()
    assert f"{region.code} 表 published tables: FAILED {region}: income = expenditure" in out.getvalue()
    assert RoundPlan.objects.filter(region=region, year=YEAR).exists()


def test_an_act_that_fails_leaves_nothing_of_its_region_and_the_others_go_on(demo, monkeypatch):
    banner, league = demo.unit.region, demo.league_unit.region  # what is below comes first

    def only_above(stage: Stage) -> str:
        equal("what is told and what is kept", Decimal(stage.region.level), Decimal(1))
        return "told"

    monkeypatch.setattr(play, "ACTS", (("timetable", collecting.announce), ("telling", only_above)))
    monkeypatch.setattr(play, "LOOKS", ())
    out = io.StringIO()
    with pytest.raises(CommandError, match=f"in {banner.code}$"):
        call_command("play_year", "--regions", league.code, banner.code, stdout=out)
    assert f"{banner.code} telling: FAILED what is told and what is kept: 2.00 and 1.00" in out.getvalue()
    told = [row.split(" ", 1)[0] for row in out.getvalue().splitlines()[1:]]
    assert told == [banner.code] * 3 + [league.code] * 2  # the banner's third line: nothing was kept
    assert [plan.region for plan in RoundPlan.objects.all()] == [league]


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--regions", "159999"], "no region 159999"),
        (["--regions", "152221"], "no budget unit"),
        (["--year", "2031"], "no year 2031"),
    ],
)
def test_nonsense_is_refused(world, settings, args, words):
    settings.DEMO = True
    Unit.objects.filter(pk=world.far_unit.pk).update(region=world.tree.farther_banner)
    with pytest.raises(CommandError, match=words):
        run(*args)


def test_nobody_is_made_outside_a_demonstration(world, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        run("--regions", world.unit.region.code)
    assert not User.objects.exists()
