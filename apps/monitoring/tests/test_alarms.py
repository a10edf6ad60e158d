"""The way of an alarm: who judges, who answers, what is asked of each act, and who is told when it is late."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.evidence.models import Entry
from apps.files.services import store_file
from apps.monitoring import services
from apps.monitoring.models import Alarm, AlarmStep
from apps.monitoring.selectors.digest import by_level, what_waits
from apps.monitoring.selectors.rules import measured
from apps.monitoring.tests.factories import finding, make_watch, rule_of
from apps.notices.models import Notice
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def watch(world):
    return make_watch(world)


def state(alarm):
    return Alarm.objects.get(pk=alarm.pk).state


def test_from_suspicion_to_settlement(watch):
    alarm = watch.violation()
    assert (state(alarm), alarm.refund) == ("violation", D("100.00"))
    services.issue_alarm(watch.judge, alarm)
    told = Notice.objects.filter(kind="monitoring.issued").values_list("user_id", flat=True)
    assert watch.head.user_id in told
    services.answer_alarm(watch.head, alarm, "已退回")
    services.send_back_alarm(watch.judge, alarm, "缺凭证", timezone.localdate() + timedelta(days=5))
    assert state(alarm) == "returned"
    services.answer_alarm(watch.head, alarm, "凭证附后")
    services.close_alarm(watch.judge, alarm, "已核对")
    assert state(alarm) == "closed"
    steps = list(AlarmStep.objects.values_list("act", flat=True))
    assert steps == ["violation", "issued", "answered", "returned", "answered", "closed"]
    assert Entry.objects.filter(event__startswith="monitoring.alarm_", subject_id=str(alarm.pk)).count() == 6
    for act in (services.issue_alarm, services.close_alarm):
        with pytest.raises(NotAllowed):
            act(watch.judge, alarm)


def test_who_may_not_judge_or_answer(watch, world):
    alarm = watch.alarm()
    strangers = [
        watch.head,
        make_actor("banner_officer", watch.treasury.region),
        make_actor("treasury_clerk", world.tree.neighbour),
        make_actor("treasury_officer", world.tree.league),
        make_actor("auditor", watch.treasury.region),
    ]
    for actor in strangers:
        with pytest.raises(NotAllowed):
            services.judge_normal(actor, alarm, "正常")
        with pytest.raises(NotAllowed):
            services.judge_violation(actor, alarm, finding())
    watch.violation(alarm)
    for actor in strangers:
        with pytest.raises(NotAllowed):
            services.issue_alarm(actor, alarm)
    services.issue_alarm(watch.judge, alarm)
    for actor in (watch.judge, make_actor("unit_head", world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            services.answer_alarm(actor, alarm, "已退回")
    assert state(alarm) == "with_unit"


def test_nobody_judges_a_payment_of_their_own(watch):
    alarm = watch.alarm()
    alarm.request.author_id = watch.judge.user_id
    with pytest.raises(NotAllowed, match="they have made"):
        services.judge_normal(watch.judge, alarm, "正常")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"violation": None}, "type of violation"),
        ({"finding": ""}, "what was found"),
        ({"demands": ""}, "what is demanded"),
        ({"due": date(2020, 1, 1)}, "from today on"),
        ({"due": None}, "from today on"),
        ({"refund": D("150.01")}, "more than the amount concerned"),
        ({"refund": D("-1.00")}, "."),
        ({"finding": "长" * 2001}, "2000"),
    ],
)
def test_a_finding_that_is_not_whole_is_refused(watch, values, words):
    alarm = watch.alarm()
    with pytest.raises((RuleViolation, Exception), match=words):
        services.judge_violation(watch.judge, alarm, finding(**values))
    assert state(alarm) == "suspected"


def test_a_rule_may_ask_for_a_file(world, watch):
    strict = rule_of(watch.treasury.region, "F1", needs_evidence=True)
    watch.version = strict
    alarm = watch.violation()
    services.issue_alarm(watch.judge, alarm)
    with pytest.raises(RuleViolation, match="Attach a file"):
        services.answer_alarm(watch.head, alarm, "已退回")
    sheet = store_file(
        watch.head, upload=ContentFile("退回凭证".encode(), name="凭证.txt"), region=alarm.region, unit=alarm.unit
    )
    services.answer_alarm(watch.head, alarm, "已退回", [sheet])
    assert (state(alarm), alarm.files.get().of_unit) == ("answered", True)


def test_late_answers_are_told_once_for_each_term(watch):
    alarm = watch.violation()
    services.issue_alarm(watch.judge, alarm)
    assert services.escalate_overdue(date(2999, 1, 1)) == 0
    assert services.escalate_overdue(date(2999, 1, 2)) == 1
    assert services.escalate_overdue(date(2999, 1, 3)) == 0
    told = set(Notice.objects.filter(kind="monitoring.overdue").values_list("user_id", flat=True))
    judges = (watch.judge, watch.treasury.officer, watch.treasury.keeper)
    assert told == {watch.head.user_id, *(judge.user_id for judge in judges)}


def test_two_judges_do_not_judge_twice(watch):
    alarm, stale = watch.alarm(), Alarm.objects.select_related("request", "rule", "version").get()
    services.judge_normal(watch.judge, alarm, "正常")
    with pytest.raises(RuleViolation):
        services.judge_violation(watch.judge, stale, finding())
    assert state(alarm) == "normal"


def test_hits_confirmed_and_false_alarms_are_measured(watch):
    services.judge_normal(watch.judge, watch.alarm(purpose="一"), "正常")
    for purpose in ("二", "三", "四"):
        watch.violation(watch.alarm("200.00", purpose=purpose))
    watch.alarm(purpose="五")
    rates = measured([watch.version.rule_id])[watch.version.rule_id]
    assert (rates["hits"], rates["confirmed"], rates["false"], rates["open"]) == (5, 3, 1, 1)
    assert (rates["confirmed_rate"], rates["false_rate"], rates["amount"]) == (75.0, 25.0, D("900.00"))


def test_the_digest_and_the_home_page_count_what_waits(watch, django_assert_num_queries):
    issued = watch.violation(watch.alarm(purpose="一"))
    services.issue_alarm(watch.judge, issued)
    watch.alarm(purpose="二")
    other = make_actor("banner_officer", watch.treasury.region)
    people = [watch.judge.user_id, watch.head.user_id, other.user_id]
    with django_assert_num_queries(3):
        lines = what_waits(people)
    assert lines[watch.judge.user_id][0].params == {"count": "1", "red": "0", "answers": "0"}
    assert lines[watch.head.user_id][0].params == {"count": "1", "late": "0"}
    assert other.user_id not in lines
    with django_assert_num_queries(1):
        shown = by_level(watch.judge)
    assert (shown["open"], shown["to_judge"], shown["to_answer"]) == (2, 1, 1)
