"""Looking into a page without a browser: its links, its forms and its text."""

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
