"""Workbooks of Excel 97 to 2003: hidden rows, formulas and error values are told as those of newer ones are."""

import base64
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imbudget.kit import oldbooks
from imbudget.kit.errors import RuleViolation
from imbudget.kit.oldbooks import marks_of
from imbudget.kit.tablefile import open_file, rows_of
from imbudget.kit.zipparts import Unreadable

# Three sheets. 表: a head, 1.5, a hidden row with 7, 2. 空: nothing. 其他: a formula in B2, #REF! in B3, row 5 without height.
OLD = (
    "eNrtWE1IVFEU/u77mR8ZxxkbC42GwcjKXKRu3OhUUK4atE1RgY05UChjDBHmoiwbaBMUbSpqIbhpY7Xph1rUrkVgP1AQBDO5bBFB"
    "QZDO69zz7oyjjuGASsr73rxzzz33u/fdd8859715byeDmbFHdVnMQwd05CwvXEU2Qac3XwmA2i1LqvnSQ6flYE3B6yFHukw8r3zj"
    "lj6U/s5Cw0PjFUngK53HcQaxwWQisorYx3OICzmHduGi2NMoIu+S9KOWZ1bN8iTLDSwfMPsFyz1sucaynbgZcRST0Vhjm4rkI1o9"
    "t/lJCjzhPp/Z0owavJaRfPG6sLkm9qZOxwf+z4aw4cM4yHediWQiFR/IIEROHMcvKwL8zGfry4hjX127ANl/z7W7S9hvagYwAuuE"
    "kIGYRgX+6OxgceqqrH037drwcBo+bOUk1cS57o+xabRRu52y1HcqJoaoeHfj3i0itexulkdBaylorRQ/Q7KfnfqBOalfyengI9mH"
    "KtaDnBQB2tyn7/94f7C3K9rDlhHe7u2HwjZ5D7BwSfagzn5uMVhKbiPLXSwv86ibWa9jGaJQprKhq0YpB0aZc4VbG+g6rYwP0e1F"
    "+g7S09+6n4bTU9GdpE90ZodDE5+iY6inh1Qf9ZfHKJpEk7hzW+JZNF8KtXl8YVm7YCPxaAE1d0s9+aoww2sNWg8JuyZXRyi+KMEX"
    "zJcjXtAqeD5BHNNsvlbEjyi+xnxd8e3VD6vx9RLj68w3FF9nvpxXh1aNx3Iw2gZnsXw+x6I+n8Va8zmvGVZuzRbPE9PJk0KeuLBF"
    "5QlvgrAU0Y2wkD99fupgQeqYmkc5ZJOQbEMtPrtWsQ1mm/90uwMHDhw4cLB+IdSrh65e2E31guNW33Vm6Mw5n0nWLQ5hkI6z9Kd0"
    "P5JUpnC+rPjZCFPkxxJL7JP/XihxmK6eQj96eR79ZccvvaCK4vtZcsfA8qVQudfPlTPPFb7+X9opLTE="
)


@pytest.fixture
def raw() -> bytes:
    return zlib.decompress(base64.b64decode(OLD))


def test_each_sheet_has_its_marks(raw):
    table, empty, other = marks_of(raw)
    assert (table.hidden, table.formulas, table.errors) == ({3}, set(), {})
    assert (empty.hidden, empty.formulas, empty.errors) == (set(), set(), {})
    assert (other.hidden, other.formulas, other.errors) == ({5}, {(2, 1)}, {(3, 1): "#REF!"})


def test_a_hidden_row_of_an_old_workbook_is_refused_by_name(raw, tmp_path):
    path = tmp_path / "a.xls"
    path.write_bytes(raw)
    with pytest.raises(RuleViolation, match="Row 3 of 旧表.xls is hidden"):
        list(rows_of(path, "旧表.xls"))


def test_a_formula_and_an_error_of_an_old_workbook_are_no_values(raw, tmp_path, monkeypatch):
    path = tmp_path / "a.xls"
    path.write_bytes(raw)
    file = open_file(path)
    file.sheets = file.sheets[2:]
    monkeypatch.setattr("imbudget.kit.tablefile.open_file", lambda path, name: file)
    rows = rows_of(path)
    assert [next(rows) for _number in range(3)] == [("代码", "金额"), ("2010101", "="), ("2010102", "#REF!")]


def test_a_locked_old_workbook_asks_for_its_password(raw, tmp_path):
    path = tmp_path / "a.xls"
    bound = raw.index(b"\x85\x00")  # the record of the first sheet becomes the one that says “encrypted”
    path.write_bytes(raw[:bound] + b"\x2f\x00" + raw[bound + 2 :])
    with pytest.raises(RuleViolation, match="password"):
        open_file(path)


def test_sheets_laid_over_each_other_are_not_read_for_ever(raw, monkeypatch):
    monkeypatch.setattr(oldbooks, "MAX_RECORDS", 20)
    with pytest.raises(Unreadable, match="cells"):
        marks_of(raw)


@given(st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 255)), max_size=8), st.integers(0, 8000))
def test_damage_anywhere_is_refused_or_harmless(damage, length):
    broken = bytearray(zlib.decompress(base64.b64decode(OLD)))
    for place, value in damage:
        broken[place % len(broken)] = value
    with suppress(Unreadable):
        marks_of(bytes(broken[:length]))
