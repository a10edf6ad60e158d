"""The picture of a region's map: the colours of its page, and words that stand where lines do."""

import io

import pytest
from django.utils import timezone, translation
from PIL import Image

from apps.accounts.tests.factories import make_actor
from apps.dashboard.models import Figure, MeasureRun
from apps.dashboard.selectors.region import Question, RegionMap
from apps.reports.document import Column, Document, Picture, Row, Table, cell_text, fingerprint
from apps.reports.pdf import render_pdf
from apps.reports.pictures import png_of
from apps.reports.regions import COLOURS, region_svg

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
