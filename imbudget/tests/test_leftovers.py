"""What was written aside for a moment is gone afterwards, also where it went wrong (GB/T 22239 8.1.4.10)."""

import re
import tempfile
from pathlib import Path

import pytest
from django.conf import settings

from imbudget.kit.export import book_file, to_csv, to_xlsx
from imbudget.kit.tables import Column

pytestmark = pytest.mark.covers("G2")
NUMBER = "150102198001011237"
COLUMNS = [Column("number", "number", kind="code")]
MAKERS = re.compile(r"(?:Named|Spooled)?Temporary(?:File|Directory)\(|mkstemp|mkdtemp")
# Written aside by hand, and why nothing stays behind.
BY_HAND = {
    "apps/files/services.py": "moved to its place, or unlinked by the same context manager",
    "apps/disbursement/wire/mof/lifting.py": "unlinked by the system as soon as it is open; its reader closes it",
}


def broken():
    yield from ({"number": NUMBER} for _row in range(20_000))
    raise OSError("the connection is gone")


@pytest.fixture
def aside(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_workbook_leaves_nothing_behind(aside):
    assert to_xlsx("x", COLUMNS, [{"number": NUMBER}])
    with book_file([("x", COLUMNS, [{"number": NUMBER}])]) as file:
        assert file.read(4)
    assert list(aside.iterdir()) == []


def test_a_workbook_that_fails_leaves_nothing_behind(aside):
    with pytest.raises(OSError, match="gone"):
        to_xlsx("x", COLUMNS, broken())
    with pytest.raises(OSError, match="gone"):
        b"".join(to_csv(COLUMNS, broken()))
    assert list(aside.iterdir()) == []


def test_whatever_is_written_aside_is_removed_by_its_context():
    """A file that nobody closes stays in the folder of temporary files, for whoever comes by."""
    root = Path(settings.BASE_DIR)
    found = {
        str(path.relative_to(root))
        for folder in ("apps", "imbudget")
        for path in (root / folder).rglob("*.py")
        if "tests" not in path.parts
        for line in path.read_text().splitlines()
        if MAKERS.search(line)
        and not line.strip().startswith(("with ", "from ", "import "))
        or "delete=False" in line
        and "mporary" in line
    }
    assert found == set(BY_HAND)
