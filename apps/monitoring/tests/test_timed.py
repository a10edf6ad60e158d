"""Timed rules: what each measure finds and what it nearly finds, once for a period, from where the last run stopped."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from apps.disbursement.models import PaymentRequest
from apps.disbursement.tests.factories import make_treasury, row
from apps.ledger.models import Authority
from apps.ledger.services import use
from apps.monitoring import services
from apps.monitoring.measures import MEASURES
from apps.monitoring.models import Alarm, PaceCurve, RuleRun
from apps.monitoring.tests.factories import SYSTEM, rule_of

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def treasury(world):
    return make_treasury(world)


def timed(treasury, measure, **parameters):
    values = {"phase": "timed", "measure": measure, "condition": None, "parameters": parameters}
    return rule_of(treasury.region.get_root(), "T1", **values)


def run(version, day):
    return services.run_timed(day, [version])["T1"]


def spend(treasury, amount):
    use.reserve(treasury.clerk, treasury.authority, D(amount), f"t:{amount}")
    use.spend(SYSTEM, treasury.authority, D(amount), f"t:{amount}:paid", f"t:{amount}")


def paid(treasury, amount, day, name="呼和浩特市蒙原纸业有限公司", **head):
    request = treasury.submitted(row(amount, name=name), **head)
    moment = timezone.make_aware(timezone.datetime(day.year, day.month, day.day, 9))
    PaymentRequest.objects.filter(pk=request.pk).update(submitted_at=moment)
    return request


def test_every_measure_is_a_statement_that_runs(treasury):
    """On an empty year none finds anything, and all of them read their parameters."""
    for key in MEASURES:
        version = rule_of(
            treasury.region, f"M-{key[:16].upper().replace('_', '-')}", phase="timed", measure=key, condition=None
        )
        assert services.run_timed(date(2020, 11, 20), [version]) == {version.rule.code: 0}


@pytest.mark.parametrize(
    ("spent", "found", "level"), [("200.00", 1, "red"), ("330.00", 1, "yellow"), ("400.00", 0, "")]
)
def test_slow_execution_is_graded_against_the_straight_line(treasury, spent, found, level):
    """By the end of June half of 1,000 yuan: 400 are four fifths of it, 300 three fifths."""
    version = timed(treasury, "pace_slow", least="0")
    spend(treasury, spent)
    assert run(version, date(2027, 7, 15)) == found
    if found:
        alarm = Alarm.objects.get()
        assert (alarm.level, alarm.unit_id, alarm.figures["month"]) == (level, treasury.unit.pk, 6)
        assert D(str(alarm.figures["expected"])) == D("500.00")


def test_a_season_has_its_own_curve(treasury):
    function = treasury.authority.function.code
    PaceCurve.objects.create(name="平均", function="", shares=[*range(8, 96, 8), 100])
    PaceCurve.objects.create(name="秋季", function=function[:3], shares=[0, 0, 0, 0, 0, 10, 20, 40, 60, 80, 90, 100])
    version = timed(treasury, "pace_slow", least="0")
    spend(treasury, "90.00")
    assert run(version, date(2027, 7, 15)) == 0
    assert run(version, date(2027, 10, 1)) == 1
    assert D(str(Alarm.objects.get().figures["expected"])) == D("600.00")


def test_a_run_raises_nothing_twice_and_looks_at_each_month_once(treasury):
    version = timed(treasury, "pace_slow", least="0")
    assert [run(version, date(2027, 7, day)) for day in (15, 15, 16)] == [1, 0, 0]
    assert run(version, date(2027, 8, 1)) == 1
    assert run(version, date(2027, 1, 20)) == 0
    assert RuleRun.objects.get().day == date(2027, 8, 1)


def test_fast_execution(treasury):
    version = timed(treasury, "pace_fast", least="0")
    spend(treasury, "700.00")
    assert run(version, date(2027, 7, 15)) == 0
    spend(treasury, "50.00")
    assert run(version, date(2027, 9, 1)) == 0
    spend(treasury, "240.00")
    assert run(version, date(2027, 10, 1)) == 1


def test_payments_heaped_at_the_end_of_the_year(treasury):
    version = timed(treasury, "year_end", least="0")
    paid(treasury, "100.00", date(2027, 3, 1))
    paid(treasury, "100.00", date(2027, 11, 2), purpose="二")
    assert run(version, date(2027, 10, 31)) == 0
    assert run(version, date(2027, 11, 20)) == 0
    RuleRun.objects.update(seen_to=timezone.now())
    paid(treasury, "1.00", date(2027, 11, 3), purpose="三")
    PaymentRequest.objects.update(submitted_at=timezone.make_aware(timezone.datetime(2027, 11, 3, 9)))
    RuleRun.objects.update(seen_to=timezone.make_aware(timezone.datetime(2027, 11, 2)))
    assert run(version, date(2027, 11, 21)) == 1


def test_only_what_was_touched_since_is_looked_at(treasury):
    version = timed(treasury, "year_end", least="0")
    paid(treasury, "100.00", date(2027, 11, 2))
    assert run(version, date(2027, 11, 20)) == 1
    RuleRun.objects.update(seen_to=timezone.make_aware(timezone.datetime(2027, 11, 10)))
    assert run(version, date(2027, 11, 21)) == 0


def test_upper_money_that_stands_still(treasury):
    """The term is counted from the day the money arrived: it is told on the first run after it, and once."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # elements are kept for ever
        cursor.execute(
            "UPDATE ledger_authority SET upper_document_number = '内财农〔2027〕1号' WHERE state = 'executable'"
        )
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    arrived = Authority.objects.get(pk=treasury.authority.pk).created_at.date()
    version = timed(treasury, "not_paid", least="0", days="180")
    year = date(2027, 1, 1) if arrived.year != 2027 else arrived
    late = max(arrived + timedelta(days=182), year)
    early = arrived + timedelta(days=100)
    if early.year == 2027:
        assert run(version, early) == 0
    assert late.year == 2027
    assert run(version, late) == 1
    assert run(version, late + timedelta(days=1)) == 0
    alarm = Alarm.objects.get()
    assert (alarm.authority_id, alarm.amount) == (treasury.authority.pk, D("1000.00"))


def test_a_share_of_payees(treasury):
    version = timed(treasury, "downward", least="0", share="60")
    paid(treasury, "39.00", date(2027, 5, 2))
    paid(treasury, "60.00", date(2027, 5, 2), name="赛罕苏木人民政府", purpose="二")
    assert run(version, date(2027, 5, 20)) == 1
    assert Alarm.objects.get().figures["share"] == 60.61


def test_digits_that_are_no_accident(treasury):
    version = timed(treasury, "benford", payments="30")
    rows = [row("9.00", name=f"牧户{number}·苏和", number=number) for number in range(1, 41)]
    request = treasury.submitted(*rows)
    PaymentRequest.objects.filter(pk=request.pk).update(submitted_at=timezone.make_aware(timezone.datetime(2027, 5, 2)))
    assert run(version, date(2027, 5, 20)) == 1
    assert Alarm.objects.get().figures["digit"] == 9


def test_an_exempt_unit_is_let_pass(treasury):
    version = timed(treasury, "pace_slow", least="0")
    version.rule.exemptions.create(kind="unit", value=treasury.unit.code, basis="批复", valid_from=date(2020, 1, 1))
    assert run(version, date(2027, 7, 15)) == 0
