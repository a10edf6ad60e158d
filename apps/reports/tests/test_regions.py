"""The picture of a region's map: the colours of its page, and words that stand where lines do."""

import io
import re
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from openpyxl import load_workbook
from PIL import Image

from apps.accounts.tests.factories import make_actor
from apps.dashboard.models import Figure, MeasureRun
from apps.dashboard.selectors.region import Question, RegionMap
from apps.reports.document import Column, Document, Picture, Plot, Row, Table, cell_text, fingerprint
from apps.reports.pdf import render_pdf
from apps.reports.pictures import png_of
from apps.reports.regions import COLOURS, region_document, region_picture, region_svg
from apps.reports.xlsx import render_xlsx

SMALL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="10" height="20" fill="#f00"/></svg>'
)


def test_the_picture_has_the_colours_of_the_page(settings):
    tokens = (settings.BASE_DIR / "static" / "css" / "tokens.css").read_text()
    for direction, prefix in (("neutral", "k"), ("good", "kg"), ("bad", "kb")):
        assert [f"--{prefix}-{number}: {COLOURS[direction][number]};" in tokens for number in range(1, 6)] == [True] * 5


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "standing"), [("zh-hans", False), ("mvf", True)])
def test_words_of_the_picture_stand_where_lines_do(world, language, standing):
    tree, year = world.tree, world.codes.year
    MeasureRun.objects.create(measure="paid", at=timezone.now())
    Figure.objects.create(measure="paid", year_id=year, region=tree.league, league=tree.league, value=5)
    with translation.override(language):
        found = RegionMap(make_actor("region_officer", tree.root), Question(tree.root, year, "paid"))
        drawn = region_svg(found)
    assert ('writing-mode="tb"' in drawn) == standing
    assert COLOURS["neutral"][3] in drawn
    assert "<script" not in drawn


def test_a_picture_is_drawn_sharply_and_printed_on_both_kinds_of_page():
    content = png_of(SMALL)
    image = Image.open(io.BytesIO(content))
    assert image.size == (80, 40)
    assert image.getpixel((5, 5))[:3] == (255, 0, 0)
    for language in ("zh-hans", "mvf"):
        document = Document("图", sections=[Picture(content, "图")], language=language)
        assert b"/Image" in render_pdf(document)
        assert fingerprint(document) == fingerprint(Document("图", sections=[Picture(b"", "图")], language=language))


def test_numbers_that_are_no_amounts_keep_their_shape():
    column = Column("个", align="end", kind="number")
    assert [cell_text(column, value) for value in (1234, "–", None)] == ["1,234", "–", ""]
    assert Table([column], [Row((1,))]).rows


@pytest.mark.django_db
def test_a_rate_is_written_on_paper_as_on_the_page(world):
    """One red of a thousand is 0.10 %; what it is made of are projects and no yuan."""
    tree, year = world.tree, world.codes.year
    for name, value in (("red", 1), ("lit", 1000)):
        MeasureRun.objects.create(measure=f"performance_{name}", at=timezone.now())
        for month in (0, 3):
            Figure.objects.create(
                measure=f"performance_{name}",
                year_id=year,
                region=tree.banner,
                league=tree.league,
                month=month,
                value=value,
            )
    found = RegionMap(make_actor("region_officer", tree.root), Question(tree.league, year, "performance_red_share"))
    for is_paper, rate in ((True, "0.10"), (False, Decimal("0.10"))):
        document = region_document(found, with_picture=is_paper)
        places, months = [section for section in document.sections if isinstance(section, Table)]
        foot = places.rows[-1].cells
        texts = [cell_text(column, cell) for column, cell in zip(places.columns, foot, strict=True)]
        assert (texts[2:4], foot[-1], document.unit_note) == (["1", "1,000"], rate, "")
        assert months.rows[2].cells[1] == rate


@pytest.fixture
def months(world) -> RegionMap:
    """Two years of which some months are known, the first one of them a gap between two that are."""
    tree, year = world.tree, world.codes.year
    MeasureRun.objects.create(measure="paid", at=timezone.now())
    for month, of, value in ((0, year, 50), (1, year, 10), (3, year, 50), (12, year - 1, 70)):
        Figure.objects.create(
            measure="paid", year_id=of, region=tree.league, league=tree.league, month=month, value=value
        )
    return RegionMap(make_actor("region_officer", tree.root), Question(tree.root, year, "paid"))


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["zh-hans", "mvf"])
def test_the_picture_has_the_months_below_the_map(months, language):
    with translation.override(language):
        plain, drawn = region_svg(months), region_svg(months, with_months=True)
        image = Image.open(io.BytesIO(region_picture(months)))
    assert "<circle" not in plain
    assert drawn.count("<circle") == 3
    assert str(months.asked.year) in drawn
    assert str(months.asked.year - 1) in drawn
    assert image.size[1] == 2 * int(drawn.split('height="')[1].split('"')[0])
    for x, y in re.findall(r'<circle cx="(\d+)" cy="(\d+)"', drawn):
        assert (0 < int(x) < image.size[0] / 2, 0 < int(y) < image.size[1] / 2) == (True, True)


@pytest.mark.django_db
def test_paper_and_workbook_have_the_months_as_lines(months):
    paper = region_document(months, with_picture=True)
    plots = [section for section in paper.sections if isinstance(section, Plot)]
    assert [(plot.shape, [values[:4] for _name, values in plot.series]) for plot in plots] == [
        ("lines", [[10, None, 50, None], [None] * 4])
    ]
    assert render_pdf(paper).startswith(b"%PDF")
    book = load_workbook(io.BytesIO(render_xlsx(region_document(months, with_picture=False))))
    sheet = book.worksheets[1]
    assert [len(one._charts) for one in book.worksheets] == [0, 1]
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert ["2", None, None] in [row[:3] for row in cells]  # a gap, no word that would be drawn as zero
    drawn = sheet._charts[0]
    assert len(drawn.series) == 2
    assert drawn.display_blanks == "gap"
