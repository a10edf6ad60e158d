"""What an answer gives away or lets in, without attacking anything: heads, origins, forms, caches, types of files."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

HEADS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POWERS = ("camera", "microphone", "geolocation", "payment", "usb")
TALKATIVE = ("Server", "X-Powered-By", "X-AspNet-Version", "X-Runtime")
LEAKS = re.compile(rb"Traceback \(most recent|site-packages|django\.core\.|psycopg\.|/apps/\w+/\w+\.py")
ORIGINS = {"'self'", "'none'", "data:"}
# What a browser shows by itself; everything else is given as an attachment.
SHOWN = {"text/html", "application/json", "image/svg+xml", "application/rss+xml", "application/atom+xml", "text/plain"}
SECRETS = {"current-password", "new-password", "one-time-code", "off"}
LEADING = {"src", "href", "action", "formaction", "data", "poster", "hx-get", "hx-post", "hx-put", "hx-delete"}
KEEPABLE = {"no-store", "private, no-cache", "public, no-cache"}


class Page(HTMLParser):
    """What of a page is dangerous, in words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.form: dict[str, str] | None = None
        self.has_token = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self.faults += attribute_faults(tag, values)
        self.faults += tag_faults(tag, values)
        if tag == "form":
            self.form, self.has_token = values, False
        if values.get("name") == "csrfmiddlewaretoken":
            self.has_token = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.form is not None:
            method = self.form.get("method", "get").lower()
            if method == "post" and not self.has_token:
                self.faults.append(f"a form without its token: {self.form.get('action')}")
            if method not in {"post", "get", "dialog"}:
                self.faults.append(f"a form by {method}")
            self.form = None


OURS = "testserver"  # what the client of the tests calls us; an address that is shown whole leads here


def attribute_faults(tag: str, values: dict[str, str]) -> Iterator[str]:
    for name, value in values.items():
        if name.startswith(("on", "hx-on")) or name == "style":
            yield f"<{tag} {name}>"
        if name in LEADING and not leads_home(tag, value):
            yield f"<{tag} {name}={value[:60]}>"


def tag_faults(tag: str, values: dict[str, str]) -> Iterator[str]:
    if tag == "script" and not values.get("src") and values.get("type") != "application/json":
        yield "inline script"
    if tag == "style":
        yield "inline style"
    if tag == "a" and values.get("target") == "_blank" and "noopener" not in values.get("rel", ""):
        yield "a new window that reaches back"
    if tag == "input" and values.get("type") == "password" and values.get("autocomplete") not in SECRETS:
        yield f"a password without its autocomplete: {values.get('name')}"


def leads_home(tag: str, value: str) -> bool:
    """Whether nothing is fetched from, or sent to, another origin. A link that one follows may lead outside, by https."""
    parts = urlsplit(value.strip())
    if not parts.scheme and not parts.netloc:
        return True
    if tag == "a":
        return parts.scheme in {"https", "mailto"} or parts.netloc == OURS
    return parts.scheme == "data" and tag == "img"


def faults_of(response: Any, *, is_public: bool, with_body: bool = True) -> Iterator[str]:
    """What is wrong with an answer, in words; a copy of what is public may be kept by proxies."""
    heads = response.headers
    yield from (f"{head}: {heads.get(head)}" for head, value in HEADS.items() if heads.get(head) != value)
    if heads.get("X-Frame-Options") not in {"DENY", "SAMEORIGIN"}:
        yield "may be framed"
    yield from (f"may use {power}" for power in POWERS if f"{power}=()" not in heads.get("Permissions-Policy", ""))
    yield from (f"tells {head}" for head in TALKATIVE if head in heads)
    yield from policy_faults(heads.get("Content-Security-Policy", ""))
    kept = heads.get("Cache-Control", "")
    if kept not in KEEPABLE and "no-store" not in kept:
        yield f"is kept: {kept}"
    if kept.startswith("public") and not is_public:
        yield "is kept by proxies"
    for cookie in response.cookies.values():
        if not (cookie["httponly"] and cookie["samesite"] in {"Lax", "Strict"}):
            yield f"cookie {cookie.key}"
    goal = heads.get("Location", heads.get("HX-Redirect", "/"))
    if not goal.startswith(("/", "?", "#", ".")) or goal.startswith(("//", "/\\")):
        yield f"leads to {goal[:60]}"
    if with_body:
        yield from body_faults(response)


def policy_faults(policy: str) -> Iterator[str]:
    directives = {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}
    for needed in ("default-src", "object-src", "base-uri", "form-action", "frame-ancestors"):
        if needed not in directives:
            yield f"no {needed}"
    for directive, sources in directives.items():
        yield from (f"{directive} {source}" for source in sources if source not in ORIGINS)


def body_faults(response: Any) -> Iterator[str]:
    kind = response.headers.get("Content-Type", "").split(";")[0]
    if response.status_code != 200:
        return
    if not kind or (kind not in SHOWN and not response.headers.get("Content-Disposition", "").startswith("attachment")):
        yield f"{kind or 'no type'} is shown, not saved"
    if response.streaming:
        return
    if LEAKS.search(response.content):
        yield "tells what is inside"
    if kind == "text/html":
        yield from Page(response.content.decode()).faults
