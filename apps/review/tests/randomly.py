"""Acts at random, for tests of what no sequence of acts may bring about."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from imbudget.kit.errors import RuleViolation

Step = tuple[str, int, int]


class Run:
    """One run: begins from the same rows and leaves none; what the rules refuse has not happened."""

    def __init__(self, done: Counter[str]) -> None:
        self.done = done

    def play(self, steps: Sequence[Step]) -> None:
        with transaction.atomic():
            self.begin()
            for name, first, second in steps:
                getattr(self, name)(first, second)
                self.check()
            transaction.set_rollback(True)

    def begin(self) -> None:
        """What comes before the first step."""

    def check(self) -> None:
        """What holds after each step."""

    def attempt(self, name: str, act: Callable[[], Any]) -> Any:
        """What the act gives; None where a rule refused it."""
        try:
            with transaction.atomic():
                given = act()
        except RuleViolation:
            self.done[f"{name} refused"] += 1
            return None
        self.done[name] += 1
        return given if given is not None else True


def sequences(weights: dict[str, int], most: int) -> st.SearchStrategy[list[Step]]:
    """Acts with two numbers each; an act of weight 3 comes three times as often as one of weight 1."""
    names = [name for name, weight in weights.items() for _number in range(weight)]
    numbers = st.integers(min_value=0, max_value=4)
    return st.lists(st.tuples(st.sampled_from(names), numbers, numbers), min_size=most // 2, max_size=most)
