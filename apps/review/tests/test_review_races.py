"""Two people at once: a project comes into one review of a kind, a result is computed once."""

import pytest

from apps.budget.tests.factories import make_world
from apps.projects.models import Project
from apps.review.models import Conclusion, Dossier, Review, ReviewKind
from apps.review.services import conclusions, reviews
from apps.review.tests import factories as make
from apps.review.tests.scored import scored_review
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_begin_or_compute_at_once_one_wins():
    world = make_world()
    region = world.tree.banner
    officers, sheet = [make.officer(region), make.officer(region)], make.sheet_version(region)
    project = make.waiting_project(world)

    def begin(number, kind):
        return reviews.open_review(
            officers[number], region, kind, [Project.objects.get(pk=project.pk)], title="评审", form_version=sheet
        )

    results = at_once([lambda number=number: begin(number, ReviewKind.BUDGET) for number in range(2)])
    assert sum(isinstance(result, Review) for result in results) == 1
    assert sum(isinstance(result, RuleViolation) for result in results) == 1

    other = make.waiting_project(world)
    project = other  # two kinds of review at once share one dossier
    kinds = (ReviewKind.BUDGET, ReviewKind.EVALUATION)
    results = at_once([lambda number=number: begin(number, kinds[number]) for number in range(2)])
    assert all(isinstance(result, Review) for result in results), results
    assert len({result.number for result in results}) == 2
    assert sorted(Dossier.objects.get(project=other).kinds) == ["budget", "evaluation"]

    review, _members, _items = scored_review(world, [["80", "80", "80"]])
    copies = [Review.objects.get(pk=review.pk), Review.objects.get(pk=review.pk)]
    results = at_once(
        [lambda number=number: conclusions.compute(officers[number], copies[number]) for number in range(2)]
    )
    assert sum(isinstance(result, Conclusion) for result in results) == 1
    assert sum(isinstance(result, RuleViolation) for result in results) == 1
