"""Fixtures for every test. The database server is started by the plugin tools/pytest_postgres.py."""

import gc
import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import blocking_manager_key

from imbudget.kit.testing.sharing import Shares, in_order, workers_for
from tools import browser

# How long an example takes says something of the machine, nothing of the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
gc.disable()  # nothing of what is loaded before the first test is garbage

FROZEN = {"lowcode_caseevent": "lowcode_caseevent_kept", "projects_projectversion": "projects_version_frozen"}


@pytest.hookimpl(trylast=True)  # after everybody who sorts or shuffles
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):
        items[:] = in_order(items)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if "chromium" not in getattr(item, "fixturenames", ()):
        close_browser()


def pytest_sessionfinish() -> None:
    close_browser()


def close_browser() -> None:
    """Its loop would run on beneath tests that have one of their own."""
    browsing = sys.modules.get("imbudget.kit.testing.browsing")
    if browsing:
        browsing.kept.end()


def pytest_collection_finish() -> None:
    """All that is loaded by now stays to the end: looking through it for garbage again and again is in vain."""
    gc.collect()
    gc.freeze()
    # A page leaves a few thousand objects in circles: several pages' are looked for at once.
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    """Not xdist's own groups: the names of tests that they were to be written into are no longer asked for."""
    return Shares(config, log)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    return workers_for(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The installed Chromium; without it these tests fail with a sentence, as they may not be skipped."""
    found = browser.find()
    if not found:
        pytest.fail("Chromium is missing; run: python -m tools.browser")
    return found


@pytest.fixture
def chromium(chromium_path: str) -> Iterator[Any]:
    """The browser of all tests; a test's windows are closed with it."""
    from imbudget.kit.testing.browsing import kept

    browser = kept.browser(chromium_path)
    yield browser
    for context in browser.contexts:
        context.close()


@pytest.hookimpl(wrapper=True)
def pytest_sessionstart(session: pytest.Session) -> Iterator[None]:
    """While the workers begin and collect, the database is made that they will copy."""
    yield
    if session.config.pluginmanager.has_plugin("dsession"):
        from imbudget.kit.testing.cloning import make_database

        with session.config.stash[blocking_manager_key].unblock():
            make_database(session.config)


@pytest.fixture(scope="session")
def django_db_setup(request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: Any) -> None:
    """The test database is made by all migrations; a worker's is a copy."""
    from imbudget.kit.testing.cloning import make_database, use_copy

    with django_db_blocker.unblock():
        if hasattr(request.config, "workerinput"):
            use_copy(request.config.workerinput["workerid"])
        else:
            make_database(request.config)


@pytest.fixture(scope="session", autouse=True)
def evidence_can_be_emptied(request: pytest.FixtureRequest) -> None:
    """Tests that commit end by emptying all tables, which the triggers of the evidence rightly refuse."""
    from django.db import connection

    items: list[Any] = request.session.items
    if not any("django_db_setup" in item.fixturenames or item.get_closest_marker("django_db") for item in items):
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE evidence_entry DISABLE TRIGGER evidence_entry_stays")
        cursor.execute("ALTER TABLE evidence_batch DISABLE TRIGGER evidence_batch_stays")
        for table, name in FROZEN.items():  # UPDATE and DELETE are still refused
            cursor.execute(
                f"DROP TRIGGER {name} ON {table}; CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}"
                f" FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
            )


@pytest.fixture(scope="session", autouse=True)
def emptied_quickly() -> Iterator[None]:
    """Tests that commit leave empty tables behind at a tenth of what Django's way costs."""
    from django.test import TransactionTestCase

    from imbudget.kit.testing.emptying import empty_quickly

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_quickly)
        yield


@pytest.fixture(autouse=True)
def messages_in_english() -> Iterator[None]:
    """Tests compare the sentences of the code; a page still chooses the language of its reader."""
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture
def world(db: None) -> Any:
    """Regions, classification and units of a small tree (`apps.budget.tests.factories.World`)."""
    from apps.budget.tests.factories import make_world

    return make_world()
