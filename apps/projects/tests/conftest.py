"""Fixtures of the tests of projects."""

import pytest

from apps.budget.tests.factories import World, make_world
from apps.projects.tests.offices import Office, make_office


@pytest.fixture
def office(db: None) -> Office:
    return make_office()


@pytest.fixture
def world(request: pytest.FixtureRequest, db: None) -> World:
    """The world of the office, where a test has one: they are made together."""
    return request.getfixturevalue("office").world if "office" in request.fixturenames else make_world()
