"""Reviews begin and are called off: which projects they take, and what they leave in the dossiers."""

from decimal import Decimal

import pytest

from apps.evidence.models import Entry
from apps.notices.models import Notice
from apps.projects.models import Project, ProjectState
from apps.projects.tests.factories import CategoryFactory
from apps.review.models import Dossier, ReviewKind, ReviewRule, ReviewSetting, ReviewState
from apps.review.selectors.waiting import needing, needs_of, sheet_for, sheets_for
from apps.review.services import reviews
from apps.review.tests import factories as make
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(world):
    return world.tree.banner


@pytest.fixture
def officer(region):
    return make.officer(region)


@pytest.fixture
def sheet(region):
    return make.sheet_version(region)


def begin(officer, region, sheet, projects, kind=ReviewKind.BUDGET, **values):
    return reviews.open_review(officer, region, kind, projects, title="草原项目评审", form_version=sheet, **values)


def test_a_review_takes_the_rules_of_its_region_as_they_stand(world, region, officer, sheet):
    ReviewSetting.objects.create(region=world.tree.league, panel_size=7, trim_from=0, pass_mark=70)
    project = make.waiting_project(world)
    review = begin(officer, region, sheet, [project])
    assert (review.number, review.state, review.panel_size, review.pass_mark) == (1, ReviewState.PREPARING, 7, 70)
    assert review.league == world.tree.league
    item = review.items.get()
    assert (item.number, item.submitted, item.unit) == (1, project.total, world.unit)
    assert item.dossier.version.number == project.version
    assert Entry.objects.get(event="review.opened").facts["projects"] == [project.code]
    assert Entry.objects.get(event="review.dossier_opened").facts["kinds"] == ["budget"]


def test_a_review_of_the_budget_lists_the_cost_lines(world, region, officer, sheet):
    review = begin(officer, region, sheet, [make.waiting_project(world)])
    finding = review.items.get().findings.get()
    assert (finding.number, finding.content, finding.submitted) == (1, "草种", Decimal("800000.00"))


def test_another_kind_lists_no_cost_lines_and_goes_on_in_the_same_dossier(world, region, officer, sheet):
    project = make.waiting_project(world)
    first = begin(officer, region, sheet, [project])
    second = begin(officer, region, sheet, [project], ReviewKind.EVALUATION)
    assert second.number == first.number + 1
    assert not second.items.get().findings.exists()
    assert Dossier.objects.get().kinds == ["evaluation", "budget"]


def test_a_project_stands_in_one_review_of_a_kind(world, region, officer, sheet):
    project = make.waiting_project(world)
    begin(officer, region, sheet, [project])
    with pytest.raises(RuleViolation, match="stands in"):
        begin(officer, region, sheet, [project])
    with pytest.raises(RuleViolation, match="once"):
        begin(officer, region, sheet, [project, project], ReviewKind.EVALUATION)


def test_after_a_review_was_called_off_the_project_can_be_reviewed_again(world, region, officer, sheet):
    project = make.waiting_project(world)
    ReviewRule.objects.create(region=region, kind=ReviewKind.EVALUATION)
    review = begin(officer, region, sheet, [project])
    assert Dossier.objects.get().kinds == ["evaluation", "budget"]
    expert = make.make_expert(region)
    make.expert_actor(expert)
    make.seat(review, [expert, make.make_expert(region)])
    reviews.cancel(officer, review, "评审方案调整")
    assert review.state == ReviewState.CANCELLED
    assert Dossier.objects.get().kinds == ["evaluation"]
    assert Notice.objects.get(kind="review.cancelled").user == expert.user
    assert Entry.objects.get(event="review.cancelled").facts["reason"] == "评审方案调整"
    assert begin(officer, region, sheet, [project]).pk != review.pk


def test_what_a_review_added_stays_while_another_goes_on(world, region, officer, sheet):
    project = make.waiting_project(world)
    begin(officer, region, sheet, [project])
    added = begin(officer, region, sheet, [project], ReviewKind.COMPETITION)
    reviews.cancel(officer, added, "不再竞争")
    assert Dossier.objects.get().kinds == ["budget", "competition"]


def test_a_review_is_called_off_with_a_reason_and_before_its_result_is_handed_in(world, region, officer):
    review = make.make_review(region, [make.waiting_project(world)])
    with pytest.raises(RuleViolation, match="Say why"):
        reviews.cancel(officer, review, "")
    for state in (ReviewState.CONFIRMING, ReviewState.CONFIRMED, ReviewState.PUBLISHED, ReviewState.CANCELLED):
        closed = make.make_review(region, [], state=state)
        with pytest.raises(NotAllowed):
            reviews.cancel(officer, closed, "不要了")


@pytest.mark.parametrize(
    "state", [ProjectState.DRAFT, ProjectState.FINANCE_REVIEW, ProjectState.STORED, ProjectState.RETURNED]
)
def test_only_projects_that_wait_are_reviewed(world, region, officer, sheet, state):
    project = make.waiting_project(world)
    Project.objects.filter(pk=project.pk).update(state=state)
    with pytest.raises(RuleViolation, match="does not wait"):
        begin(officer, region, sheet, [project])
    assert not Dossier.objects.exists()


def test_only_projects_of_the_region_are_reviewed(world, region, officer, sheet):
    with pytest.raises(RuleViolation, match="another region"):
        begin(officer, region, sheet, [make.waiting_project(world, world.neighbour_unit)])


def test_who_may_not_begin_a_review(world, region, officer, sheet):
    project = make.waiting_project(world)
    strangers = [make.officer(world.tree.league), make.officer(world.tree.neighbour), make.leader(region)]
    for actor in [*strangers, make.supervisor(region), make.expert_actor(make.make_expert(region))]:
        with pytest.raises(NotAllowed):
            begin(actor, region, sheet, [project])
        with pytest.raises(NotAllowed):
            reviews.cancel(actor, make.make_review(region, []), "不要了")


def test_bad_input_begins_no_review(world, region, officer, sheet):
    project = make.waiting_project(world)
    with pytest.raises(RuleViolation, match="Choose the projects"):
        begin(officer, region, sheet, [])
    with pytest.raises(RuleViolation, match="values offered"):
        begin(officer, region, sheet, [project], "beauty")
    with pytest.raises(RuleViolation, match="shares funds"):
        begin(officer, region, sheet, [project], funds=Decimal(5))
    with pytest.raises(RuleViolation, match="shares funds"):
        begin(officer, region, sheet, [project], ReviewKind.COMPETITION, funds=Decimal(0))
    for other in (make.sheet_version(world.tree.neighbour), make.sheet_version(region)):
        if other.definition.region == region:
            other.definition.purpose = "survey"
        with pytest.raises(RuleViolation, match="score sheet"):
            begin(officer, region, other, [project])


def test_score_sheets_come_from_the_region_and_above(world, region):
    own, above = make.sheet_version(region), make.sheet_version(world.tree.root)
    make.sheet_version(world.tree.neighbour)
    assert list(sheets_for(region)) == [own, above]
    assert sheet_for(region, "budget") is None
    above.definition.code = "review_budget"
    above.definition.save(update_fields=["code"])
    assert sheet_for(region, "budget") == above


def test_which_projects_wait_for_a_kind(world, region, officer, sheet):
    special = CategoryFactory(code="border")
    below = CategoryFactory(code="border-road", parent=special)
    cheap, dear = make.waiting_project(world, amount="100.00"), make.waiting_project(world, amount="900000.00")
    road = make.waiting_project(world, amount="900000.00")
    Project.objects.filter(pk=road.pk).update(category=below)
    waiting = Project.objects.filter(region=region)

    def asked(kind):
        return set(waiting.filter(needing(region, kind)))

    assert asked(ReviewKind.BUDGET) == {cheap, dear, road}
    assert asked(ReviewKind.EVALUATION) == set()
    ReviewRule.objects.create(region=world.tree.league, kind=ReviewKind.EVALUATION, least=500)
    ReviewRule.objects.create(
        region=world.tree.league, kind=ReviewKind.EVALUATION, category=special, least=10**9, only_new=True
    )
    assert asked(ReviewKind.BUDGET) == set()
    assert asked(ReviewKind.EVALUATION) == {dear}
    begin(officer, region, sheet, [dear], ReviewKind.EVALUATION)
    assert asked(ReviewKind.EVALUATION) == set()


def test_what_each_needs_and_where_it_stands(world, region, officer, sheet, django_assert_max_num_queries):
    projects = [make.waiting_project(world) for _ in range(3)]
    ReviewRule.objects.create(region=region, kind=ReviewKind.EVALUATION)
    review = begin(officer, region, sheet, projects[:1])
    with django_assert_max_num_queries(6):
        found = needs_of(region, [project.pk for project in projects])
    first, second = found[projects[0].pk], found[projects[1].pk]
    assert [(kind, item.review if item else None) for kind, item in first] == [("evaluation", None), ("budget", review)]
    assert second == [("evaluation", None)]
