"""Cells of a list as they are written on the page."""

from imbudget.kit.tables import Cell, Column
from imbudget.kit.templatetags.kit import cells


def test_a_state_is_a_tag_and_no_state_is_nothing():
    column = Column("lamp", "lamp", kind="state")
    assert '<span class="tag" data-state="red">red</span>' in cells([Cell(column, "red", state="red")])
    assert cells([Cell(column, "", state="")]) == '<td class="state" data-label="lamp"></td>'
