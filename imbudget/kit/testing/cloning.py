"""One database is made by all migrations; each worker of pytest-xdist tests on a copy of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.state import ProjectState
from django.test.utils import get_unique_databases_and_mirrors, setup_databases

from imbudget.kit.testing.migrating import find_what_changed


@contextmanager
def quick_steps() -> Iterator[None]:
    """All migrations take a quarter of the time; tests migrate as everybody does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ProjectState, "_find_reload_model", find_what_changed)
        yield


def make_database(config: Any) -> None:
    """The database that workers copy, or the only process uses; kept from an earlier run where that is wished for."""
    with quick_steps():
        setup_databases(
            verbosity=config.option.verbose,
            interactive=False,
            serialized_aliases=set(),  # no test asks for what migrations wrote to be written again
            keepdb=config.option.reuse_db and not config.option.create_db,
        )
    connections.close_all()  # a database is copied while nobody uses it


def use_copy(worker: str) -> None:
    """Connect this process to a new copy of its own, which has no rows of an earlier run."""
    creation: Any = connection.creation
    connection.settings_dict["NAME"] = creation._get_test_db_name()
    name = creation.get_test_db_clone_settings(worker)["NAME"]
    with creation._nodb_cursor() as cursor:  # left behind, and perhaps still held, by a run that was broken off
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(name)} WITH (FORCE)")
    creation.clone_test_db(worker, verbosity=0)
    settings.DATABASES[DEFAULT_DB_ALIAS]["NAME"] = connection.settings_dict["NAME"] = name
    _databases, mirrors = get_unique_databases_and_mirrors()
    for alias in mirrors:
        connections[alias].creation.set_as_test_mirror(connection.settings_dict)
