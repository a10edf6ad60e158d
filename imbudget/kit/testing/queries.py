"""What a page did to the database."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

# Settings of the transaction, savepoints and locks change no row.
HARMLESS = re.compile(
    r"[\s(]*(SELECT|WITH|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET|FETCH|CLOSE|DECLARE)\b", re.IGNORECASE
)
WRITING_WITH = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\b", re.IGNORECASE)
# The session's last use is written at most once a minute by the guard, whatever the page.
ALLOWED = re.compile(r'(UPDATE|INSERT INTO) "django_session"', re.IGNORECASE)


@contextmanager
def asked() -> Iterator[list[str]]:
    """The statements of the block, their parameters left out: writing these into each takes as long as asking."""
    found: list[str] = []

    def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append(sql if isinstance(sql, str) else sql.as_string(connection.connection))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield found


def writes(statements: Iterable[str]) -> list[str]:
    """The statements that change rows, without those of the session itself."""
    found = []
    for sql in statements:
        hidden = sql.lstrip(" \n\t(").upper().startswith("WITH") and WRITING_WITH.search(sql)
        if (hidden or not HARMLESS.match(sql)) and not ALLOWED.search(sql):
            found.append(sql if isinstance(sql, str) else sql.as_string(connection.connection))
    return found
