"""PDF files say exactly what the document says, in both scripts, and never fail over a character."""

import io
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.utils import translation
from pypdf import PdfReader

from apps.reports.document import Column, Document, Facts, Paragraph, Row, Table
from apps.reports.pdf import render_pdf
from apps.reports.tests.samples import HAN, LARGE, MONGOLIAN, SHOWN, budget, name_in, pages, private_use

both = pytest.mark.parametrize("language", ["zh-hans", "mvf"])


@both
def test_text_of_a_long_table(language: str) -> None:
    found = pages(render_pdf(budget(language, rows=400)))
    text = "\n".join(found)
    assert len(found) > 5
    assert text.count(SHOWN) == 400
    assert "1,234,567,890,123.00" in text
    assert "-0.50" in text
    assert "2010399" in text
    assert not private_use(text)


def test_mongolian_words_stay_exact() -> None:
    text = "".join(pages(render_pdf(budget("mvf", rows=50))))
    heads = text.count("amount")
    assert text.count(MONGOLIAN) == 50 + 1 + heads  # the rows, the title, the head of each page


def test_mongolian_inside_a_chinese_document() -> None:
    document = Document("标题", sections=[Paragraph(f"{MONGOLIAN}（{HAN}）")])
    assert MONGOLIAN in "".join(pages(render_pdf(document)))


@both
def test_each_page_has_the_head_and_its_number(language: str) -> None:
    found = pages(render_pdf(budget(language, rows=100)))
    with translation.override(language):
        for number, text in enumerate(found, 1):
            words = translation.gettext("page %(page)s of %(pages)s") % {"page": number, "pages": len(found)}
            assert re.sub(r"\s", "", words) in re.sub(r"\s", "", text)
            assert "amount" in text
            assert "2027-1" in text
            assert "ab" * 32 in text


@both
def test_an_empty_table_says_so(language: str) -> None:
    document = Document("t", sections=[Table((Column("a"), Column("b", kind="money")), [])], language=language)
    with translation.override(language):
        words = translation.gettext("This unit has no such item, so this table is empty.")
    assert re.sub(r"\s", "", words) in re.sub(r"\s", "", "".join(pages(render_pdf(document))))


@both
def test_the_same_document_gives_the_same_bytes(language: str) -> None:
    assert render_pdf(budget(language)) == render_pdf(budget(language))


def test_paper_lies_for_standing_script() -> None:
    for language, wide in (("zh-hans", False), ("mvf", True)):
        box = PdfReader(io.BytesIO(render_pdf(budget(language)))).pages[0].mediabox
        assert (box.width > box.height) is wide


def test_eight_threads_draw_the_same() -> None:
    expected = {language: render_pdf(budget(language, 60)) for language in ("zh-hans", "mvf")}
    asked = ["zh-hans", "mvf"] * 8
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda language: render_pdf(budget(language, 60)), asked))
    assert all(content == expected[language] for language, content in zip(asked, made, strict=True))


def test_only_bold_mongolian_is_stroked() -> None:
    table = Table((Column("a"),), [Row((MONGOLIAN,))] * 5)
    document = Document("t", sections=[table], language="mvf")
    contents = PdfReader(io.BytesIO(render_pdf(document))).pages[0].get_contents()
    assert contents is not None
    assert contents.get_data().count(b"2 Tr") == 0


@both
def test_every_face_used_is_in_the_file(language: str) -> None:
    document = budget(language)
    empty = Table((Column("a"), Column("b")), [])
    content = render_pdf(Document("t", sections=[*document.sections, empty], language=language))
    for page in PdfReader(io.BytesIO(content)).pages:
        stream = page.get_contents()
        assert stream is not None
        used = set(re.findall(rb"/F[0-9]+(?:\+[0-9]+)?(?= )", stream.get_data()))
        fonts = page["/Resources"]["/Font"]
        assert used
        assert all("/FontFile2" in fonts[name.decode()].get("/FontDescriptor", {}) for name in used)


@both
@pytest.mark.parametrize("columns", [3, 6, 9])
def test_large_amounts_are_never_wrapped(language: str, columns: int) -> None:
    table = Table(
        (Column(name_in(language)), *(Column(f"amount {n}", align="end", kind="money") for n in range(columns))),
        [Row((name_in(language) * 4, *[-LARGE * 1000] * columns), kind="total")] * 4,
    )
    text = "\n".join(pages(render_pdf(Document("t", sections=[table], language=language))))
    assert text.count("-12,345,678,901,230.00") == 4 * columns


ODD = {
    "rare han": "\U00031350",
    "controls": "a\x00b\x07c",
    "half a pair": "x\ud800y",
    "emoji": "😀",
    "markup": "<b>&amp;",
    "line feed": "a\nb",
    "private use": "\ue234\U000f0001",
    "lone selector": "\u180b\u202f",
    "marks": "ᠠᢅᢆ ᠤᢩ ᢀ",
    "taller than a page": "长" * 6000,
    "no place to break": "x" * 400,
    "long mongolian": MONGOLIAN * 60,
    "empty": "",
}


@both
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_text_is_drawn_without_error(language: str, text: str) -> None:
    table = Table(
        (Column("name"), Column("amount", align="end", kind="money")), [Row((text, Decimal(1))), Row((text, "—"))]
    )
    sections = [Facts([("label", text)]), Facts([]), Paragraph(text), table, Table((), [])]
    drawn = "".join(pages(render_pdf(Document(f"t {text[:50]}", sections=sections, language=language))))
    assert "1.00" in drawn
    assert "—" in drawn
    assert not private_use(drawn)


@both
def test_a_character_without_a_face_is_shown_as_a_geta(language: str) -> None:
    drawn = "".join(pages(render_pdf(Document("a\U00031350b", language=language))))
    assert re.sub(r"\s", "", drawn).startswith("a〓b")
