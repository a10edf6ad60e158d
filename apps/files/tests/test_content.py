"""The type of a file is what its content says; what its ending says must agree."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from apps.files import content
from apps.files.tests import samples
from imbudget.kit.errors import RuleViolation

pytestmark = pytest.mark.covers("D1")

GOOD = (
    ("方案.pdf", samples.PDF, "application/pdf"),
    ("方案.PDF", samples.PDF, "application/pdf"),
    ("公文.ofd", samples.OFD, "application/ofd"),
    ("a.docx", samples.DOCX, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("a.xlsx", samples.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("a.doc", samples.DOC, "application/msword"),
    ("a.wps", samples.DOC, "application/msword"),
    ("a.xls", samples.XLS, "application/vnd.ms-excel"),
    ("a.et", samples.compound("Book"), "application/vnd.ms-excel"),
    ("a.doc", samples.compound("Workbook", "WordDocument"), "application/msword"),
    ("a.jpg", samples.JPEG, "image/jpeg"),
    ("a.jpeg", samples.JPEG, "image/jpeg"),
    ("a.png", samples.PNG, "image/png"),
    ("a.txt", "ᠮᠣᠩᠭᠣᠯ 说明\r\n".encode(), "text/plain"),
    ("a.txt", b"\xef\xbb\xbf" + "说明".encode(), "text/plain"),
    ("a.csv", "编码,名称\n".encode("gb18030"), "text/csv"),
)
BAD = (
    ("报告.pdf", samples.EXE, "a program"),
    ("报告.txt", samples.EXE, "a program"),
    ("a.docx", samples.zipped("a.txt"), "an archive"),
    ("a.docx", samples.XLSX, "XLSX"),
    ("a.xlsx", samples.OFD, "OFD"),
    ("a.docx", samples.zipped("word/document.xml"), "an archive"),
    ("a.docx", samples.zipped("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
    ("a.docx", samples.zipped("[Content_Types].xml", "word/document.xml", first=b"MZ"), "a program"),
    ("a.pdf", samples.DOCX, "DOCX"),
    ("a.doc", samples.XLS, "Excel"),
    ("a.doc", samples.compound("Installer"), "unknown"),
    ("a.doc", samples.compound()[:520] + b"WordDocument", "unknown"),
    ("a.jpg", samples.PNG, "PNG"),
    ("a.png", samples.HTML, "a web page"),
    ("a.txt", b"\xef\xbb\xbf  " + samples.HTML, "a web page"),
    ("a.csv", b"a,b\x00c", "unknown"),
    ("a.txt", b"\xff\xff\xff", "unknown"),
    ("a.pdf", b" %PDF-1.7", "plain text"),
    ("a.docx", samples.DOCX[:60], "damaged"),
    ("a.docx", samples.compound("EncryptedPackage"), "password"),
    ("a.docx", samples.lying(), "unpack"),
)

MIMES = {mime for known in content.TYPES.values() for mime in known.endings.values()}


@pytest.fixture(autouse=True)
def small_limit(settings) -> None:
    settings.FILE_MAX_UNPACKED = 5 * 1024 * 1024


@pytest.mark.parametrize(("name", "data", "kind"), GOOD, ids=range(len(GOOD)))
def test_each_type_is_known_by_its_content(tmp_path: Path, name: str, data: bytes, kind: str):
    path = tmp_path / "x"
    path.write_bytes(data)
    assert content.check_content(path, name) == kind


@pytest.mark.parametrize(("name", "data", "words"), BAD, ids=range(len(BAD)))
def test_a_file_that_is_something_else_is_refused_by_name(tmp_path: Path, name: str, data: bytes, words: str):
    path = tmp_path / "x"
    path.write_bytes(data)
    with pytest.raises(RuleViolation) as refusal:
        content.check_content(path, name)
    assert name in str(refusal.value)
    assert words in str(refusal.value)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path):
    path = tmp_path / "x"
    path.write_bytes(samples.bomb())
    assert path.stat().st_size < 20_000
    with pytest.raises(RuleViolation, match="unpack"):
        content.check_content(path, "a.docx")


def said_of(path: Path, name: str) -> str:
    """The MIME type of a file, or that its refusal is a sentence which names it."""
    try:
        return content.check_content(path, name)
    except RuleViolation as refusal:
        return "a sentence" if name in str(refusal) else str(refusal)


@effort(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.sampled_from([b"", b"PK\x03\x04", content.OLE, b"%PDF-", samples.DOCX, samples.XLS]), rest=st.binary())
def test_whatever_comes_is_a_type_or_a_sentence(tmp_path: Path, start: bytes, rest: bytes):
    path = tmp_path / "x"
    path.write_bytes(start + rest)
    for ending in content.ALLOWED:
        assert said_of(path, f"a.{ending}") in {*MIMES, "a sentence"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\资料\\方案.pdf", "方案.pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("a\x00b\r\n.pdf", "ab.pdf"),
        (" ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ.pdf ", "ᠮᠣᠩᠭᠣᠯ\u202fᠤᠨ.pdf"),
        ("长" * 400 + ".pdf", "长" * 196 + ".pdf"),
        ("", ""),
    ],
)
def test_names_are_kept_without_what_misleads(given: str, kept: str):
    assert content.clean_name(given) == kept


@pytest.mark.parametrize("name", ["a.zip", "a.exe", "a", "", ".pdf", "..", "a.pdf.exe", "a.docm", "a.svg", "a.html"])
def test_other_endings_are_not_taken(name: str):
    with pytest.raises(RuleViolation):
        content.check_name(content.clean_name(name), content.ALLOWED)


def test_codes_of_an_old_mongolian_input_method_are_no_name():
    with pytest.raises(RuleViolation):
        content.clean_name("\ue234.pdf")
