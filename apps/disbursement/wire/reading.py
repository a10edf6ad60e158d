"""XML from outside, read without trust: size, depth, document types and schema are held before a word is believed."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from lxml import etree

SCHEMAS = Path(__file__).parent / "schemas"
# libxml2 quotes what it found: "[facet 'maxLength'] The value '…' has a length of", "'…' is not a valid value".
VALUES = re.compile(r"(?<=The value )'.*?'(?= (?:has|is|does))|'[^']*'(?= is not a valid value)")
PLAIN = re.compile(r"-?[0-9]{1,18}\.[0-9]{2}")
SCHEMA_ERRORS = range(1800, 1900)  # XML_SCHEMAV_… of libxml2
PIECE = 1 << 16
MIB = 1 << 20


class Unreadable(Exception):
    """What came in is no message that can be believed. `code` says why, `detail` where."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


class _Counted:
    """A stream that ends in an error where it goes on for longer than it may; its head is read ahead."""

    def __init__(self, source: BinaryIO, limit: int) -> None:
        self._source, self._left = source, limit
        self.head = self._rest = source.read(PIECE)

    def read(self, size: int = PIECE) -> bytes:
        """The next piece; raises Unreadable("too_large")."""
        if self._rest:
            piece, self._rest = self._rest[:size], self._rest[size:]
        else:
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
    outermost = _root(kept.head).tag
    parser = etree.iterparse(
        kept,
        events=("end",),
        tag=[outermost, *(f"{{*}}{tag.rpartition('/')[2]}" for tag in tags)],  # of nothing else an object is made
        schema=schema(name),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    element: etree._Element | None = None
    try:
        for _event, element in parser:
            if _is_one_of(element, tags):
                yield element
                _forget(element)
    except etree.XMLSyntaxError as error:
        raise Unreadable("schema" if error.code in SCHEMA_ERRORS else "xml", _where(error)) from None
    if element is None or element.getparent() is not None:  # it breaks off: the outermost element ends last
        raise Unreadable("xml")


def _is_one_of(element: etree._Element, tags: tuple[str, ...]) -> bool:
    name = local(element)
    if name in tags:
        return True
    parent = element.getparent()
    return parent is not None and f"{local(parent)}/{name}" in tags


def local(element: etree._Element) -> str:
    """The name without its namespace."""
    return element.tag.rpartition("}")[2]


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
    name = etree.QName(_root(head))
    return name.namespace or "", name.localname


def _root(head: bytes) -> etree._Element:
    """The outermost element, which begins in the head of a message, and before it no document type."""
    parser = etree.iterparse(
        BytesIO(head), events=("start",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        for _event, element in parser:
            if element.getroottree().docinfo.internalDTD is not None:
                raise Unreadable("doctype")
            return element
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
        element = next(element.iterchildren("{*}" + name), None)
    return element


def leaves(element: etree._Element, *paths: str) -> dict[str, str]:
    """The texts at these paths of local names in an element, each by its path; of several at one path the first.

    One walk along the paths, for what is read of each of a million: to ask for one after the other takes five times as long.
    """
    found: dict[str, str] = {}
    _walk(element, _ways(element.tag.rpartition("}")[0], paths), found)
    return found


def _walk(element: etree._Element, ways: Mapping[str, Any], found: dict[str, str]) -> None:
    for each in element:
        way = ways.get(each.tag)
        if way.__class__ is str:
            if way not in found:
                found[way] = (each.text or "").strip()
        elif way is not None:
            _walk(each, way, found)


@lru_cache(maxsize=64)
def _ways(namespace: str, paths: tuple[str, ...]) -> dict[str, Any]:
    """Paths as a tree of names, each leaf its path; `namespace` as it stands before a name, without its end."""
    tree: dict[str, Any] = {}
    before = namespace + "}" if namespace else ""
    for path in paths:
        *above, last = path.split("/")
        at = tree
        for name in above:
            at = at.setdefault(before + name, {})
        at[before + last] = path
    return tree


def children(element: etree._Element | None, name: str) -> list[etree._Element]:
    """All children of this local name."""
    return [] if element is None else list(element.iterchildren("{*}" + name))


def money(value: str) -> Decimal:
    """An amount in yuan with at most two decimals; raises Unreadable("amount")."""
    if PLAIN.fullmatch(value):  # as nearly all are written
        return Decimal(value)
    try:
        amount = Decimal(value)
    except ArithmeticError:
        raise Unreadable("amount", value[:40]) from None
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise Unreadable("amount", value[:40])
    return amount.quantize(Decimal("0.01"))
