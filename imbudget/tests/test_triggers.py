"""Rules of the triggers that look at whole sets of rows."""

import pytest
from django.db import connection

# One set joined with the other. PostgreSQL plans it once a session, for as many rows as the first statement has; made for
# none or one it compares each of ten thousand rows with each. EXCEPT is planned for any number.
JOINED = r"\y(come|gone)\y( AS)?\s+(\w+\s+)?((LEFT|FULL|INNER|CROSS)\s+)?(JOIN|,)\s+(come|gone)\y"
FOUND = "SELECT proname FROM pg_proc WHERE prosrc ~* %s AND pronamespace = 'public'::regnamespace"


@pytest.mark.django_db
def test_no_trigger_joins_the_rows_that_come_with_those_that_go():
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [JOINED])
        assert cursor.fetchall() == []
        cursor.execute("SELECT 'FROM gone g JOIN come c ON c.id = g.id' ~* %s, 'FROM come EXCEPT SELECT a FROM gone' ~* %s",
                       [JOINED, JOINED])  # fmt: skip
        assert cursor.fetchone() == (True, False)
