"""How many workers there are and which of them runs which tests: a file stays together, for its tests share what is made once."""

import re
from collections import Counter
from collections.abc import Iterable

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

# What takes longest is begun first; then one worker is never busy long after the others have finished.
LONGEST = (
    "apps/budget/tests/test_demo.py",
    "imbudget/tests/test_accessibility.py",
    "imbudget/tests/test_sweep.py",
    "imbudget/tests/test_browser_review.py",
    "imbudget/tests/test_browser",
)
# Sealing waits for what stands open on the server: for the tests of the other workers, which are short by then.
LAST = "apps/evidence/tests/test_sealing.py"
BROWSER = re.compile(r"imbudget/tests/test_(accessibility|browser\w*)\.py::.*[\[-](zh-hans|mvf)[]-]")


NEEDED = (
    5 * 2**30
)  # bytes of memory in which three workers have room: each with a browser, and the server with its buffers


def workers_for(memory: int) -> int:
    """Three keep two cores busy, for each waits a third of its time for the database or a browser."""
    return 3 if memory >= NEEDED else 2


def share_of(nodeid: str) -> str:
    """The tests that one worker takes together: those of a file, of a browser's those in one language."""
    file = nodeid.partition("::")[0]
    found = BROWSER.match(nodeid)
    return f"{file}:{found[2]}" if found else file


def in_order(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Share after share, the longest first; within a share as they came."""
    given = [(share_of(item.nodeid), item) for item in items]
    many = Counter(share for share, _item in given)
    seen = {share: number for number, share in enumerate(many)}
    given.sort(key=lambda pair: (rank(pair[0]), -many[pair[0]], seen[pair[0]]))
    return [item for _share, item in given]


def rank(share: str) -> int:
    """Its place among the longest; all others are alike, but for the last."""
    if share == LAST:
        return len(LONGEST) + 1
    found = [number for number, start in enumerate(LONGEST) if share.startswith(start)]
    return found[0] if found else len(LONGEST)


class Shares(LoadScopeScheduling):
    """Hands out shares in the order in which the workers have collected them."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)
