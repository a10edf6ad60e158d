"""Small files of each type, and some that are not what they say."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(32)
JPEG = b"\xff\xd8\xff\xe0" + bytes(32) + b"\xff\xd9"
EXE = b"MZ" + bytes(200)
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"


def zipped(*names: str, content: bytes = b"<x/>", first: bytes = b"") -> bytes:
    """A zip file with parts of these names."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, content)
    return first + buffer.getvalue()


def compound(*streams: str) -> bytes:
    """The head of a compound file, and a directory with these streams."""
    entries = b""
    for name in streams:
        written = name.encode("utf-16-le")
        entries += written.ljust(64, b"\0") + (len(written) + 2).to_bytes(2, "little") + b"\x02" + bytes(61)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entries


DOCX = zipped("[Content_Types].xml", "word/document.xml")
XLSX = zipped("[Content_Types].xml", "xl/workbook.xml")
OFD = zipped("OFD.xml", "Doc_0/Document.xml")
DOC, XLS = compound("WordDocument", "1Table"), compound("Workbook")


def bomb() -> bytes:
    """A text document whose only part unpacks to far more than it weighs."""
    return zipped("[Content_Types].xml", "word/document.xml", content=bytes(6 * 1024 * 1024))


def lying() -> bytes:
    """A text document whose part says that it is shorter than it is."""
    data = zipped("[Content_Types].xml", "word/document.xml", content=b"x" * 10_000)
    return data.replace((10_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def upload(name: str, data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)
