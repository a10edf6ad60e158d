"""The tables keep what is done, and the rules of regions are found where they stand."""

from decimal import Decimal

import pytest
from django.db import Error, transaction

from apps.projects.tests.factories import CategoryFactory
from apps.review.employers import employer_key
from apps.review.models import PublicityRule, ReviewKind, ReviewRule, ScoreSheet, SheetState
from apps.review.selectors.settings import kinds_needed, publicity_rule
from apps.review.tests import factories as make

pytestmark = pytest.mark.django_db


def test_employers_are_the_same_in_any_width():
    assert employer_key("内蒙古 草原（研究）所") == employer_key("内蒙古草原(研究)所")
    assert employer_key("ＡＢＣ公司") == employer_key("abc公司")
    assert employer_key("草原所一") != employer_key("草原所二")


def test_a_review_and_its_dossiers_lie_where_their_projects_do(world):
    project = make.waiting_project(world)
    review = make.make_review(world.tree.banner, [project])
    dossier = review.items.get().dossier
    assert (dossier.region, dossier.league, dossier.unit) == (world.tree.banner, world.tree.league, world.unit)
    assert review.league == world.tree.league


def test_a_sheet_that_was_handed_in_stays(world):
    review = make.make_review(world.tree.banner, [make.waiting_project(world)])
    (member,) = make.seat(review, [make.make_expert(world.tree.banner)])
    sheet = ScoreSheet.objects.create(member=member, item=review.items.get(), state=SheetState.SUBMITTED, total=80)
    with pytest.raises(Error, match="cannot be changed"), transaction.atomic():
        ScoreSheet.objects.filter(pk=sheet.pk).update(total=Decimal(90))
    with pytest.raises(Error, match="kept for ever"), transaction.atomic():
        sheet.delete()


def test_the_nearest_region_with_rules_decides_which_reviews_a_project_needs(world):
    project = make.waiting_project(world)
    assert kinds_needed(project) == [ReviewKind.BUDGET]
    ReviewRule.objects.create(region=world.tree.root, kind=ReviewKind.COMPETITION)
    assert kinds_needed(project) == [ReviewKind.COMPETITION]
    ReviewRule.objects.create(region=world.tree.banner, kind=ReviewKind.EVALUATION, least=Decimal(900_000))
    ReviewRule.objects.create(region=world.tree.banner, kind=ReviewKind.BUDGET, least=Decimal(800_000))
    assert kinds_needed(project) == [ReviewKind.BUDGET]


def test_the_nearest_category_decides(world):
    project = make.waiting_project(world)
    other = CategoryFactory(code="border")
    region = world.tree.banner
    ReviewRule.objects.create(region=region, kind=ReviewKind.BUDGET)
    ReviewRule.objects.create(region=region, kind=ReviewKind.BUDGET, category=project.category, least=Decimal(10**9))
    ReviewRule.objects.create(region=region, kind=ReviewKind.EVALUATION, category=other)
    assert kinds_needed(project) == []


def test_the_rule_of_a_kind_goes_before_the_rule_of_all(world):
    PublicityRule.objects.create(region=world.tree.root, kind=ReviewKind.BUDGET, days=7)
    PublicityRule.objects.create(region=world.tree.league, kind="", days=10)
    assert publicity_rule(world.tree.banner, ReviewKind.BUDGET).days == 10
    PublicityRule.objects.create(region=world.tree.league, kind=ReviewKind.BUDGET, days=12)
    assert publicity_rule(world.tree.banner, ReviewKind.BUDGET).days == 12
    assert publicity_rule(world.tree.far_banner, ReviewKind.BUDGET).days == 7
