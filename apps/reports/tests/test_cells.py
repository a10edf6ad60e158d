"""Cells break their lines as both scripts want it, and never lose a letter."""

import pytest
from django.utils import translation
from reportlab.lib.styles import ParagraphStyle

from apps.reports.cells import Cells, broken, units
from apps.reports.document import Coded, Column, Document, Row, Table
from apps.reports.pdf import register_fonts, render_pdf
from apps.reports.shaping import measure
from apps.reports.tests.samples import HAN, MONGOLIAN, pages
from apps.reports.widths import PAD, claims, column_widths


@pytest.fixture(autouse=True)
def fonts() -> None:
    register_fonts()


def lines(text: str, room: float) -> list[str]:
    return ["".join(piece for _face, piece in parts) for parts, _width in broken(units(text, "SC"), room)]


def test_a_short_text_is_one_line():
    assert lines("2010101-行政运行", 20) == ["2010101-行政运行"]


def test_han_breaks_anywhere_but_before_closing_marks_and_after_opening_ones():
    assert lines("农牧业(技术)推广", 3.2) == ["农牧业", "(技术)", "推广"]
    assert all(line[0] not in "，。" for line in lines("行政运行，其他。", 4.5))
    assert all(line[-1] != "《" for line in lines("依据《预算法》编制", 3.5))


def test_words_and_numbers_stay_whole():
    assert lines("basic expenditure 2027", 6) == ["basic", "expenditure", "2027"]
    assert lines("资金12,345,678.90元", 8) == ["资金", "12,345,678.90元"]


def test_mongolian_words_stay_whole():
    broken_lines = lines(f"{MONGOLIAN} {MONGOLIAN}", 6)
    assert len(broken_lines) > 1
    assert "".join(broken_lines).replace(" ", "") == lines(f"{MONGOLIAN} {MONGOLIAN}", 99)[0].replace(" ", "")


def test_a_word_longer_than_the_line_is_cut_and_kept():
    cut = lines("x" * 100, 5)
    assert len(cut) > 5
    assert "".join(cut) == "x" * 100


def test_line_feeds_are_kept_and_blanks_at_the_edges_are_not():
    assert lines("a\n\n b ", 9) == ["a", "", "b"]
    assert lines("", 9) == [""]


def test_every_line_fits():
    for room in (1.0, 2.5, 7.0, 13.3):
        for parts, width in broken(units(f"{HAN}(2027) {MONGOLIAN} a-b", "SC"), room):
            assert width <= room + 0.001 or len(parts[0][1]) == 1


def test_equal_cells_are_one():
    cells, style = Cells(), ParagraphStyle("s", fontName="SC", fontSize=8, leading=11)
    assert cells.cell("a", style, 50) is cells.cell("a", style, 50)
    assert cells.cell("a", style, 50) is not cells.cell("a", style, 60)


def test_a_code_has_its_width_before_texts_have_theirs():
    """Where room is short, a long code is not cut so that other columns may have fewer lines."""
    code = "150102270000000000001"
    columns = (Column("project", code_label="code"), *(Column("text") for _n in range(5)))
    table = Table(columns, [Row((Coded(code, HAN), *[HAN * 2] * 5))] * 3)
    asked = claims(table)
    widths = column_widths(asked, 520, 8)
    assert sum(widths) == pytest.approx(520)
    assert widths[0] - 2 * PAD >= measure(f"{code}-", "SCB") * 8 - 0.01


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_rows_are_not_split_to_fill_a_page(language: str):
    """The head stands once a page: no sliver of the next row goes under a second one."""
    table = Table((Column("HEAD"), *(Column("b") for _n in range(7))), [Row((HAN * 9, *"abcdefg"))] * 30)
    for text in pages(render_pdf(Document("t", sections=[table], language=language))):
        assert text.count("HEAD") == 1


@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_two_thousand_lines(language: str):
    with translation.override(language):
        table = Table((Column("n", kind="code"), Column("name")), [Row((f"#{n:04}", HAN)) for n in range(2000)])
        text = "".join(pages(render_pdf(Document("t", sections=[table], language=language))))
    assert all(f"#{n:04}" in text for n in range(2000))
