"""Codes of projects: the pattern, the region's setting, no gap and no reuse, however many ask at once."""

import pytest
from django.db import transaction

from apps.projects.codepattern import parse_pattern
from apps.projects.models import Project, ProjectCodeCounter, ProjectSetting
from apps.projects.services.codes import next_code, next_codes
from apps.regions.models import Region
from apps.regions.tests.factories import UnitFactory, make_tree
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{division:6}{year:2}{kind:1}{sequence:11}", "length"),
        ("{division:6}{year:2}{kind:2}{sequence:11}", "part"),
        ("{year:2}{division:6}{kind:1}{sequence:12}", "begin"),
        ("{division:6}{year:2}{sequence:12}{kind:1}", "sequence"),
        ("{division:6}{year:2}{department:3}{kind:1}ABCDEF{sequence:3}", "sequence"),
        ("{division:6}{year:2}-{sequence:12}", "shape"),
        ("", "sequence"),
    ],
)
def test_a_pattern_that_makes_no_code_is_refused_with_its_reason(text, reason):
    with pytest.raises(ValueError, match=reason):
        parse_pattern(text)


@pytest.mark.django_db
def test_codes_follow_the_default_pattern_one_by_one():
    banner = make_tree().banner
    assert next_code(banner, 2027, "3") == "15010227T000000000001"
    assert next_codes(banner, 2027, "3", 2) == ["15010227T000000000002", "15010227T000000000003"]
    assert next_code(banner, 2027, "22") == "15010227Y000000000001"
    assert next_code(banner, 2028, "3") == "15010228T000000000001"


@pytest.mark.django_db
def test_the_nearest_region_that_has_decided_gives_the_pattern():
    tree = make_tree()
    unit = UnitFactory(region=tree.banner)
    ProjectSetting.objects.create(region=tree.root, code_pattern="{division:6}{year:2}0{sequence:12}")
    assert next_code(tree.banner, 2027, "3") == "150102270000000000001"
    pattern = "{division:6}{year:2}{department:3}{kind:1}{sequence:9}"
    ProjectSetting.objects.create(region=tree.league, code_pattern=pattern)
    assert next_code(tree.banner, 2027, "3", unit.department) == "15010227118T000000001"
    assert next_code(tree.far_banner, 2027, "3") == "152221270000000000001"


@pytest.mark.django_db
def test_a_code_that_came_from_elsewhere_is_not_given_again():
    tree = make_tree()
    unit = UnitFactory(region=tree.banner)
    for number in (1, 2, 7):
        code = f"15010227T{number:012d}"
        Project.objects.create(unit=unit, code=code, name="x", setup_year=2027, start_year=2027, end_year=2027)
    assert next_code(tree.banner, 2027, "3") == "15010227T000000000008"


@pytest.mark.django_db
def test_a_sequence_that_is_used_up_says_so():
    banner = make_tree().banner
    ProjectCodeCounter.objects.create(prefix="15010227T", last=10**12 - 1)
    with pytest.raises(RuleViolation, match="used up"):
        next_code(banner, 2027, "3")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_leave_no_gap_also_when_some_of_them_fail():
    banner = make_tree().banner
    given: list[str] = []

    class Mishap(Exception):
        pass

    def take(fails: bool) -> None:
        region = Region.objects.get(pk=banner.pk)
        for _time in range(5):
            try:
                with transaction.atomic():
                    code = next_code(region, 2027, "3")
                    if fails:
                        raise Mishap
            except Mishap:
                continue
            given.append(code)

    results = at_once([lambda fails=number % 2 == 1: take(fails) for number in range(6)])
    assert results == [None] * 6
    assert sorted(given) == [f"15010227T{number:012d}" for number in range(1, 16)]
    assert ProjectCodeCounter.objects.get().last == 15
