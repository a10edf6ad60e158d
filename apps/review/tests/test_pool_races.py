"""Two people act on the pool in one moment: a person is written down once, an admission is decided once."""

import pytest

from apps.accounts.models import User
from apps.budget.tests.factories import make_world
from apps.review.models import Expert, ExpertState
from apps.review.services import admission, experts
from apps.review.tests import factories as make
from apps.review.tests import pool
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.testing.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
SYSTEM = system_actor("tests")


def test_a_person_is_written_down_once():
    tree = make_world().tree
    facts = pool.facts()
    regions = [tree.banner, tree.neighbour] * 2
    outcomes = at_once([lambda region=region: experts.enter_expert(SYSTEM, region, facts) for region in regions])
    assert sum(isinstance(outcome, Expert) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, experts.KnownExpert) for outcome in outcomes) == 3
    assert Expert.objects.count() == 1


def test_an_expert_gets_one_account():
    tree = make_world().tree
    expert = experts.enter_expert(SYSTEM, tree.banner, pool.facts())
    before = User.objects.count()

    def admit():
        return admission.admit_at_once(SYSTEM, Expert.objects.get(pk=expert.pk))

    outcomes = at_once([admit, admit])
    assert sum(isinstance(outcome, RuleViolation) for outcome in outcomes) == 1
    assert User.objects.count() == before + 1


def test_an_expert_is_suspended_once_and_removed_from_where_they_stand():
    tree = make_world().tree
    officer = make.officer(tree.banner)
    expert = make.make_expert(tree.banner)

    def suspend():
        return admission.suspend_expert(officer, Expert.objects.get(pk=expert.pk), reason="调查")

    outcomes = at_once([suspend, suspend])
    assert sum(isinstance(outcome, NotAllowed) for outcome in outcomes) == 1
    expert.refresh_from_db()
    assert expert.state == ExpertState.SUSPENDED
