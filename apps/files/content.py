"""The type of a file by its content: few types, each known by what its first bytes and its parts say.

A general library of magic numbers is not used: it guesses among hundreds of types, and takes the ending for a hint.
"""

import codecs
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imbudget.kit.errors import RuleViolation
from imbudget.kit.text import clean, strip
from imbudget.kit.zipparts import CHUNK, Archive, Unreadable

NAME_LENGTH = 200
ENTRY = 128  # bytes of an entry in the directory of a compound file; sectors are multiples of it
# Characters that turn the direction of a name around, so that "txt.exe" is read as "exe.txt".
TURNING = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069/\\\\\n\r\t]")
NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
MARKUP = re.compile(rb"^\s*<(?:\?xml|!doctype|html|head|body|script|svg|meta)", re.IGNORECASE)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class FileType:
    """A kind of content, with the endings it may have (and the MIME type under each); none: it is not taken."""

    label: str | Promise
    endings: dict[str, str]


WORD, SHEET = "application/msword", "application/vnd.ms-excel"
OPEN = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": FileType("PDF", {"pdf": "application/pdf"}),
    "ofd": FileType("OFD", {"ofd": "application/ofd"}),
    "docx": FileType("DOCX", {"docx": f"{OPEN}.wordprocessingml.document"}),
    "xlsx": FileType("XLSX", {"xlsx": f"{OPEN}.spreadsheetml.sheet"}),
    "word": FileType(gettext_lazy("Word or WPS text"), {"doc": WORD, "wps": WORD}),
    "sheet": FileType(gettext_lazy("Excel or WPS table"), {"xls": SHEET, "et": SHEET}),
    "jpeg": FileType("JPEG", {"jpg": "image/jpeg", "jpeg": "image/jpeg"}),
    "png": FileType("PNG", {"png": "image/png"}),
    "text": FileType(gettext_lazy("plain text"), {"txt": "text/plain", "csv": "text/csv"}),
    "program": FileType(gettext_lazy("a program"), {}),
    "archive": FileType(gettext_lazy("an archive"), {}),
    "macros": FileType(gettext_lazy("a document with macros"), {}),
    "markup": FileType(gettext_lazy("a web page"), {}),
    "other": FileType(gettext_lazy("something unknown"), {}),
}
ALLOWED = tuple(ending for known in TYPES.values() for ending in known.endings)
MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
)
STREAMS = {"WordDocument": "word", "Workbook": "sheet", "Book": "sheet"}


def clean_name(name: str) -> str:
    """The name as it is kept: no folders, no characters that mislead the eye. Raises RuleViolation."""
    last = PurePath(str(name).replace("\\", "/")).name
    try:
        kept = strip(clean(TURNING.sub("", last)))
    except ValueError as error:
        reason = _("The name of the file holds characters of an old Mongolian input method. Give it another name.")
        raise RuleViolation(reason) from error
    stem, ending = PurePath(kept).stem, PurePath(kept).suffix
    return f"{stem[: NAME_LENGTH - len(ending)]}{ending}"


def ending_of(name: str) -> str:
    """The ending of a name in small letters, without its dot."""
    return PurePath(name).suffix.lower().lstrip(".")


def check_name(name: str, allowed: Collection[str]) -> None:
    """Raises RuleViolation for a name whose ending is not taken here."""
    if ending_of(name) not in allowed:
        text = _("%(name)s: files of this kind are not taken here. Send one of: %(endings)s.")
        raise RuleViolation(text % {"name": name or "?", "endings": ", ".join(allowed)})


def limit_of(name: str) -> int:
    """How many bytes a file of this name may have."""
    return settings.FILE_MAX_BYTES_OF.get(ending_of(name), settings.FILE_MAX_BYTES)


def check_content(path: Path, name: str) -> str:
    """The MIME type of a file whose content is what its ending says. Raises RuleViolation naming the file."""
    try:
        found = set(_kinds_of(path))
    except Unreadable as refusal:
        raise RuleViolation(_sentence(refusal.reason) % {"name": name}) from refusal
    ending = ending_of(name)
    for kind in found:
        if ending in TYPES[kind].endings:
            return TYPES[kind].endings[ending]
    labels = ", ".join(str(TYPES[kind].label) for kind in sorted(found))
    text = _(
        "%(name)s is not what its ending says: by its content it is %(found)s. "
        "Open it in the program that made it, save it again and send that file."
    )
    raise RuleViolation(text % {"name": name, "found": labels})


def _sentence(reason: str) -> str:
    if reason == "password":
        return _("The file %(name)s is protected by a password. Take the password off and send it once more.")
    if reason == "bomb":
        return _("The file %(name)s is made to unpack to far more than a document holds. Save it again and send that.")
    return _("The file %(name)s is damaged. Open it in the program that made it, save it again and send that file.")


def _kinds_of(path: Path) -> Iterator[str]:
    """What the content may be; a compound file can hold a text and a table at once. Raises Unreadable."""
    with path.open("rb") as file:
        start = file.read(16)
    if start.startswith(b"PK\x03\x04"):
        yield _kind_of_zip(path)
    elif start.startswith(OLE):
        yield from _kinds_of_compound(path)
    else:
        known = next((kind for magic, kind in MAGIC if start.startswith(magic)), "")
        yield known or _kind_of_text(path)


def _kind_of_zip(path: Path) -> str:
    """An office document by the parts it has; each part is unpacked once, so that none is longer than it says."""
    archive = Archive(path, settings.FILE_MAX_UNPACKED, settings.FILE_MAX_UNPACKED)
    for name, part in archive.parts.items():
        if not part.is_dir():
            for _chunk in archive.chunks(name):
                pass
    names = set(archive.parts)
    if any(name.endswith("vbaproject.bin") for name in names):
        return "macros"
    if "ofd.xml" in names:
        return "ofd"
    if "[content_types].xml" not in names:
        return "archive"
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "docx" if any(re.fullmatch(r"word/document\d*\.xml", name) for name in names) else "archive"


def _kinds_of_compound(path: Path) -> Iterator[str]:
    """Word and Excel before 2007, and WPS: told apart by the streams in the directory of the compound file."""
    found = set()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            found |= {name for name in (*STREAMS, "EncryptedPackage") if _has_entry(chunk, name)}
    if "EncryptedPackage" in found:
        raise Unreadable("password")
    yield from (STREAMS[name] for name in found) if found else ["other"]


def _has_entry(chunk: bytes, name: str) -> bool:
    """Whether an entry of a directory (its name, the name's length, the type 2 of a stream) stands in the chunk."""
    written = name.encode("utf-16-le")
    mark = len(written) + 2
    at = chunk.find(written)
    while at >= 0:
        if at % ENTRY == 0 and chunk[at + 64 : at + 67] == mark.to_bytes(2, "little") + b"\x02":
            return True
        at = chunk.find(written, at + 1)
    return False


def _kind_of_text(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(1024).removeprefix(codecs.BOM_UTF8)
    if MARKUP.match(start):
        return "markup"
    return "text" if any(_is_text(path, encoding) for encoding in ("utf-8", "gb18030")) else "other"


def _is_text(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                if NOT_TEXT.search(chunk):
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True
