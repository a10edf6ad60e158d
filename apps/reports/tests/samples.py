"""Documents to render in tests, as large and as odd as real ones."""

import io
from decimal import Decimal

from pypdf import PdfReader

from apps.reports.document import Column, Document, Facts, Row, Table

LARGE = Decimal("12345678901.23")
SHOWN = "12,345,678,901.23"
HAN = "内蒙古自治区农牧业技术推广中心"
# A suffix joined by U+202F and a separated vowel (U+180E): what careless text handling destroys.
MONGOLIAN = "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ ᠨᠡᠷ\u180eᠡ"


def name_in(language: str) -> str:
    return MONGOLIAN if language == "mvf" else HAN


def budget(language: str = "zh-hans", rows: int = 3) -> Document:
    columns = (
        Column("code", kind="code"),
        Column(name_in(language)),
        Column("amount", align="end", kind="money"),
        Column("change", align="end", kind="money"),
    )
    body = [Row((f"{2010000 + n}", name_in(language), LARGE, Decimal("-0.5")), indent=n % 3) for n in range(rows)]
    body.append(Row(("", "total", LARGE * 100, None), kind="total"))
    facts = Facts([("capitals", "壹佰亿元整")])
    return Document(
        f"{name_in(language)} 2027", "first", "yuan", [facts, Table(columns, body)], "", "2027-1", language, "ab" * 32
    )


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def private_use(text: str) -> list[str]:
    return [hex(ord(char)) for char in text if 0xE000 <= ord(char) <= 0xF8FF or ord(char) >= 0xF0000]
