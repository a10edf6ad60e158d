"""Each tie that keeps an expert from a project is found, and what is no tie keeps nobody away."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from apps.accounts.tests.factories import UserFactory, make_post
from apps.projects.models import ProjectVersion
from apps.regions.models import Department, UnitCodeChange
from apps.regions.tests.factories import UnitFactory
from apps.review.employers import employer_key
from apps.review.models import Employment, Kinship, MemberState
from apps.review.selectors.avoidance import Cooling, quarter_of, reasons, years_before
from apps.review.services import draws
from apps.review.tests import factories as make
from imbudget.kit.actor import Actor

pytestmark = pytest.mark.django_db


@pytest.fixture
def project(world):
    return make.waiting_project(world)


@pytest.fixture
def expert(world):
    return make.make_expert(world.tree.banner)


def why(expert, project, on=None, **values):
    return reasons([expert.pk], [project.pk], on, **values)[expert.pk]


def employed(expert, name="", **values):
    given = {"since": make.years_ago(6), "until": None}
    return Employment.objects.create(expert=expert, employer=name, employer_key=employer_key(name), **given | values)


def works_for(expert, name):
    expert.employer, expert.employer_key = name, employer_key(name)
    expert.save()


def test_a_stranger_to_the_project_may_judge_it(expert, project):
    assert why(expert, project) == []


def test_nobody_asked_for_is_left_out_of_the_answer(world, project):
    assert reasons([], [project.pk]) == {}
    assert reasons([0], [project.pk]) == {0: []}


def test_the_unit_itself_is_known_by_row_and_by_name(expert, project):
    works_for(expert, f" {project.unit.name_zh_hans}（ ")
    assert why(expert, project) == ["employer"]
    works_for(expert, "别处")
    expert.employer_unit = project.unit
    expert.save()
    assert why(expert, project) == ["employer"]


def test_the_unit_is_known_by_its_mongolian_name_and_by_an_old_one(expert, project):
    project.unit.name_mvf = "ᠨᠡᠷ᠎ᠡ"
    project.unit.save()
    works_for(expert, "ᠨᠡᠷ᠎ᠡ")
    assert why(expert, project) == ["employer"]
    works_for(expert, "原草原站")
    assert why(expert, project) == []
    UnitCodeChange.objects.create(unit=project.unit, old_code="118999", old_name="原草原站")
    assert why(expert, project) == ["employer"]


def test_the_department_those_above_it_and_its_other_units_count(world, expert, project):
    upper = Department.objects.create(region=project.region, code="900", name_zh_hans="农牧厅")
    Department.objects.filter(pk=project.department_id).update(parent=upper)
    works_for(expert, project.department.name_zh_hans)
    assert why(expert, project) == ["department"]
    works_for(expert, "农牧厅")
    assert why(expert, project) == ["department"]
    sister = UnitFactory(region=project.region, department=project.department)
    works_for(expert, sister.name_zh_hans)
    assert why(expert, project) == ["department"]
    works_for(expert, "别处")
    expert.employer_unit = sister
    expert.save()
    assert why(expert, project) == ["department"]


def test_a_unit_of_another_department_is_no_tie(world, expert, project):
    other = Department.objects.create(region=project.region, code="901", name_zh_hans="教育局")
    expert.employer_unit = UnitFactory(region=project.region, department=other)
    expert.save()
    assert why(expert, project) == []


@pytest.mark.parametrize(("until", "found"), [(None, ["past"]), (timedelta(0), ["past"]), (timedelta(days=1), [])])
def test_three_years_are_counted_to_the_day(expert, project, until, found):
    day = date(2027, 3, 15)
    last = None if until is None else years_before(day, 3) - until
    employed(expert, project.unit.name_zh_hans, since=date(2015, 1, 1), until=last, kind="adviser")
    assert why(expert, project, day) == found


def test_a_tie_that_begins_later_does_not_count_yet(expert, project):
    employed(expert, unit=project.unit, since=timezone.localdate() + timedelta(days=1))
    assert why(expert, project) == []


def test_shares_of_the_department_count_like_those_of_the_unit(expert, project):
    employed(expert, project.department.name_zh_hans, kind="shareholder")
    assert why(expert, project) == ["past"]


def test_kin_is_known_by_row_and_by_name(world, expert, project):
    Kinship.objects.create(expert=expert, kind="spouse", employer="某处", employer_key="某处", unit=project.unit)
    assert why(expert, project) == ["kin"]
    other = make.make_expert(world.tree.banner)
    key = employer_key(project.department.name_zh_hans)
    Kinship.objects.create(expert=other, kind="lineal", employer="财政局", employer_key=key)
    assert why(other, project) == ["kin"]


def test_a_post_at_the_unit_or_the_department_is_a_tie(world, project):
    for role, node, code in (
        ("unit_clerk", project.unit, "employer"),
        ("department_reviewer", project.department, "department"),
        ("unit_head", UnitFactory(region=project.region, department=project.department), "department"),
    ):
        expert = make.make_expert(world.tree.banner, user=UserFactory())
        make_post(role, node, expert.user)
        assert why(expert, project) == [code]


def test_a_post_that_has_ended_ties_for_three_years(world, project):
    expert = make.make_expert(world.tree.banner, user=UserFactory())
    post = make_post("unit_clerk", project.unit, expert.user)
    post.valid_from, post.valid_to = make.years_ago(5), make.years_ago(1)
    post.save()
    assert why(expert, project) == ["past"]
    post.valid_to = make.years_ago(4)
    post.save()
    assert why(expert, project) == []


def test_who_took_part_in_the_application_is_found(world, project):
    writer, hand, saver = (make.make_expert(world.tree.banner, user=UserFactory()) for _number in range(3))
    project.author = writer.user
    project.save(update_fields=["author"])
    last = project.versions.get()
    ProjectVersion.objects.create(
        project=project, number=2, reason="resubmitted", body=last.body, digest=last.digest, user=hand.user
    )
    draws.evidence.append("projects.saved", project, Actor(saver.user_id, "参与人"))
    found = reasons([writer.pk, hand.pk, saver.pk], [project.pk])
    assert set(map(tuple, found.values())) == {("author",)}


def test_whose_telephone_stands_in_the_application_took_part_in_it(world, project):
    expert = make.make_expert(world.tree.banner, phone="138 0000 1234")
    assert project.phone == "13800001234"
    assert why(expert, project) == ["author"]


def test_a_tie_to_one_project_of_several_is_enough(world, expert, project):
    other = make.waiting_project(world, world.neighbour_unit)
    expert.employer_unit = world.neighbour_unit
    expert.save()
    assert why(expert, project) == []
    assert reasons([expert.pk], [project.pk, other.pk]) == {expert.pk: ["employer"]}


def test_all_ties_are_told(expert, project):
    expert.employer_unit = project.unit
    expert.save()
    employed(expert, unit=project.unit)
    Kinship.objects.create(expert=expert, kind="spouse", employer="某处", employer_key="某处", unit=project.unit)
    assert why(expert, project) == ["employer", "kin", "past"]


def test_who_has_sat_on_enough_panels_of_the_quarter_rests(world, expert, project):
    other = make.make_review(world.tree.banner, [make.waiting_project(world)])
    (member,) = make.seat(other, [expert])
    assert why(expert, project) == []
    assert why(expert, project, cooling=Cooling(1)) == ["cooling"]
    assert why(expert, project, cooling=Cooling(2)) == []
    assert why(expert, project, cooling=Cooling(1, other.pk)) == []
    member.state = MemberState.DECLINED
    member.save()
    assert why(expert, project, cooling=Cooling(1)) == []
    type(member).objects.filter(pk=member.pk).update(
        state=MemberState.DECLARED, invited_at=quarter_of(timezone.localdate())[0] - timedelta(seconds=1)
    )
    assert why(expert, project, cooling=Cooling(1)) == []


def test_quarters_and_leap_days():
    assert [moment.date().isoformat() for moment in quarter_of(date(2026, 12, 31))] == ["2026-10-01", "2027-01-01"]
    assert [moment.date().isoformat() for moment in quarter_of(date(2026, 4, 1))] == ["2026-04-01", "2026-07-01"]
    assert years_before(date(2028, 2, 29), 3) == date(2025, 3, 1)


def test_the_number_of_statements_does_not_grow(world, project, django_assert_num_queries):
    experts = [make.make_expert(world.tree.banner) for _number in range(15)]
    others = [make.waiting_project(world) for _number in range(3)]
    for people, projects in ((experts[:1], [project]), (experts, [project, *others])):
        with django_assert_num_queries(2):
            reasons([person.pk for person in people], [row.pk for row in projects])
