"""What a page did to the database."""

import re
from collections.abc import Iterable

# Settings of the transaction, savepoints and locks change no row.
HARMLESS = re.compile(
    r"\s*(SELECT|WITH|SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|SET|FETCH|CLOSE|DECLARE)\b", re.IGNORECASE
)
WRITING_WITH = re.compile(r"\b(INSERT INTO|UPDATE|DELETE FROM)\b", re.IGNORECASE)
# The session's last use is written at most once a minute by the guard, whatever the page.
ALLOWED = re.compile(r'(UPDATE|INSERT INTO) "django_session"', re.IGNORECASE)


def writes(queries: Iterable[dict[str, str]]) -> list[str]:
    """The statements that change rows, without those of the session itself."""
    found = []
    for query in queries:
        sql = query["sql"]
        hidden = sql.lstrip().upper().startswith("WITH") and WRITING_WITH.search(sql)
        if (hidden or not HARMLESS.match(sql)) and not ALLOWED.search(sql):
            found.append(sql)
    return found
