"""Looking into a page without a browser: its links, its forms, its text and what it is built of."""

import re
from html.parser import HTMLParser
from typing import Any


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.actions: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "a" and values.get("href"):
            self.links.append(values["href"] or "")
        if tag == "form":
            self.actions.append(values.get("action") or "")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.words.append(data.strip())


def _read(response: Any) -> _Reader:
    reader = _Reader()
    reader.feed(response.content.decode())
    return reader


def links(response: Any) -> list[str]:
    """The addresses of the page's links."""
    return _read(response).links


def actions(response: Any) -> list[str]:
    """Where the page's forms go."""
    return _read(response).actions


def text(response: Any) -> str:
    """What a reader sees, words parted by one blank."""
    return " ".join(_read(response).words)


# What they say differs from row to row; that they are there, and whether they are empty, does not.
OF_THE_ROW = {
    "href",
    "action",
    "src",
    "value",
    "content",
    "title",
    "aria-label",
    "datetime",
    "placeholder",
    "hx-headers",
}
NUMBERS = re.compile(r"\d+")
A_SCREEN = 20  # rows
CHILDLESS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class _Builder(HTMLParser):
    """Each element with its attributes, the elements around it, and what text stands in it, other than numbers and names."""

    def __init__(self) -> None:
        super().__init__()
        self.around: list[str] = []
        self.ids: list[str] = []
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value or "" for name, value in attrs if name == "id"]
        said = [
            _said(*pair) for pair in sorted(attrs, key=str) if pair[0] != "aria-current"
        ]  # each page is another item
        self.around.append(f"{tag} {' '.join(said)}")
        self.found.add(" > ".join(self.around))
        if tag in CHILDLESS:
            self.around.pop()

    def handle_endtag(self, tag: str) -> None:
        while any(item.startswith(f"{tag} ") for item in self.around):
            if self.around.pop().startswith(f"{tag} "):
                return

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.add(" > ".join([*self.around, "text"]))


def _said(name: str, value: str | None) -> str:
    if name in OF_THE_ROW:
        return f"{name}={bool((value or '').strip())}"
    return f"{name}={NUMBERS.sub('0', value or '')}"


def bones(page: str) -> frozenset[str]:
    """What a page is built of, whichever rows it shows; pages that are built alike have the same faults."""
    builder = _Builder()
    builder.feed(page)
    doubled = len(builder.ids) - len(set(builder.ids))
    is_long = page.count("<tr") > A_SCREEN  # a long table scrolls in its box
    return frozenset({*builder.found, f"{doubled} names given twice", f"long: {is_long}"})
