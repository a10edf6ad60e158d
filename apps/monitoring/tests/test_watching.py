"""Watching inside the hand-in: facts from the database, constant queries, alarms that stay, what was judged passes."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.disbursement.services import RowInput
from apps.disbursement.tests.factories import make_treasury, row
from apps.evidence.models import Entry
from apps.monitoring import services
from apps.monitoring.facts import FACTS, GROUPS
from apps.monitoring.models import Alarm, RuleVersion, VersionState
from apps.monitoring.selectors.gathering import gather
from apps.monitoring.tests.factories import load_all, make_watch, rule_of

pytestmark = pytest.mark.django_db
D = Decimal
EVERY = [fact.key for fact in FACTS]


@pytest.fixture
def treasury(world):
    return make_treasury(world)


def to_own(treasury, amount="10.00", number=1):
    return row(amount, name=treasury.unit.name, number=number)


def facts_of(request):
    payment = gather([request], EVERY)[0]
    return payment.head | payment.rows[0].facts


def test_facts_come_from_the_request_its_authority_and_what_was_paid_before(treasury):
    first = treasury.submitted(row("30.00"))
    PaymentRequest.objects.filter(pk=first.pk).update(submitted_at=timezone.now() - timedelta(days=3))
    second = facts_of(treasury.submitted(row("30.00")))
    assert (second["same_30_days"], second["payee_times"], second["payee_sum_year"]) == (1, 1, D("60.00"))
    assert (second["payee_kind"], second["account_other_name"], second["failed_before"]) == ("person", False, 0)
    assert (second["available"], second["execution_rate"]) == (D("940.00"), D("6.00"))
    other = facts_of(treasury.submitted(row("30.00", name="别人")))
    assert (other["account_other_name"], other["same_30_days"]) == (True, 2)
    assert facts_of(treasury.submitted(row("30.00", name="阿拉坦・其木格", number=2)))["payee_times"] == 0


def test_what_is_older_than_thirty_days_or_of_another_purpose_is_no_repetition(treasury):
    first = treasury.submitted(row("30.00"))
    assert facts_of(treasury.submitted(row("30.00"), purpose="另一用途"))["same_30_days"] == 0
    PaymentRequest.objects.filter(pk=first.pk).update(submitted_at=timezone.now() - timedelta(days=31))
    assert facts_of(treasury.submitted(row("30.00")))["same_30_days"] == 0


def test_what_failed_was_not_paid(treasury):
    """A name that the bank refused and that was corrected since is no other name, and paying it anew no repetition."""
    first = treasury.submitted(row("30.00", name="错名·其木格"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # the bank's answer is not what is tested here
        cursor.execute("UPDATE disbursement_paymentrow SET outcome = 'failed' WHERE request_id = %s", [first.pk])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    again = facts_of(treasury.submitted(row("30.00")))
    assert (again["account_other_name"], again["same_30_days"], again["payee_times"]) == (False, 0, 0)
    assert again["failed_before"] == 1


def test_the_accounts_of_the_unit_and_of_its_office_are_known(treasury):
    request = treasury.submitted(RowInput("某公司", treasury.account.number, D("5.00")))
    assert facts_of(request)["account_is_own"] is True
    assert facts_of(treasury.submitted(to_own(treasury)))["payee_kind"] == "own"


def test_a_payment_to_the_unit_itself_is_stopped_with_rule_and_clause(treasury):
    load_all()
    request = treasury.submitted(to_own(treasury, "250.00"), purpose="转入基本户备用")
    word = services.watch(treasury.clerk, request)
    assert len(word.stops) == 1
    for part in ("NM01", "向本单位实有资金账户划转", "财库〔2017〕76号", treasury.unit.name, "250.00"):
        assert part in word.stops[0]
    alarm = Alarm.objects.get(request=request, rule__code="NM01")
    assert (alarm.mode, alarm.level, alarm.amount, alarm.state) == ("block", "red", D("250.00"), "suspected")
    assert alarm.figures["payee_kind"] == "own"
    assert alarm.rows[0]["account"].endswith("0001")
    assert "6228" not in str(alarm.rows)
    entry = Entry.objects.filter(event="monitoring.alarms_raised", subject_id=str(request.pk)).get()
    assert "NM01" in entry.facts["rules"]


def test_an_alarm_is_raised_once_and_passes_once_judged_in_order(world):
    watch = make_watch(world)
    alarm = watch.alarm()
    request = alarm.request
    again = services.watch(watch.treasury.clerk, request)
    assert (len(again.warns), Alarm.objects.count()) == (1, 1)
    services.judge_normal(watch.judge, alarm, "合同已核对")
    assert services.watch(watch.treasury.clerk, request).warns == ()
    PaymentRequest.objects.filter(pk=request.pk).update(purpose="另有他用")
    request.refresh_from_db()
    assert len(services.watch(watch.treasury.clerk, request).warns) == 1
    assert Alarm.objects.count() == 2


def test_a_lower_level_tightens_and_never_loosens(treasury):
    root = treasury.region.get_root()
    upper = rule_of(root, "U1", mode="warn", level="orange")
    request = treasury.submitted(row("150.00"))
    assert len(services.watch(treasury.clerk, request).warns) == 1
    officer = make_actor("treasury_officer", treasury.region)
    values = {
        "name_zh_hans": "更严",
        "text_zh_hans": "停。",
        "basis_zh_hans": "旗办法",
        "condition": {"fact": "amount", "op": ">=", "value": "50.00"},
        "valid_from": date(2020, 1, 1),
        "mode": "hint",
        "level": "orange",
    }
    version = services.start_rule(officer, treasury.region, "B1", values, upper=upper.rule)
    with pytest.raises(Exception, match="may not be looser"):
        services.submit_version(officer, version)
    services.save_version(officer, version, version.revision, {"mode": "block", "level": "red"})
    services.rules.enforce(version, "load")
    word = services.watch(treasury.clerk, request)
    assert (len(word.stops), word.warns) == (1, ())
    small = treasury.submitted(row("120.00", number=2), purpose="别的事由")
    RuleVersion.objects.filter(pk=version.pk).update(state=VersionState.ENDED)
    assert services.watch(treasury.clerk, small).stops == ()


def test_rules_of_other_regions_and_other_days_do_not_watch(treasury, world):
    rule_of(world.tree.neighbour, "N1")
    rule_of(treasury.region, "E1", valid_from=date(2020, 1, 1), valid_to=date(2020, 12, 31))
    assert services.watch(treasury.clerk, treasury.submitted(row("500.00"))).warns == ()


def asked_by(treasury, request):
    with CaptureQueriesContext(connection) as queries:
        services.watch(treasury.clerk, request)
    return len(queries)


def test_queries_do_not_grow_with_rules_or_payees(treasury):
    """Five rules that ask for every group of facts, then fifty; one payee, then thirty."""
    groups = {group: fact for fact, group in GROUPS.items()}
    for number, fact in enumerate(sorted(groups.values())):
        rule_of(
            treasury.region,
            f"G{number}",
            condition={"any": [{"fact": fact, "op": "empty"}, {"fact": fact, "op": "filled"}]},
        )
    few = asked_by(treasury, treasury.submitted(row("10.00")))
    load_all()
    assert RuleVersion.objects.filter(state=VersionState.IN_FORCE).count() >= 50
    many = asked_by(treasury, treasury.submitted(row("10.00"), purpose="购草二"))
    crowd = [row("10.00", name=f"牧户{number}·苏和", number=number) for number in range(1, 31)]
    wide = asked_by(treasury, treasury.submitted(*crowd, purpose="购草三"))
    assert few == many == wide
    assert few <= 16


def test_a_fact_that_no_rule_asks_for_costs_no_query(treasury):
    rule_of(treasury.region)
    with CaptureQueriesContext(connection) as queries:
        services.watch(treasury.clerk, treasury.submitted(row("1.00")))
    assert not any("disbursement_payaccount" in one["sql"] and "number_index" in one["sql"] for one in queries)


def test_what_was_seen_never_changes(world):
    watch = make_watch(world)
    alarm = watch.alarm()
    for change in (
        lambda: Alarm.objects.update(figures={}),
        lambda: Alarm.objects.update(amount=D("1.00")),
        lambda: Alarm.objects.all().delete(),
        lambda: RuleVersion.objects.filter(pk=watch.version.pk).update(condition={"fact": "amount", "op": "empty"}),
        lambda: RuleVersion.objects.filter(pk=watch.version.pk).update(mode="hint"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    assert Alarm.objects.get().figures == alarm.figures
    assert PaymentRow.objects.filter(request=alarm.request).exists()
