"""Sources give values or say why not; a row is added only where something is new; where it came from is told."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from apps.accounts.tests.factories import client_of, make_actor
from apps.lowcode.tests.rows import make_case
from apps.performance import selfchecks
from apps.performance.models import ActualValue, ProjectYear
from apps.performance.services import collect_due, collect_now, fold_money, record_value
from apps.performance.sources import SOURCES, WHOLE_KEYS
from apps.performance.tests.collecting import DAY, clerk_of, make_funded, midyear, pay, proof, target_of
from apps.performance.tests.factories import make_year
from apps.performance.tests.test_values import reached
from apps.projects.models import GoalSource
from apps.subsidy.tests.rosters import answer, make_office
from imbudget.kit.errors import NotAllowed

__all__ = ["midyear"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("midyear")]
# content, unit of measure, source
EVERY = tuple(
    ("quantity", source.value, "at_least", "50", measure, "9", source.value)
    for source, measure in (
        (GoalSource.EXECUTION, "%"),
        (GoalSource.PAID, "元"),
        (GoalSource.PROGRESS, "亩"),
        (GoalSource.FINISHED, "天"),
        (GoalSource.HOUSEHOLDS, "户"),
        (GoalSource.AREA, "万亩"),
        (GoalSource.APPROVAL, "天"),
        (GoalSource.REVIEW, "天"),
        (GoalSource.SURVEY, "%"),
        (GoalSource.MANUAL, "个"),
    )
)


def latest(of: ProjectYear) -> dict[str, tuple]:
    rows = of.targets.select_related("latest")
    return {one.content: (one.latest.value, one.latest.gap) if one.latest else None for one in rows}


def test_every_source_but_the_hand_is_in_the_registry():
    assert set(SOURCES) == set(GoalSource.values) - {GoalSource.MANUAL}


def test_each_source_gives_a_value_or_says_why_not(world):
    of, authority = make_funded(world, EVERY)
    pay(authority, "150.00")
    assert collect_now(clerk_of(of), of) == 9
    assert latest(of) == {
        "execution": (Decimal("21.43"), ""),
        "paid": (150, ""),
        "progress": (None, "no_report"),
        "finished": (None, "no_report"),
        "households": (None, "no_roster"),
        "area": (None, "no_roster"),
        "approval": (None, "no_case"),
        "review": (None, "no_review"),
        "survey": (None, "no_survey"),
        "manual": None,
    }
    made = target_of(of, content="paid").latest
    assert (made.as_of, made.author, made.subject_label) == (DAY, None, "projects.project")


def test_nothing_is_added_where_nothing_is_new(world):
    of, authority = make_funded(world, EVERY)
    assert (collect_due(), collect_due()) == (9, 0)
    pay(authority, "70.00")
    assert collect_due() == 2  # execution rate and amount paid
    assert latest(of)["execution"] == (10, "")
    assert "1" in selfchecks.values()


def test_a_source_that_disappears_is_said_and_no_old_value_counts(world):
    of, authority = make_funded(world, EVERY)
    case = make_case(of.unit, subject="projects.application", document_id=of.project_id, step="", state="approved")
    now = timezone.now()
    type(case).objects.filter(pk=case.pk).update(started_at=now - timedelta(days=6), ended_at=now)
    collect_due()
    assert latest(of)["approval"] == (6, "")
    type(case).objects.filter(pk=case.pk).update(state="withdrawn")
    assert collect_due() == 1
    assert latest(of)["approval"] == (None, "no_case")
    assert target_of(of, content="approval").values.count() == 2


def test_what_is_entered_by_hand_counts_until_the_source_says_something_new(world):
    of, _authority = make_funded(world, EVERY)
    collect_due()
    target = target_of(of, content="households")
    made = record_value(clerk_of(of), target, reached("48"), [proof()])
    assert collect_due() == 0
    target.refresh_from_db()
    assert target.latest == made


def test_what_is_reported_later_for_an_earlier_day_counts_more_than_the_gap(world):
    of, _authority = make_funded(world, EVERY)
    collect_due()
    target = target_of(of, content="households")
    made = record_value(clerk_of(of), target, reached("48", DAY - timedelta(days=60)), [proof()])
    target.refresh_from_db()
    assert target.latest == made


def test_an_unknown_unit_of_measure_is_said(world):
    goals = [("quantity", "支付", "at_least", "1", "千元", "90", "paid")]
    of, _authority = make_funded(world, goals)
    collect_due()
    assert latest(of)["支付"] == (None, "measure")


def test_households_and_area_come_from_rosters_that_were_paid(world):
    office = make_office(world)
    of = make_year(world, EVERY)
    office.treasury.authority = authority_of(world, of)
    roster, request = office.asked()
    collect_due()
    assert latest(of)["households"] == (0, "")
    answer(request, failed={2})
    collect_due()
    paid = roster.lines.filter(outcome="paid")
    area = sum(line.quantity for line in paid)
    assert latest(of)["households"] == (paid.count(), "")
    assert latest(of)["area"] == (round(area / 10_000, 4), "")
    target = target_of(of, content="households")
    assert (target.latest.subject_label, target.latest.subject_id) == ("subsidy.roster", str(roster.pk))
    text = client_of("unit_clerk", of.unit).get(reverse("performance:target", args=[target.pk])).content.decode()
    assert roster.get_absolute_url() in text


def authority_of(world, of):
    from apps.ledger.models import Authority
    from apps.ledger.tests.factories import issue

    pool = Authority.objects.filter(region=of.region, state="unallocated").select_related("balance").first()
    from apps.projects.models import PolicyTag

    of.project.tags.set(PolicyTag.objects.all())
    return issue(world, pool, "5000.00", project=of.project, function=world.codes.managing)


def test_settled_years_are_left_alone(world):
    of, _authority = make_funded(world, EVERY)
    ProjectYear.objects.update(state="settled")
    assert (collect_due(), ActualValue.objects.count()) == (0, 0)
    of.refresh_from_db()
    with pytest.raises(NotAllowed, match="settled"):
        collect_now(clerk_of(of), of)


def test_who_may_collect(world):
    of, _authority = make_funded(world, EVERY)
    fold_money()
    collect_now(make_actor("banner_officer", of.region), of)
    for actor in (make_actor("unit_clerk", world.neighbour_unit), make_actor("league_officer", of.region.parent)):
        with pytest.raises(NotAllowed):
            collect_now(actor, of)


def test_the_button_says_how_many_are_new(world):
    of, _authority = make_funded(world, EVERY)
    client, url = client_of("unit_clerk", of.unit), reverse("performance:year_collect", args=[of.pk])
    assert client.get(url).status_code == 200
    assert "采集到9条新数据" in client.post(url, follow=True).content.decode()
    assert "没有新的数据" in client.post(url, follow=True).content.decode()


def test_a_night_takes_the_same_number_of_statements_for_one_and_for_many(world, django_assert_max_num_queries):
    make_funded(world, EVERY)
    for _number in range(3):
        make_year(world, EVERY)
    with django_assert_max_num_queries(26):
        collect_due()


@pytest.mark.parametrize(
    ("keys", "kept"),
    [
        ("12,34", "12,34"),
        (",".join(["1234567"] * 5), ",".join(["1234567"] * 5)),  # 39 characters
        (",".join(["1234567"] * 6), ",".join(["1234567"] * 5)),
        ("1234567890123,1234567890123,123456789012,7", "1234567890123,1234567890123,123456789012"),  # 40 and one more
    ],
)
def test_no_roster_is_named_by_a_part_of_its_key(keys, kept):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {WHOLE_KEYS} FROM (SELECT %s::text AS keys) k", [keys])  # noqa: S608 - a constant
        assert cursor.fetchone() == (kept,)
