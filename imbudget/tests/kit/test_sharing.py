"""Three workers where there is room, and what takes long is begun first."""

from types import SimpleNamespace
from typing import Any

from imbudget.kit.testing.sharing import LAST, in_order, share_of, workers_for


def test_a_small_machine_has_fewer_workers():
    assert [workers_for(gigabytes * 2**30) for gigabytes in (2, 4, 6, 24)] == [2, 2, 3, 3]


def test_the_longest_come_first_and_a_file_stays_together():
    paged = "imbudget/tests/test_accessibility.py::test_page"
    given = [
        f"{LAST}::one",
        "a.py::one",
        f"{paged}[mvf]",
        "b.py::one",
        "a.py::two",
        f"{paged}[zh-hans]",
        "b.py::two",
        "b.py::three",
    ]
    items: Any = [SimpleNamespace(nodeid=name) for name in given]
    assert [share_of(item.nodeid) for item in in_order(items)] == [
        "imbudget/tests/test_accessibility.py:mvf",
        "imbudget/tests/test_accessibility.py:zh-hans",
        *["b.py"] * 3,
        *["a.py"] * 2,
        LAST,
    ]
