"""Rosters: what each household gets, what the checks find, who decides, and what the public has seen before money goes."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, transaction

from apps.accounts.tests.factories import make_actor
from apps.lowcode.services import tasks
from apps.subsidy.models import (
    Coefficient,
    FindingRule,
    Household,
    Outcome,
    Parcel,
    Roster,
    RosterFinding,
    RosterLine,
    RosterState,
    Standard,
)
from apps.subsidy.services import objections, publicity, rosters
from apps.subsidy.services.registers import RegisterRefused
from apps.subsidy.tests.factories import card, household, person, write
from apps.subsidy.tests.rosters import days_pass, fresh, make_office
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x05" * 32


@pytest.fixture
def office(world):
    return make_office(world)


def amounts(roster):
    return dict(roster.lines.values_list("code", "amount"))


def code(office, number):
    return f"{office.region.code}{number:06}"


def found(roster):
    rows = RosterFinding.objects.filter(line__roster=roster)
    return set(rows.values_list("line__number", "rule"))


def test_a_line_is_what_the_register_gives(office):
    """100 mu at 7.5 and 40 mu at 2.5."""
    roster = office.made()
    assert (roster.count, roster.total) == (4, D("3400.00"))
    line = roster.lines.get(code=code(office, 1))
    assert (line.quantity, line.gross, line.amount) == (D("140.00"), D("850.00"), D("850.00"))
    assert sorted(line.calculation["parts"]) == [
        ["0001-禁牧", "ban", "100.00", "1", "7.5000"],
        ["0001-草畜平衡", "balance", "40.00", "1", "2.5000"],
    ]
    assert (line.name, line.id_number, line.card) == ("阿拉坦·其木格", person(1, office.region.code), card(1))
    assert (line.sumu.level, line.gacha.level, roster.stops) == (1, 2, 0)


def test_coefficients_deductions_limits_and_rounding(office, tmp_path):
    upper = Standard.objects.get(year=2027)
    own = Standard.objects.create(
        subsidy=office.subsidy,
        region=office.region,
        year_id=2027,
        ban_rate=D("7.3333"),
        balance_rate=0,
        floor=100,
        cap=1000,
        valid_from=upper.valid_from,
        valid_to=upper.valid_to,
        source="旗政办发〔2027〕1号",
    )
    Coefficient.objects.create(standard=own, grass_class="1", value=D("1.05"))
    land = Parcel.objects.filter(kind="ban").order_by("household__code")
    for parcel, area in zip(land, ("100", "1", "500", "0.15"), strict=True):
        parcel.area = D(area)
        parcel.save()
    office.register.bring(
        tmp_path,
        "violations",
        [
            {
                "户编码": code(office, 1),
                "违规类型": "偷牧",
                "日期": f"{year}-05-01",
                "扣减金额(元)": "70.005"[:5],
                "记录人": "草原管护员",
                "文号": f"草监〔{year}〕1号",
            }
            for year in (2026, 2027)
        ],
    )
    roster = office.made()
    # 100 × 1.05 × 7.3333 = 769.9965, less 70.00 of this year alone; a mu of the second is lifted to the floor, and the
    # third is cut to the cap. Where nobody holds land, nothing is due, whatever the floor.
    assert amounts(roster) == {
        code(office, 1): D("700.00"),
        code(office, 2): D("100.00"),
        code(office, 3): D("1000.00"),
        code(office, 4): D("100.00"),
    }
    assert roster.lines.get(code=code(office, 1)).deduction == D("70.00")


def test_who_is_stopped_or_lost_the_land_is_not_in_it(office):
    Household.objects.filter(code=code(office, 2)).update(state="stopped")
    Parcel.objects.filter(household__code=code(office, 3)).update(valid_to=date(2026, 6, 30))
    assert set(amounts(office.made())) == {code(office, 1), code(office, 4)}


def test_instalments_add_up_to_the_year(office):
    Parcel.objects.filter(kind="balance").update(area=D("40.01"))  # 850.025 in the year, 850.03
    totals = []
    for number, share in enumerate(("33.33", "33.33", "33.34"), 1):
        roster = office.made(instalment=number, share=D(share))
        totals.append(amounts(roster)[code(office, 1)])
    assert sum(totals) == D("850.03")
    assert totals[0] == D("283.31")


def test_a_place_of_the_roster_and_the_same_roster_twice(office, world):
    roster = office.made(place=office.register.sumu)
    assert roster.count == 4
    with pytest.raises(RuleViolation, match="already"):
        office.begun(place=office.register.sumu)
    rosters.abandon_roster(office.clerk, roster)
    assert office.begun(place=office.register.sumu).pk
    with pytest.raises(RuleViolation, match="No standard"):
        office.begun(as_of=date(2030, 1, 1))


def row(office, number, **cells):
    given = household(office.region, number)
    wanted = ("户编码", "户主", "身份证号", "社保卡号", "开户行", "行号")
    return {name: given[name] for name in wanted} | {"数量": "140", "金额(元)": "850.00"} | cells


def test_each_fault_of_a_file_is_found_in_its_line(office, tmp_path):
    bring = office.register.bring
    bring(tmp_path, "households", [household(office.region, number) for number in range(1, 16)])
    bring(
        tmp_path,
        "persons",
        [{"名单": "死亡", "身份证号": person(2, office.region.code), "姓名": "牧户2", "日期": "2026-12-01"}],
    )
    office.register.bring(
        tmp_path, "persons", [{"名单": "财政供养", "身份证号": person(3, office.region.code), "姓名": "牧户3"}]
    )
    Household.objects.filter(code=code(office, 9)).update(state="stopped")
    Household.objects.filter(code=code(office, 15)).update(card_index=b"x" * 16)
    Standard.objects.filter(year=2027).update(cap=D("900.00"))
    wrong_id = person(7, office.region.code)
    wrong_id = wrong_id[:17] + ("0" if wrong_id[17] != "0" else "1")
    rows = [
        row(office, 1),
        row(office, 2),
        row(office, 3),
        row(office, 4),
        row(office, 4),
        row(office, 5, 社保卡号=card(6)),
        row(office, 6),
        row(office, 7, 身份证号=wrong_id),
        row(office, 8, 社保卡号=card(8)[:-1] + str((int(card(8)[-1]) + 1) % 10)),
        row(office, 9),
        row(office, 99),
        row(office, 10, 社保卡号=""),
        row(office, 4, 户编码=code(office, 4), 数量="154.01"),
        row(office, 12, **{"金额(元)": "900.01"}),
        row(office, 13, **{"金额(元)": "0"}),
        row(office, 14, 社保卡号=card(15)),
    ]
    roster = office.begun()
    report = rosters.import_lines(office.clerk, roster, write(tmp_path, "roster", rows))
    assert (report.written, roster.count) == (16, 16)
    R = FindingRule  # noqa: N806 - named sixteen times below
    land = {(number, R.AREA) for number in (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16)}  # they hold no land
    other = {(number, R.OTHER_AMOUNT) for number in (6, 7, 8, 9, 10, 11, 12, 14, 16)}
    twice = {(number, R.TWICE) for number in (4, 5, 13)} | {(number, R.SHARED_CARD) for number in (4, 5, 13)}
    assert found(roster) - land - other - twice == {
        (2, R.DEAD),
        (3, R.EMPLOYEE),
        (6, R.SHARED_CARD),
        (7, R.SHARED_CARD),
        (6, R.OTHER_CARD),
        (8, R.BAD_ID),
        (8, R.OTHER_CARD),  # its card is of the person with the right number
        (9, R.BAD_CARD),
        (10, R.STATE),
        (11, R.UNKNOWN),
        (12, R.NO_CARD),
        (14, R.ABOVE_CAP),
        (15, R.NOTHING),
    }
    assert land | other | twice <= found(roster)
    assert RosterFinding.objects.get(line__roster=roster, rule=R.DEAD).detail == "2026-12-01"
    with pytest.raises(RuleViolation, match="findings stop"):
        rosters.submit_roster(office.clerk, roster)
    assert fresh(roster).state == RosterState.DRAFT


def test_a_file_with_wrong_cells_changes_nothing(office, tmp_path):
    roster = office.made()
    rows = [row(office, 1, **{"金额(元)": "八百"}), row(office, 2, 户主="")]
    with pytest.raises(RegisterRefused) as refused:
        rosters.import_lines(office.clerk, roster, write(tmp_path, "roster", rows))
    assert refused.value.report.error_count == 2
    assert roster.lines.count() == 4


def test_the_same_person_in_the_roster_of_another_place(office, world):
    office.made(share=D(50))
    other = office.made(place=office.register.sumu, share=D(50))
    assert {rule for _line, rule in found(other)} == {FindingRule.TWICE}
    rosters.abandon_roster(office.clerk, other)
    second = office.made(instalment=2, share=D(50))  # another instalment pays the same people
    assert found(second) == set()


def test_unit_head_department_and_finance_sign(office):
    roster = office.made()
    rosters.submit_roster(office.clerk, roster)
    assert roster.state == RosterState.SUBMITTED
    for stranger in (office.clerk, office.officer):
        with pytest.raises(RuleViolation):
            tasks.approve(stranger, office.task(office.head))
    tasks.send_back(office.head, office.task(office.head), reason="嘎查名单不全", to="applicant")
    roster = fresh(roster)
    assert (roster.state, roster.return_reason) == (RosterState.RETURNED, "嘎查名单不全")
    rosters.make_lines(office.clerk, roster)
    rosters.submit_roster(office.clerk, roster)
    rosters.withdraw_roster(office.clerk, roster)
    assert roster.state == RosterState.DRAFT
    rosters.abandon_roster(office.clerk, roster)
    assert fresh(roster).state == RosterState.ABANDONED


def test_lines_are_kept_from_the_hand_in_on(office):
    roster = office.made()
    rosters.submit_roster(office.clerk, roster)
    lines = RosterLine.objects.filter(roster=roster)
    for change in (
        lambda: lines.update(amount=D("1.00")),
        lambda: lines.update(gacha=None),
        lambda: lines.first().delete(),
        lambda: RosterLine.objects.create(roster=roster, number=99, code="x", name="x", amount=1),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(NotAllowed):
        rosters.make_lines(office.clerk, roster)


def test_who_may_file(office, world):
    roster = office.made()
    for actor in (
        office.officer,
        office.reviewer,
        make_actor("unit_clerk", world.neighbour_unit),
        make_actor("auditor", office.region),
    ):
        with pytest.raises(NotAllowed):
            rosters.begin_roster(actor, office.unit, office.subsidy, 2027, {"instalment": 2})
        for act in (rosters.make_lines, rosters.check_roster, rosters.submit_roster, rosters.abandon_roster):
            with pytest.raises(NotAllowed):
                act(actor, roster)
    sees = {
        office.clerk: True,
        office.officer: True,
        make_actor("unit_clerk", world.neighbour_unit): False,
        make_actor("league_officer", world.tree.league): True,
        make_actor("banner_officer", world.tree.neighbour): False,
    }
    assert {actor: Roster.objects.visible_to(actor).exists() for actor in sees} == sees


def test_a_week_before_the_public_by_days_that_were_seen(office):
    roster = office.published()
    with pytest.raises(RuleViolation, match="before the public until"):
        publicity.end_publicity(office.clerk, roster)
    days_pass(roster, unseen=3)  # the machine stood still on one of them
    with pytest.raises(RuleViolation, match="before the public until"):
        publicity.end_publicity(office.clerk, roster)
    days_pass(roster)
    publicity.end_publicity(office.clerk, roster)
    assert roster.state == RosterState.READY


def test_every_objection_is_answered_by_a_second_person_first(office):
    roster = office.published()
    line = roster.lines.get(number=1)
    objection = objections.record_objection(office.clerk, roster, line, "面积与承包证不符", "巴图", "13800000000")
    days_pass(roster)
    with pytest.raises(RuleViolation, match="wait for an answer"):
        publicity.end_publicity(office.clerk, roster)
    with pytest.raises(NotAllowed, match="second person"):
        objections.answer_objection(office.clerk, objection, "核实无误", uphold=False)
    objections.answer_objection(office.head, objection, "经核实,已流转他人", uphold=True)
    with pytest.raises(NotAllowed, match="has been answered"):
        objections.answer_objection(office.head, objection, "又", uphold=False)
    publicity.end_publicity(office.clerk, roster)
    line.refresh_from_db()
    assert (line.outcome, objection.state, roster.state) == (Outcome.STOPPED, "upheld", RosterState.READY)
