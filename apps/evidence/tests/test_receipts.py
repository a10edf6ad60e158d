"""Receipts: out of the record, looked at by us, and by the program that knows nothing of us."""

import subprocess
import sys
from pathlib import Path

import pytest

from apps.evidence.models import Entry
from apps.evidence.receipts.checking import check
from apps.evidence.receipts.composing import receipt_of
from apps.evidence.receipts.keys import key_for, signing_key
from apps.evidence.receipts.writing import parse
from apps.evidence.services.checkpoints import make_checkpoint
from apps.evidence.tests.helpers import append as act
from apps.evidence.tests.helpers import seal

pytestmark = pytest.mark.django_db(transaction=True, available_apps=["apps.evidence"])


@pytest.fixture(autouse=True)
def key(settings):
    settings.SIGNING_KEY = b"\x07" * 32


@pytest.fixture
def receipts(clerk):
    """Of seven entries under two checkpoints, by their places."""
    for count in (4, 3):
        for number in range(count):
            act(clerk, what=f"付款 {number}", rows=number, nested={"乙": [1, None, True], "a": "1.50"})
        assert seal() == count
        make_checkpoint()
    entries = sorted(Entry.objects.select_related("batch"), key=lambda entry: entry.place or 0)
    return [receipt_of(entry) for entry in entries]


def test_smoke(receipts, tmp_path):
    for receipt in receipts:
        result = check(parse(receipt.content.decode()), key_for)
        assert result.holds, result.steps
        (tmp_path / "r.json").write_bytes(receipt.content)
        done = subprocess.run(
            [
                sys.executable,
                "-I",
                Path("tools/verify_receipt.py").resolve(),
                "r.json",
                "--key",
                signing_key().hexadecimal,
                "--code",
                receipt.code,
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
