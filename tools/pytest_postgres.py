"""A pytest plugin: a throwaway server and test secrets, in place before pytest-django reads the settings.

It is named in the test settings (`-p tools.pytest_postgres`), because a conftest is read too late. The
workers of pytest-xdist inherit the environment, so they share the server and make databases of their own on
it.
"""

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from tools.postgres import Embedded

SECRETS = {
    "SECRET_KEY": "only-for-tests",
    "FIELD_KEYS": "t1:" + "11" * 32,
    "INDEX_KEY": "22" * 32,
    "SECURE": "0",
}
_servers: list[Embedded] = []


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    for name, value in SECRETS.items():
        os.environ.setdefault(name, value)
    if not os.environ.get("DATABASE_URL"):
        home = Path(tempfile.mkdtemp(prefix="imb-test-", dir="/tmp"))
        home.chmod(0o711)  # root's server runs under another account and must pass through
        server = Embedded(home, durable=False)
        os.environ["DATABASE_URL"] = server.start().url
        _servers.append(server)
    yield


def pytest_unconfigure() -> None:
    for server in _servers:
        server.stop()
        os.environ.pop("DATABASE_URL", None)
    _servers.clear()


def pytest_report_header() -> str | None:
    return f"database: embedded server in {_servers[0].home}" if _servers else None
