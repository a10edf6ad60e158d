"""One Chromium for all tests of a process that follow one another in a browser."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.http import HttpRequest, HttpResponseBase
from playwright.sync_api import Browser, sync_playwright

ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
serve = StaticFilesHandler.serve


def serve_to_keep(handler: Any, request: HttpRequest) -> HttpResponseBase:
    """A window asks for a static file once, not once a page: the product's have addresses that never change."""
    response = serve(handler, request)
    response["Cache-Control"] = "max-age=3600"
    return response


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread, and Django would take every query for one inside that loop.
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        patch.setattr(StaticFilesHandler, "serve", serve_to_keep)
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


class Kept:
    """Begun for the first test that asks, ended before the first one that does not."""

    def __init__(self, begin: Callable[[str], AbstractContextManager[Browser]]) -> None:
        self.begin = begin
        self.begun: AbstractContextManager[Browser] | None = None

    def browser(self, path: str) -> Browser:
        if self.begun is None:
            self.begun = self.begin(path)
            self.chromium = self.begun.__enter__()
        return self.chromium

    def end(self) -> None:
        if self.begun is not None:
            self.begun.__exit__(None, None, None)
            self.begun = None


kept = Kept(chromium)
