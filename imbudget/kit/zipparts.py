"""The parts of a zipped workbook, unpacked without trusting what it says about itself."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 1 << 20
LOCAL_HEADER = 30
DOCTYPE = b"<!DOCTYPE"
XML = (".xml", ".rels", ".vml")
WIDE_TEXT = (b"\xff\xfe", b"\xfe\xff")  # UTF-16, which no writer of workbooks uses and no reader here expects


class Unreadable(Exception):
    """A file that cannot or must not be read; `reason` is the key of the sentence for its sender."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Archive:
    """An opened zip file whose parts say how long they are, and are not longer."""

    def __init__(self, path: Path, most: int, most_whole: int) -> None:
        """`most` bounds all parts unpacked, `most_whole` those that readers hold in memory at once (no sheets)."""
        self.path = path
        try:
            with zipfile.ZipFile(path) as archive:
                parts = archive.infolist()
        except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError) as error:
            raise Unreadable("damaged") from error
        self.parts = {part.filename.lower().lstrip("/"): part for part in parts}
        if len(self.parts) != len(parts):
            raise Unreadable("damaged")  # two parts of one name: readers would disagree on which is meant
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("password")
        whole = sum(part.file_size for name, part in self.parts.items() if not is_sheet(name))
        if sum(part.file_size for part in parts) > most or whole > most_whole:
            raise Unreadable("bomb")

    def chunks(self, name: str) -> Iterator[bytes]:
        """One part unpacked piece by piece. Raises Unreadable when it is longer than it says, or holds entities."""
        part, length = self.parts[name], 0
        is_xml = name.endswith(XML)
        for chunk in self._unpacked(part):
            length += len(chunk)
            if length > part.file_size:
                raise Unreadable("bomb")
            # An inner document type could blow up in any XML reader; workbooks have none.
            if is_xml and (DOCTYPE in chunk or chunk[:2] in WIDE_TEXT):
                raise Unreadable("damaged")
            yield chunk
        if length < part.file_size:
            raise Unreadable("damaged")

    def read(self, name: str) -> bytes:
        """A whole part."""
        if name not in self.parts:
            raise Unreadable("damaged")
        return b"".join(self.chunks(name))

    def _unpacked(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            if not 0 <= part.header_offset < self.path.stat().st_size:
                raise Unreadable("damaged")
            file.seek(part.header_offset)
            header = file.read(LOCAL_HEADER)
            file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
            if part.compress_type == zipfile.ZIP_STORED:
                yield from _pieces(file, part.compress_size)
            elif part.compress_type == zipfile.ZIP_DEFLATED:
                yield from _inflated(file, part.compress_size)
            else:
                raise Unreadable("damaged")


def is_sheet(name: str) -> bool:
    """Whether a part holds the cells of a sheet."""
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _pieces(file: BinaryIO, length: int) -> Iterator[bytes]:
    while length > 0 and (piece := file.read(min(CHUNK, length))):
        length -= len(piece)
        yield piece


def _inflated(file: BinaryIO, length: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for piece in _pieces(file, length):
            while piece:
                yield inflater.decompress(piece, CHUNK)
                piece = inflater.unconsumed_tail
        yield inflater.flush(CHUNK)
    except zlib.error as error:
        raise Unreadable("damaged") from error
