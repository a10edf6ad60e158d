"""Reading ahead gives the same items, in their order and in the caller's language."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from django.utils import translation

from imbudget.kit.ahead import read_ahead


def test_items_come_in_their_order_and_end():
    assert list(read_ahead(iter(range(100)), 7)) == list(range(100))
    assert list(read_ahead(iter([]), 7)) == []


def test_an_error_comes_after_what_stood_before_it():
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise ValueError("third")

    found = read_ahead(items(), 10)
    assert [next(found), next(found)] == [1, 2]
    with pytest.raises(ValueError, match="third"):
        next(found)


def test_the_thread_speaks_the_callers_language():
    with translation.override("mvf"):
        assert list(read_ahead((translation.get_language() for _number in range(2)), 1)) == ["mvf", "mvf"]


def test_who_stops_early_reads_no_further_than_ahead():
    made: list[int] = []

    def items() -> Iterator[int]:
        for number in range(1000):
            made.append(number)
            yield number

    with closing(read_ahead(items(), 3)) as found:
        assert next(found) == 0
    assert len(made) <= 4
