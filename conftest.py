"""Fixtures for every test. The database server is started by the plugin tools/pytest_postgres.py."""

import pytest

from tools import browser


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The installed Chromium; without it these tests fail with a sentence, as they may not be skipped."""
    found = browser.find()
    if not found:
        pytest.fail("Chromium is missing; run: python -m tools.browser")
    return found
