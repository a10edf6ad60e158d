"""Workbooks with a password, as whoever has it opens them."""

from io import BytesIO

from msoffcrypto import OfficeFile


def unlocked(book: bytes, password: str) -> BytesIO:
    """The workbook in clear."""
    file, clear = OfficeFile(BytesIO(book)), BytesIO()
    file.load_key(password=password)
    file.decrypt(clear)
    return clear
