"""A message of envelopes read piece by piece: long bodies go to a file while they are read, never into memory.

libxml2 refuses texts of more than 10 MB, and would hold them whole. So expat reads the message first: it writes the same
message with short bodies, which is held against the schema as ever, and the bodies beside it.
"""

import base64
import binascii
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from apps.disbursement.wire.reading import MIB, PIECE, Unreadable

IN_MEMORY = 4 * MIB  # of a body; a longer one lies in a temporary file
SKELETON = 64 * MIB  # all that is no body
STAND_IN = "AA=="


class _Body:
    """A body that is being read: base64 in pieces of any length."""

    def __init__(self) -> None:
        self.file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - its reader closes it
        self._rest = ""

    def take(self, text: str) -> None:
        packed = self._rest + "".join(text.split())
        whole = len(packed) // 4 * 4
        self._rest = packed[whole:]
        self._write(packed[:whole])

    def end(self) -> BinaryIO:
        if self._rest:
            raise Unreadable("base64")
        self.file.seek(0)
        return cast("BinaryIO", self.file)

    def _write(self, packed: str) -> None:
        try:
            self.file.write(base64.b64decode(packed, validate=True))
        except (binascii.Error, ValueError):
            raise Unreadable("base64") from None


class Lifter:
    """The message without its bodies (`skeleton`), and the bodies in their order."""

    def __init__(self) -> None:
        self.bodies: list[BinaryIO] = []
        self._out: list[str] = []
        self._length = 0
        self._open: _Body | None = None
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def read(self, pieces: Iterator[bytes]) -> bytes:
        """All of the message; raises Unreadable: `xml`, `doctype`, `base64`, `too_large`."""
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise Unreadable("xml", expat.ErrorString(error.code)) from None
        return "".join(self._out).encode()

    def _doctype(self, *_arguments: object) -> None:
        raise Unreadable("doctype")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if self._open is not None:  # an element in a body: the schema says so
            self._open = None
        self._write(f"<{name}{''.join(f' {key}={quoteattr(value)}' for key, value in attributes.items())}>")
        if name == "Voucher":
            self._open = _Body()

    def _end(self, name: str) -> None:
        if self._open is not None and name == "Voucher":
            self.bodies.append(self._open.end())
            self._open = None
            self._write(STAND_IN)
        self._write(f"</{name}>")

    def _text(self, text: str) -> None:
        if self._open is not None:
            self._open.take(text)
        else:
            self._write(escape(text))

    def _write(self, text: str) -> None:
        self._length += len(text)
        if self._length > SKELETON:
            raise Unreadable("too_large")
        self._out.append(text)


def pieces_of(source: BinaryIO, limit: int) -> Iterator[bytes]:
    """The message in pieces; raises Unreadable("too_large")."""
    left = limit
    while piece := source.read(PIECE):
        left -= len(piece)
        if left < 0:
            raise Unreadable("too_large")
        yield piece
