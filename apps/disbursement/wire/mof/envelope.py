"""The envelope: what names a voucher, its body as it was signed, and the stamps on it."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any, BinaryIO

from lxml import etree

from apps.disbursement.wire.mof.lifting import IN_MEMORY, SKELETON, Lifter, pieces_of
from apps.disbursement.wire.reading import MIB, Unreadable, child, children, elements, text
from apps.disbursement.wire.terms import OrderKey

SCHEMA = "mof.envelope.xsd"
LIMIT = 1024 * MIB
ORDER, RECEIPT = "0", "1"  # VoucherFlag: made by us, answered by the treasury


@dataclass(frozen=True, slots=True)
class Stamp:
    """A signature over the body: which stamp it is (gz, sz, zqz, ywzyz) and whose."""

    kind: str
    name: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """One voucher as it travels. `body` are the very bytes that the stamps sign: they are never written anew."""

    key: OrderKey
    flag: str
    body: bytes
    stamps: tuple[Stamp, ...] = ()
    attached: bytes = b""
    file: BinaryIO | None = field(default=None, compare=False)

    def opened(self) -> BinaryIO:
        """The body from its beginning; a long one lies in `file`, and `body` is empty."""
        if self.file is None:
            return BytesIO(self.body)
        self.file.seek(0)
        return self.file


def write_envelopes(envelopes: Iterable[Envelope]) -> bytes:
    """All of them in one message."""
    given = list(envelopes)
    written = BytesIO()
    with etree.xmlfile(written, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("MOF"):
            with file.element("VoucherCount"):
                file.write(str(len(given)))
            for envelope in given:
                _write(file, envelope)
    return written.getvalue()


def _write(file: Any, envelope: Envelope) -> None:
    key = envelope.key
    names = {"AdmDivCode": key.division, "StYear": str(key.year), "VtCode": key.type, "VoucherNo": key.number}
    with file.element("VoucherBody", names):
        _leaf(file, "VoucherFlag", envelope.flag)
        _leaf(file, "Attach", _encoded(envelope.attached))
        _leaf(file, "Voucher", _encoded(envelope.body))
        with file.element("SignStampList"):
            for stamp in envelope.stamps:
                _leaf(file, "SignStamp", _encoded(stamp.value), no=stamp.kind, name=stamp.name)
        with file.element("SignatureList"):
            pass


def _leaf(file: Any, tag: str, value: str, /, **attributes: str) -> None:
    with file.element(tag, attributes):
        file.write(value)


def _encoded(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def read_envelopes(source: BinaryIO, limit: int = LIMIT) -> Iterator[Envelope]:
    """Each voucher of a message; the stamps are not verified here.

    Raises Unreadable as `reading.elements` does, and `count` where there are more or fewer than the message says.
    """
    lifter = Lifter()
    skeleton = lifter.read(pieces_of(source, limit))
    said, seen, bodies = -1, 0, iter(lifter.bodies)
    for element in elements(BytesIO(skeleton), SCHEMA, ("VoucherCount", "VoucherBody"), SKELETON):
        if etree.QName(element).localname == "VoucherCount":
            said = int(element.text or 0)
            continue
        seen += 1
        body = next(bodies, None)
        if body is None:
            raise Unreadable("xml")
        yield _with_body(_envelope(element), body)
    if said != seen:
        raise Unreadable("count", f"{said} {seen}")


def _with_body(envelope: Envelope, body: BinaryIO) -> Envelope:
    """Short bodies as bytes, long ones as the file that holds them."""
    raw = body.read(IN_MEMORY + 1)
    return replace(envelope, body=raw) if len(raw) <= IN_MEMORY else replace(envelope, body=b"", file=body)


def _envelope(element: etree._Element) -> Envelope:
    names = element.attrib
    key = OrderKey(names["AdmDivCode"], int(names["StYear"]), names["VtCode"], names["VoucherNo"])
    stamps = children(child(element, "SignStampList"), "SignStamp")
    return Envelope(
        key=key,
        flag=text(element, "VoucherFlag"),
        body=_decoded(text(element, "Voucher")),
        stamps=tuple(Stamp(each.get("no", ""), each.get("name", ""), _decoded(each.text or "")) for each in stamps),
        attached=_decoded(text(element, "Attach")),
    )


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except binascii.Error:
        raise Unreadable("base64") from None
