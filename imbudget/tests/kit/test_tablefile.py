"""Files of strangers: each bad one gets its sentence, and none takes the memory or the process."""

import contextlib
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.formula import ArrayFormula

from imbudget.kit import csvrows, sheetxml, tablefile
from imbudget.kit.errors import RuleViolation
from imbudget.kit.sheetxml import Range, SheetMarks, column_number, scan
from imbudget.kit.tablefile import open_file, rows_of
from imbudget.kit.zipparts import Unreadable

SHEET = "xl/worksheets/sheet1.xml"
BINARY = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'


@pytest.fixture
def book(tmp_path: Path) -> Path:
    workbook = Workbook()
    workbook.active.append(["代码", "金额"])
    workbook.active.append(["2010101", 1.5])
    path = tmp_path / "a.xlsx"
    workbook.save(path)
    return path


def rewrite(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, change(content) if name == part else content)
    return path


def lie(path: Path, part: str, length: int) -> None:
    """Let a part unpack to far more than the archive says."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts[part] = parts[part].replace(b"<sheetData>", b"<sheetData>" + b" " * length)
    small = struct.pack("<I", 2000)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    raw, real = path.read_bytes(), struct.pack("<I", len(parts[part]))
    assert raw.count(real) >= 1
    path.write_bytes(raw.replace(real, small))


def cell(place: str, row: int) -> Callable[[bytes], bytes]:
    added = f'<row r="{row}"><c r="{place}{row}"><v>1</v></c></row></sheetData>'.encode()
    return lambda xml: xml.replace(b"</sheetData>", added)


def refusal(path: Path, name: str = "") -> str:
    with pytest.raises(RuleViolation) as caught:
        list(rows_of(path, name))
    return str(caught.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"PK\x03\x04 nothing", "damaged"),
        (BINARY + bytes(600), "neither an Excel workbook nor a CSV"),
        (BINARY + bytes(512) + "EncryptedPackage".encode("utf-16-le") + bytes(512), "password"),
        (b"<html><body><table><tr><td>1</td></tr></table>", "web page"),
        (b"\n  <!DOCTYPE html><html>", "web page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook>', "XML file"),
        (b"MIME-Version: 1.0\nX-Document-Type: Workbook", "web page"),
        (b"%PDF-1.4\n1 0 obj\n", "neither an Excel workbook nor a CSV"),
        (b"a,b\n\0,1\n", "neither an Excel workbook nor a CSV"),
        (b"\xff\xfe\x00\x81\xff\xff", "neither an Excel workbook nor a CSV"),
        ("代码,金额\n1,万".encode()[:-1], "cut off"),
        ("代码,金额\n1,万".encode("utf-16")[:-1], "cut off"),
        ("<html><table>".encode("utf-16"), "web page"),
        ('代码,金额\n"1,2\n3,4\n'.encode(), "quotation mark"),
    ],
)
def test_a_bad_file_gets_its_sentence(tmp_path, content, words):
    path = tmp_path / "upload.xls"
    path.write_bytes(content)
    said = refusal(path, "预算.xls")
    assert words in said
    assert "预算.xls" in said


def test_a_workbook_that_was_cut_off_is_damaged(book):
    raw = book.read_bytes()
    for share in (0.3, 0.6, 0.95):
        book.write_bytes(raw[: int(len(raw) * share)])
        assert "damaged" in refusal(book)


def test_another_zip_file_is_no_workbook(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert "damaged" in refusal(path)


def test_an_encrypted_archive_asks_for_its_password(book):
    raw = bytearray(book.read_bytes())
    start = 0
    while (start := raw.find(b"PK\x01\x02", start)) >= 0:
        raw[start + 8] |= 1
        start += 4
    book.write_bytes(raw)
    assert "password" in refusal(book)


@pytest.mark.covers("D1")
def test_a_bomb_is_refused_by_what_it_declares(book, monkeypatch):
    monkeypatch.setattr(tablefile, "MAX_UNPACKED", 100_000)
    rewrite(book, SHEET, lambda xml: xml + b" " * 200_000)
    assert "unpack" in refusal(book)


@pytest.mark.covers("D1")
def test_a_bomb_that_lies_is_stopped_while_it_unpacks(book):
    lie(book, SHEET, 50_000_000)
    assert "unpack" in refusal(book)


def test_a_part_with_a_wrong_content_is_damaged(book):
    raw = book.read_bytes()
    packed = zlib.compress(b"")  # some place in the middle of the deflated sheet
    place = raw.find(SHEET.encode()) + len(SHEET) + 40
    book.write_bytes(raw[:place] + bytes(len(packed)) + raw[place + len(packed) :])
    assert "damaged" in refusal(book)


@pytest.mark.covers("D1")
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
def test_entities_are_never_expanded(book, part):
    rewrite(book, part, lambda xml: LAUGHS + xml)
    assert "damaged" in refusal(book)


def test_two_parts_of_one_name_are_refused(book):
    with zipfile.ZipFile(book, "a") as archive:
        archive.writestr(SHEET.upper(), "<worksheet/>")
    assert "damaged" in refusal(book)


@pytest.mark.parametrize(
    ("place", "row", "words"),
    [("A", 200_101, "too many rows"), ("A", 1_048_576, "too many rows"), ("XFD", 9_000, "too many columns")],
)
def test_a_lonely_cell_does_not_make_a_giant_of_the_sheet(book, place, row, words):
    assert words in refusal(rewrite(book, SHEET, cell(place, row)))


def test_a_wide_sheet_and_an_empty_far_cell_are_read(book):
    rewrite(book, SHEET, cell("AB", 5))
    rewrite(
        book,
        SHEET,
        lambda xml: xml.replace(b"</sheetData>", b'<row r="1048576"><c r="A1048576" s="0"/></row></sheetData>'),
    )
    (sheet,) = open_file(book).sheets
    rows = list(sheet.rows())
    assert (len(rows), rows[4][27]) == (5, 1)


def test_cells_without_an_address_are_counted():
    xml = b"<worksheet><sheetData><row><c><v>1</v></c><c><f>A1</f><v>1</v></c></row><row hidden='1'><c t='e'><v>#N/A</v></c></row></sheetData></worksheet>"
    marks = scan(lambda: [xml])
    assert marks == SheetMarks({2}, {(1, 1)}, {(2, 0): "#N/A"}, [])


def test_marks_are_found_wherever_the_pieces_are_cut():
    rows = b"".join(
        b'<x:row r="%d"%b><x:c r="B%d"><x:f>1</x:f><x:v>1</x:v></x:c></x:row>' % (n, b' hidden="1"' * (n % 3 == 0), n)
        for n in range(1, 40)
    )
    xml = (
        b'<x:worksheet xmlns:x="y"><x:sheetData>'
        + rows
        + b'</x:sheetData><x:mergeCells><x:mergeCell ref="A2:B9"/></x:mergeCells></x:worksheet>'
    )
    for size in (7, 64, 1000, len(xml)):
        marks = scan(lambda size=size: [xml[at : at + size] for at in range(0, len(xml), size)])
        assert marks.hidden == set(range(3, 40, 3))
        assert marks.formulas == {(n, 1) for n in range(1, 40)}
        assert marks.merged == [Range(2, 0, 9, 1)]


def test_a_row_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(sheetxml, "MAX_PIECE", 1000)
    with pytest.raises(Unreadable, match="damaged"):
        scan(lambda: [b"<worksheet><sheetData><row r='1'>", *[b"<c/>" * 100] * 10])


def test_columns_are_counted_like_a_spreadsheets():
    assert [column_number(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]


def test_a_formula_is_no_text_for_master_data(tmp_path):
    workbook = Workbook()
    workbook.active["B2"] = "=1+1"
    workbook.active["C2"] = ArrayFormula("C2:C2", "=SUM(A1)")
    workbook.active["D2"] = "#REF!"
    workbook.save(tmp_path / "a.xlsx")
    assert list(rows_of(tmp_path / "a.xlsx"))[1] == ("", "=", "=", "#REF!")


def test_a_formula_in_wide_text_is_found(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("代码\t金额\n1\t=1+1\n", encoding="utf-16")
    assert list(rows_of(path))[1] == ("1", "=")


def test_a_hidden_first_sheet_is_passed_over(tmp_path):
    workbook = Workbook()
    workbook.active.append(["x"])
    workbook.create_sheet("b").append(["y"])
    workbook.worksheets[0].sheet_state = "veryHidden"
    workbook.active = 1
    workbook.save(tmp_path / "a.xlsx")
    assert list(rows_of(tmp_path / "a.xlsx")) == [("y",)]


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [("\t", "utf-8-sig"), (";", "gb18030"), (",", "utf-8"), ("\t", "utf-16")]
)
def test_text_files_of_several_kinds(tmp_path, delimiter, encoding):
    path = tmp_path / "a.txt"
    path.write_text(f'代码{delimiter}"名,称"\n\n1{delimiter}"两\n行"\n', encoding=encoding)
    assert list(rows_of(path)) == [("代码", "名,称"), (), ("1", "两\n行")]


def test_damage_anywhere_is_told_or_harmless(book):
    """Bytes changed one after another: the file is read or refused, and nothing else happens."""
    raw = book.read_bytes()
    for place in range(0, len(raw), 7):
        book.write_bytes(raw[:place] + bytes([raw[place] ^ 0x55]) + raw[place + 1 :])
        try:
            list(rows_of(book))
        except RuleViolation:
            continue


@pytest.mark.parametrize(
    "sheet",
    [
        b"<c " * 400_000,
        b'<c r="AA1" ' * 200_000 + b"/>",
        b"<row r='1'>" + b'<c t="e">' * 200_000,
        b"<mergeCell " * 200_000,
        b"<row " * 300_000,
    ],
)
def test_no_sheet_makes_the_scan_slow(sheet):
    begun = time.process_time()
    with contextlib.suppress(Unreadable):
        scan(lambda: [b"<worksheet><sheetData>" + sheet + b"</sheetData></worksheet>"])
    assert time.process_time() - begun < 5


def test_no_text_file_makes_the_look_for_formulas_slow(tmp_path):
    path = tmp_path / "a.csv"
    begun = time.process_time()
    for filling in (b"\n", b"\t", b" ", b","):
        path.write_bytes(filling * 900_000 + b"x=")
        open_file(path)
    assert time.process_time() - begun < 5


def test_more_formulas_than_any_table_has_are_refused(book: Path, tmp_path, monkeypatch):
    monkeypatch.setattr(sheetxml, "MAX_FORMULAS", 2)
    monkeypatch.setattr(csvrows, "MAX_FORMULAS", 2)
    path = tmp_path / "a.csv"
    path.write_text("a\n=1,=2,=3\n")
    cells = b"".join(b'<c r="%c9"><f>1</f></c>' % letter for letter in b"ABC")
    rewrite(book, SHEET, lambda old: old.replace(b"</sheetData>", b'<row r="9">' + cells + b"</row></sheetData>"))
    for file in (path, book):
        with pytest.raises(RuleViolation, match="too many"):
            open_file(file)
