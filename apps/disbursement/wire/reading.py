"""XML from outside, read without trust: size, depth, document types and schema are held before a word is believed."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas"
# libxml2 quotes what it found: "[facet 'maxLength'] The value '…' has a length of", "'…' is not a valid value".
VALUES = re.compile(r"(?<=The value )'.*?'(?= (?:has|is|does))|'[^']*'(?= is not a valid value)")
SCHEMA_ERRORS = range(1800, 1900)  # XML_SCHEMAV_… of libxml2
PIECE = 1 << 16
MIB = 1 << 20


class Unreadable(Exception):
    """What came in is no message that can be believed. `code` says why, `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


class _Counted:
    """A stream that ends in an error where it goes on for longer than it may."""

    def __init__(self, source: BinaryIO, limit: int) -> None:
        self._source, self._left = source, limit

    def read(self, size: int = PIECE) -> bytes:
        """The next piece; raises Unreadable("too_large")."""
        piece = self._source.read(size)
        self._left -= len(piece)
        if self._left < 0:
            raise Unreadable("too_large")
        return piece


@lru_cache(maxsize=8)
def schema(name: str) -> etree.XMLSchema:
    """A schema of the folder, read once. Its own parser reads no network either."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False)
    return etree.XMLSchema(etree.parse(SCHEMAS / name, parser))


def elements(source: BinaryIO, name: str, tags: tuple[str, ...], limit: int) -> Iterator[etree._Element]:
    """The elements of these names as they end, each forgotten after its turn; all is held against the schema `name`.

    A name is a local one, or `parent/name`, and none may stand inside another's element unless the outer one is asked for
    its end only: what is inside has been forgotten by then.
    Raises Unreadable: `too_large`, `doctype` (no message has one; entities of every kind need it), `xml`, `schema`.
    """
    kept = _Counted(source, limit)
    parser = etree.iterparse(
        kept,
        events=("start", "end"),
        schema=schema(name),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root: etree._Element | None = None
        event, element = "", root
        for event, element in parser:
            if root is None:
                root = element
                if element.getroottree().docinfo.internalDTD is not None:
                    raise Unreadable("doctype")
            if event == "end" and _is_one_of(element, tags):
                yield element
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise Unreadable("schema" if error.code in SCHEMA_ERRORS else "xml", _where(error)) from None
    if event != "end" or element is not root:
        raise Unreadable("xml")


def _is_one_of(element: etree._Element, tags: tuple[str, ...]) -> bool:
    name, parent = _local(element.tag), element.getparent()
    return name in tags or (parent is not None and f"{_local(parent.tag)}/{name}" in tags)


def _local(tag: str) -> str:
    """The name without its namespace; asked of every element, so no object is made for it."""
    return tag.rpartition("}")[2]


def _forget(element: etree._Element) -> None:
    """Empty it, and drop the one before it of the same name; its parent may still be asked for what stands beside."""
    parent, before = element.getparent(), element.getprevious()
    element.clear()
    if parent is not None and before is not None and before.tag == element.tag:
        parent.remove(before)


def _where(error: etree.LxmlError) -> str:
    """One line of what is wrong; names of elements, never values: no account number shall stray into a log."""
    return VALUES.sub("…", " ".join(str(error).split()))[:300]


def root_of(source: BinaryIO) -> tuple[str, str]:
    """Namespace and name of the outermost element: which message this is. Raises Unreadable("xml"); back at the beginning."""
    head = source.read(PIECE)
    source.seek(0)
    parser = etree.iterparse(
        BytesIO(head), events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _event, element in parser:
            name = etree.QName(element)
            return name.namespace or "", name.localname
    except etree.XMLSyntaxError as error:
        raise Unreadable("xml", _where(error)) from None
    raise Unreadable("xml")


def text(element: etree._Element | None, path: str) -> str:
    """The text at a path of local names, or nothing."""
    found = child(element, path)
    return (found.text or "").strip() if found is not None else ""


def child(element: etree._Element | None, path: str) -> etree._Element | None:
    """The first element at a path of local names, in whatever namespace."""
    for name in path.split("/"):
        if element is None:
            return None
        element = next((each for each in element if _local(each.tag) == name), None)
    return element


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """All children of this local name."""
    return [] if element is None else [each for each in element if _local(each.tag) == name]


def money(value: str) -> Decimal:
    """An amount in yuan with at most two decimals; raises Unreadable("amount")."""
    try:
        amount = Decimal(value)
    except ArithmeticError:
        raise Unreadable("amount", value[:40]) from None
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise Unreadable("amount", value[:40])
    return amount.quantize(Decimal("0.01"))
