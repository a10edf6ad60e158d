"""Documents as PDF: what a page costs against a bare ReportLab table of the same cells, in both scripts.

The limit is what one writes first with ReportLab: a Platypus table, a paragraph a cell, the same columns, sizes and
embedded faces, and nothing else: no shaping, no standing lines, no page numbers, no widths found from content.
"""

import argparse
import io
import json
import os
import random
import statistics
import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from benchmarks.harness import timed

YUAN = Decimal("0.01")
HAN = [
    "行政",
    "运行",
    "草原",
    "生态",
    "保护",
    "修复",
    "教育",
    "支出",
    "农牧业",
    "技术",
    "推广",
    "社会",
    "保障",
    "就业",
    "综合",
    "服务",
    "能力",
    "提升",
    "项目",
]
MONGOLIAN = [
    "ᠮᠣᠩᠭᠣᠯ",
    "ᠣᠷᠣᠨ",
    "ᠰᠠᠩᠬᠦᠦ",
    "ᠲᠥᠰᠥᠪ",
    "ᠵᠠᠷᠤᠴᠠ",
    "ᠣᠷᠤᠯᠲᠠ",
    "ᠪᠠᠶᠢᠭᠤᠯᠤᠯᠲᠠ",
    "ᠰᠤᠷᠭᠠᠨ",
    "ᠬᠥᠮᠦᠵᠢᠯ",
    "ᠨᠡᠶᠢᠭᠡᠮ",
    "ᠬᠠᠮᠭᠠᠭᠠᠯᠠᠯᠲᠠ",
]


def main() -> None:
    """Print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=2000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    without_database()
    for language in ("zh-hans", "mvf"):
        claim(language, given.rows, given.runs)


def without_database() -> None:
    """Django with the product's settings; documents are drawn from plain data."""
    os.environ |= {
        "DATABASE_URL": "postgresql:///none",
        "DJANGO_SETTINGS_MODULE": "imbudget.settings",
        "SECRET_KEY": "benchmark",
        "FIELD_KEYS": "b:" + "0" * 64,
        "INDEX_KEY": "0" * 64,
        "SECURE": "0",
    }
    import django

    django.setup()


def claim(language: str, rows: int, runs: int) -> None:
    """One line: medians of both, taken in turns, and of the workbook of the same document."""
    from apps.reports.pdf import register_fonts, render_pdf
    from apps.reports.xlsx import render_xlsx

    register_fonts()
    first = timed(lambda: render_pdf(document(language, rows)))
    made = document(language, rows)
    mine, theirs = [], []
    for _run in range(runs):
        mine.append(spent(lambda: render_pdf(made)))
        theirs.append(spent(lambda: bare(made)))
    product, limit = render_pdf(made), bare(made)
    pages = {"pages": count(product), "limit_pages": count(limit)}
    per_page = statistics.median(mine) * 1000 / pages["pages"]
    limit_per_page = statistics.median(theirs) * 1000 / pages["limit_pages"]
    line = {
        "claim": f"pdf.{language}",
        "rows": rows,
        **pages,
        "product_ms_per_page": round(per_page, 2),
        "limit_ms_per_page": round(limit_per_page, 2),
        "ratio": round(per_page / limit_per_page, 2),
        "ratio_of_files": round(statistics.median(mine) / statistics.median(theirs), 2),
        "first_ms_per_page": round(first * 1000 / pages["pages"], 2),
        "product_kb": len(product) // 1024,
        "limit_kb": len(limit) // 1024,
        "xlsx_ms": round(spent(lambda: render_xlsx(made)) * 1000),
    }
    print(json.dumps(line), flush=True)


def spent(run: Callable[[], Any]) -> float:
    """Seconds of processor time: drawing waits for nothing, and other work on the machine must not count."""
    start = time.process_time()
    run()
    return time.process_time() - start


def document(language: str, rows: int) -> Any:
    """A unit's lines as they are: few classes, fewer funds, mostly projects with names of their own."""
    from apps.reports.document import Coded, Column, Document, Row, Table

    rng = random.Random(7)
    name = names(language, rng)
    functions = [Coded(f"2{n:06}", name(4)) for n in range(120)]
    economic = [Coded(f"30{n:03}", name(3)) for n in range(60)]
    funds = [Coded(f"11{n}", name(2)) for n in range(6)]
    kinds = [name(2), name(2)]
    money = {"align": "end", "kind": "money"}
    labels = [name(2) for _n in range(7)]
    columns = [Column(labels[0], kind="code"), *(Column(label, code_label="c") for label in labels[1:5])]
    columns += [Column(labels[5]), Column(labels[6]), *(Column(name(2), **money) for _n in range(3))]

    def row(number: int) -> Row:
        project = name(6) if rng.random() < 0.5 else ""
        amounts = [Decimal(rng.randrange(10**9)) * YUAN for _n in range(3)]
        classes = [rng.choice(functions), rng.choice(economic), rng.choice(economic), rng.choice(funds)]
        return Row((str(number), *classes, rng.choice(kinds), project, *amounts))

    return Document(name(3), sections=[Table(columns, [row(n) for n in range(rows)])], language=language)


def names(language: str, rng: random.Random) -> Callable[[int], str]:
    """Names of so many words, in the words of the trade."""
    words, joint = (MONGOLIAN, " ") if language == "mvf" else (HAN, "")
    return lambda count: joint.join(rng.choice(words) for _n in range(count))


def bare(made: Any) -> bytes:
    """The same cells as a plain Platypus table on paper of the same size, in the widths that the product found."""
    from apps.reports.pdf import Layout

    (table,) = made.sections
    return bare_file(Layout(made), lambda writer: [bare_table(writer, table)])


def bare_table(writer: Any, table: Any) -> Any:
    """One table, a paragraph a cell."""
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Table

    from apps.reports.document import Column, cell_text
    from apps.reports.widths import PAD, claims, fitting_size

    plain_faces()
    asked = claims(table)
    points = fitting_size(asked, writer.inline, writer.look.table * writer.scale)
    leading = points * (1.55 if writer.vertical else 1.4)
    wrap = None if writer.vertical else "CJK"
    styles = {
        (face, align): ParagraphStyle(
            align, fontName=face, fontSize=points, leading=leading, wordWrap=wrap, alignment=number
        )
        for align, number in (("start", 0), ("end", 2))
        for face in ("BareSC", "BareMong")
    }

    def cell(column: Any, value: Any) -> Any:
        text = cell_text(column, value)
        return Paragraph(text, styles[face_of(writer, text), column.align])

    rows = [[cell(Column(""), column.label) for column in table.columns]]
    rows += [
        [cell(column, value) for column, value in zip(table.columns, row.cells, strict=True)] for row in table.rows
    ]
    grid = Table(rows, colWidths=writer.widths(asked, points / writer.scale), repeatRows=1)
    whole = ((0, 0), (-1, -1))
    pads = [("TOPPADDING", 2), ("BOTTOMPADDING", 3), ("LEFTPADDING", PAD), ("RIGHTPADDING", PAD)]
    grid.setStyle([("GRID", *whole, 0.4, "#9aa6b4"), *((name, *whole, points) for name, points in pads)])
    return grid


def face_of(writer: Any, text: str) -> str:
    """The plain face that has the text's letters."""
    return "BareMong" if writer.vertical and not text.isascii() else "BareSC"


def bare_file(writer: Any, story: Callable[[Any], list[Any]]) -> bytes:
    """The story on the paper and within the margins of the product."""
    from reportlab.platypus import SimpleDocTemplate

    from apps.reports.pdf import FOOT

    target, look = io.BytesIO(), writer.look
    inside = 6  # points that a frame of the simple template keeps inside
    SimpleDocTemplate(
        target,
        pagesize=writer.size,
        leftMargin=look.start - inside,
        rightMargin=look.end - inside,
        topMargin=look.top - inside,
        bottomMargin=look.bottom - inside + FOOT,
    ).build(story(writer))
    return target.getvalue()


def plain_faces() -> None:
    """The same files as ReportLab's own fonts."""
    from django.conf import settings
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for name, file in (("BareSC", "NotoSansSC-Regular.ttf"), ("BareMong", "NotoSansMongolian-Regular.ttf")):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(settings.FONT_DIR / file)))


def count(content: bytes) -> int:
    """Pages of a file."""
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


if __name__ == "__main__":
    main()
