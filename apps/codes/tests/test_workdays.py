"""Working days: the week, what the calendar says against it, and which region's word counts."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from apps.codes import services, workdays
from apps.codes.models import CalendarDay, DayKind
from apps.codes.tests.factories import ACTOR
from apps.evidence.models import Entry
from apps.regions.models import Region
from apps.regions.tests.factories import Tree, make_region, make_tree

pytestmark = pytest.mark.django_db
FRIDAY, MONDAY = date(2026, 9, 18), date(2026, 9, 21)


@pytest.fixture
def tree() -> Tree:
    return make_tree()


def say(day: date, kind: str, region: Region | None = None) -> None:
    services.put_calendar_day(ACTOR, day, region, {"kind": kind, "name_zh_hans": "某日"})


def test_without_a_calendar_a_week_has_five_days():
    assert workdays.add_working_days(FRIDAY, 1) == MONDAY
    assert workdays.add_working_days(FRIDAY, 6) == date(2026, 9, 28)
    assert workdays.add_working_days(FRIDAY, 0) == FRIDAY
    assert workdays.add_working_days(MONDAY, -1) == FRIDAY
    assert workdays.working_days_between(FRIDAY, date(2026, 9, 20)) == 0
    assert workdays.working_days_between(FRIDAY, MONDAY) == 1


def test_a_passed_day_counts_negative():
    assert workdays.working_days_between(MONDAY, FRIDAY) == -1
    assert workdays.working_days_between(date(2026, 9, 24), MONDAY) == -3


def test_holidays_are_left_out_and_make_up_days_count():
    call_command("import_calendar", str(Path(settings.BASE_DIR) / "fixtures" / "calendar.csv"), verbosity=0)
    # 20 September 2026 is a Sunday that is worked; 1 to 7 October are free, Saturday the 10th is worked.
    assert workdays.add_working_days(FRIDAY, 1) == date(2026, 9, 20)
    assert workdays.add_working_days(date(2026, 9, 30), 1) == date(2026, 10, 8)
    assert workdays.working_days_between(date(2026, 9, 30), date(2026, 10, 10)) == 3
    assert workdays.add_working_days(date(2026, 10, 8), -1) == date(2026, 9, 30)


def test_the_nearest_region_decides_and_neighbours_do_not_care(tree: Tree):
    say(MONDAY, DayKind.HOLIDAY)
    say(MONDAY, DayKind.WORKDAY, tree.league)
    say(MONDAY, DayKind.LOCAL_HOLIDAY, tree.banner)
    free = {
        place: not workdays.calendar_of(place).is_working(MONDAY)
        for place in (None, tree.root, tree.league, tree.banner, tree.neighbour, tree.far_banner)
    }
    assert list(free.values()) == [True, True, False, True, False, True]
    several = workdays.calendars_of([tree.banner.pk, tree.neighbour.pk, tree.far_banner.pk])
    assert [several[place.pk].is_working(MONDAY) for place in (tree.banner, tree.neighbour, tree.far_banner)] == [
        False,
        True,
        False,
    ]


def test_a_region_read_before_the_tree_was_changed_still_counts_rightly(tree: Tree):
    old = Region.objects.get(pk=tree.far_banner.pk)
    say(MONDAY, DayKind.LOCAL_HOLIDAY, tree.other_league)
    for number in range(5):
        make_region(f"15010{number + 3}", f"区{number}", parent=Region.objects.get(pk=tree.league.pk))
    assert workdays.add_working_days(FRIDAY, 1, old) == date(2026, 9, 22)


def test_counting_asks_once_and_several_calendars_ask_twice(tree: Tree, django_assert_num_queries):
    say(MONDAY, DayKind.HOLIDAY)
    with django_assert_num_queries(1):
        workdays.add_working_days(FRIDAY, 30, tree.banner)
    with django_assert_num_queries(1):
        workdays.working_days_between(FRIDAY, FRIDAY + timedelta(days=90), tree.banner)
    with django_assert_num_queries(2):
        workdays.calendars_of([tree.banner.pk, tree.neighbour.pk, tree.far_banner.pk])


def test_the_database_takes_a_day_once_and_no_local_day_of_nowhere(tree: Tree):
    say(MONDAY, DayKind.HOLIDAY)
    with pytest.raises(IntegrityError, match="calendar_day_once"), transaction.atomic():
        CalendarDay.objects.create(day=MONDAY, kind=DayKind.WORKDAY, name="某日")
    with pytest.raises(IntegrityError, match="local_holiday_has_a_region"), transaction.atomic():
        CalendarDay.objects.create(day=FRIDAY, kind=DayKind.LOCAL_HOLIDAY, name="某日")


def test_the_command_names_each_bad_row_and_keeps_nothing(tree: Tree, tmp_path: Path):
    file = tmp_path / "calendar.csv"
    file.write_text(
        "day,region_code,kind,name_zh\n2027-07-01,150102,local_holiday,那达慕\n2027-13-01,,holiday,节\n2027-07-02,,x,节\n"
    )
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("import_calendar", str(file), stderr=errors)
    assert ["3:" in errors.getvalue(), "4:" in errors.getvalue(), "2027-13-01" in errors.getvalue()] == [True] * 3
    assert not CalendarDay.objects.exists()


def test_an_import_is_one_record_and_a_second_one_changes_nothing(tree: Tree, tmp_path: Path):
    file = tmp_path / "calendar.csv"
    file.write_text("day,region_code,kind,name_zh\n2027-07-01,150102,local_holiday,那达慕\n", encoding="gb18030")
    for _round in range(2):
        call_command("import_calendar", str(file), stdout=StringIO())
    counts = [entry.facts for entry in Entry.objects.filter(event="codes.imported").order_by("pk")]
    assert [(facts.get("created"), facts.get("same")) for facts in counts] == [(1, None), (None, 1)]
    assert CalendarDay.history.count() == 1
