"""Values by hand: proved, plausible, kept with where they came from, and the latest by its day counts."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from apps.accounts.tests.factories import client_of, make_actor
from apps.evidence.models import Entry
from apps.performance.models import ActualValue, Evaluation, EvaluationLine, ProjectYear, Target
from apps.performance.plausible import Doubtful, Reached, doubt_about
from apps.performance.scoring import Gap, Measured, judge_indicator
from apps.performance.selectors.evaluating import compute
from apps.performance.selectors.schemes import scheme_of
from apps.performance.selectors.watching import measured_of, wanted_of
from apps.performance.services import record_value
from apps.performance.services.values import keep_value, lock_year
from apps.performance.tests.collecting import DAY, clerk_of, midyear, proof, target_of
from apps.performance.tests.factories import make_year
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing.threads import at_once

__all__ = ["midyear"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midyear")]


def reached(value: str | None = "96", day: date = DAY, **other) -> Reached:
    return Reached(day, Decimal(value) if value else None, **other)


def test_a_value_by_hand_is_proved_by_a_file(world):
    of = make_year(world)
    clerk, target = clerk_of(of), target_of(of, content="验收合格率")
    with pytest.raises(RuleViolation, match="needs a file"):
        record_value(clerk, target, reached())
    made = record_value(clerk, target, reached(), [proof()], confirmed=True)
    assert not made.is_checked  # there was nothing to ask about
    target.refresh_from_db()
    assert (target.latest, made.author_id, made.source) == (made, clerk.user_id, "manual")
    stored = made.files.get().file
    assert (stored.subject_label, stored.subject_id, stored.unit_id) == (
        "performance.actualvalue",
        str(made.pk),
        of.unit_id,
    )
    assert Entry.objects.filter(event="performance.value_recorded").count() == 1


def test_a_reason_for_no_value_needs_no_file_and_counts(world):
    of = make_year(world)
    clerk, target = clerk_of(of), target_of(of, content="验收合格率")
    record_value(clerk, target, reached(), [proof()])
    record_value(clerk, target, reached(None, gap="第三方检测报告尚未出具"))
    target.refresh_from_db()
    assert (target.latest.value, target.latest.said) == (None, "第三方检测报告尚未出具")


@pytest.mark.parametrize(
    ("value", "day", "message"),
    [
        ("-1", DAY, "below zero"),
        (None, DAY, "Enter the value"),
        ("96", DAY + timedelta(days=1), "future"),
        ("96", date(2026, 12, 31), "outside"),
        ("1e17", DAY, "too large"),
    ],
)
def test_what_cannot_be_is_refused(world, value, day, message):
    of = make_year(world)
    with pytest.raises(RuleViolation, match=message):
        record_value(clerk_of(of), target_of(of, content="验收合格率"), reached(value, day), [proof()], confirmed=True)
    assert not ActualValue.objects.exists()


def test_a_slip_is_asked_about_and_never_mended(world):
    of = make_year(world)
    clerk, target = clerk_of(of), target_of(of, content="验收合格率")
    with pytest.raises(Doubtful, match="0.95 %, or is 95 % meant"):
        record_value(clerk, target, reached("0.95"), [proof()])
    made = record_value(clerk, target, reached("0.95"), [proof()], confirmed=True)
    assert (made.value, made.is_checked) == (Decimal("0.95"), True)
    assert "0.95" in Entry.objects.get(event="performance.value_recorded").facts["doubt"]


@pytest.mark.parametrize(
    ("content", "value", "doubtful"),
    [
        ("验收合格率", "95", False),
        ("验收合格率", "0", False),
        ("验收合格率", "1", True),
        ("验收合格率", "101", True),
        ("补播面积", "20000", False),
        ("补播面积", "20001", True),
        ("补播面积", "0.95", False),
    ],
)
def test_what_looks_like_a_slip(world, content, value, doubtful):
    assert bool(doubt_about(target_of(make_year(world), content=content), Decimal(value))) is doubtful


@pytest.mark.parametrize(
    ("tier", "share", "fine"),
    [("reached", "80", True), ("reached", "100", True), ("reached", "79.99", False), ("partly", "80", False),
     ("partly", "60", True), ("missed", "60", False), ("missed", "0", True), ("", "90", False), ("partly", None, False)],
)  # fmt: skip
def test_goals_in_words_take_a_tier_and_a_share_inside_it(world, tier, share, fine):
    of = make_year(world)
    given = Reached(DAY, tier=tier, share=Decimal(share) if share else None)
    clerk, target = clerk_of(of), target_of(of, content="生态意识")
    if fine:
        assert record_value(clerk, target, given, [proof()]).tier == tier
    else:
        with pytest.raises(RuleViolation):
            record_value(clerk, target, given, [proof()])


def test_the_latest_by_its_day_counts_and_of_one_day_the_later(world):
    of = make_year(world)
    clerk, target = clerk_of(of), target_of(of, content="验收合格率")
    newest = record_value(clerk, target, reached("90"), [proof()])
    record_value(clerk, target, reached("80", DAY - timedelta(days=30)), [proof()])
    target.refresh_from_db()
    assert target.latest == newest
    same_day = record_value(clerk, target, reached("91"), [proof()])
    target.refresh_from_db()
    assert target.latest == same_day


@pytest.mark.django_db(transaction=True)
def test_of_two_values_at_once_the_latest_counts(world):
    of = make_year(world)
    target = target_of(of, content="验收合格率")

    def record(day: date):
        def run():
            with transaction.atomic():
                lock_year(of.pk)
                keep_value(clerk, target, reached("90", day))

        return run

    clerk = clerk_of(of)
    at_once([record(DAY - timedelta(days=number)) for number in range(4)])
    target.refresh_from_db()
    assert (target.values.count(), target.latest.as_of) == (4, DAY)


def test_others_record_nothing(world):
    of = make_year(world)
    target = target_of(of, content="验收合格率")
    for actor in (make_actor("banner_officer", of.region), make_actor("unit_clerk", world.neighbour_unit)):
        with pytest.raises(NotAllowed):
            record_value(actor, target, reached(), [proof()])
    ProjectYear.objects.update(state="settled")
    with pytest.raises(NotAllowed, match="settled"):
        record_value(clerk_of(of), target, reached(), [proof()])


def test_the_page_of_a_target_tells_each_value_with_its_file(world, django_assert_max_num_queries):
    of = make_year(world)
    clerk, target = clerk_of(of), target_of(of, content="验收合格率")
    for value in ("90", "91", "92"):
        record_value(clerk, target, reached(value), [proof()])
    client = client_of("unit_clerk", of.unit)
    with django_assert_max_num_queries(16):
        text = client.get(reverse("performance:target", args=[target.pk])).content.decode()
    assert text.count("现场照片.txt") == 3
    assert "92%" in text
    stranger = client_of("unit_clerk", world.neighbour_unit)
    assert stranger.get(reverse("performance:target", args=[target.pk])).status_code == 404


def test_the_form_asks_about_a_slip_and_takes_the_confirmation(world):
    of = make_year(world)
    target = target_of(of, content="验收合格率")
    client, url = client_of("unit_clerk", of.unit), reverse("performance:value_new", args=[target.pk])
    sent = {"as_of": DAY.isoformat(), "value": "0.95", "file": proof()}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert 'name="confirmed"' in answer.content.decode()
    assert client.post(url, sent | {"file": proof(), "confirmed": "on"}).status_code == 302
    assert target.values.get().value == Decimal("0.95")
    line = EvaluationLine(target=Target.objects.select_related("latest").get(pk=target.pk), weight=target.weight)
    compute(evaluation_of(of), [line])
    assert (line.gap, line.computed) == ("", Decimal("0.15"))  # 0.95 of 95 %, of 15 points
    page = client.get(reverse("performance:target", args=[target.pk])).content.decode()
    with translation.override("zh-hans"):
        assert str(ActualValue._meta.get_field("is_checked").verbose_name) in page


def test_a_small_limit_that_was_far_exceeded_is_recorded_by_confirming_it(world):
    goal = ("quality", "差错率", "at_most", "0.5", "%", "15", "manual")
    of = make_year(world, [goal])
    clerk, target = clerk_of(of), of.targets.get()
    with pytest.raises(Doubtful):
        record_value(clerk, target, reached("40"), [proof()])
    made = record_value(clerk, target, reached("40"), [proof()], confirmed=True)
    judged = judge_indicator(wanted_of(target), measured_of(made))
    assert (judged.gap, judged.score) == (None, 0)


def test_every_suspected_fraction_is_asked_about(world):
    """Else it could neither be scored nor confirmed."""
    of = make_year(world, [("quality", "差错率下降", "at_least", "-0.5", "%", "15", "manual")])
    target = of.targets.get()
    for value in ("40", "-40"):
        assert judge_indicator(wanted_of(target), Measured(Decimal(value))).gap == Gap.FRACTION
        assert "written as a fraction" in doubt_about(target, Decimal(value))


def evaluation_of(of) -> Evaluation:
    return Evaluation(of=of, scheme=scheme_of(of.region, of.year_id), execution_weight=0)
