"""What a verification tells."""

from dataclasses import dataclass, field

NAMED = 10_000  # problems that are told; the rest is counted


@dataclass(slots=True)
class Verification:
    """How much was looked at, the head to compare with an outside copy, and what is wrong (first things first).

    `size` is of the log, `since` the size up to which an earlier verification was relied upon, `more` how many problems there
    are besides those told.
    """

    entries: int = 0
    batches: int = 0
    unsealed: int = 0
    checkpoints: int = 0
    head: str = ""
    size: int = 0
    last_batch: int = 0
    since: int = 0
    more: int = 0
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def say(self, problem: str) -> None:
        """Tell one more problem, once."""
        if problem in self.problems[-200:]:
            return
        if len(self.problems) < NAMED:
            self.problems.append(problem)
        else:
            self.more += 1

    @property
    def count(self) -> int:
        """How many problems there are."""
        return len(self.problems) + self.more
