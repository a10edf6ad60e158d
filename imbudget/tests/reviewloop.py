"""A review played in a browser by people of two languages: their desks, and who has read and sent what in which."""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.urls import resolve, reverse
from django.utils.text import slugify
from playwright.sync_api import Browser, Page

from apps.budget.tests.factories import World
from apps.review.models import PanelMember, Review
from apps.review.models.panel import SEATED
from imbudget.tests.test_browser import Desk
from imbudget.tests.test_browser_projects import CLIPPED, Play, press

TITLE = "2027年草原项目预算评审"
CHINESE, MONGOLIAN = "zh-hans", "mvf"
# Everybody else reads Mongolian; "C" is the sign of an expert.
CHINESE_READERS = {"deputy", "second_judge", "clerk", "C"}
# What one person does by a form, having seen its page in Chinese, what one of each language does, and what is read.
ONCE = "review_new draw_new draw_make desk_decline discussion_open desk_explain review_compute conclusion_edit conclusion_submit"
TWICE = "draw_replace desk_accept desk_declare desk_sheet desk_submit desk_note objection_accept objection_decide"
READ = "waiting review draw draw?tab=proof panel desk desk_review desk_project desk_discussion conclusion publicity objection"
ACTS_ONCE = {*(f"review:{name}" for name in [*ONCE.split(), "publish"]), "lowcode:task"}
ACTS_TWICE = {*(f"review:{name}" for name in TWICE.split()), "public:object"}
READ_TWICE = {"review:desk_project"}
PAGES = {f"review:{name}" for name in READ.split()}
PAGES |= {"lowcode:inbox", "projects:project?tab=review"}
PAGES |= {f"public:{name}" for name in ("notices", "notice", "result", "objection")}


class Loop(Play):
    """One review on its way, the people at their desks, and who has seen and sent what in which language."""

    def __init__(self, browser: Browser, base: str, world: World, folder: Path) -> None:
        super().__init__(browser, base, world, MONGOLIAN, folder)
        self.reads: dict[str, str] = {}  # by username
        self.opened: set[tuple[str, str]] = set()
        self.sent: set[tuple[str, str]] = set()

    @property
    def review(self) -> Review:
        return Review.objects.select_related("region").get(title=TITLE)

    def desk(self, username: str) -> Desk:
        language = self.reads.setdefault(username, CHINESE if username in CHINESE_READERS else MONGOLIAN)
        if username not in self.desks:
            self.desks[username] = Desk(self.browser, self.base, username, language, start="")
        return self.desks[username]

    def expert(self, member: PanelMember) -> Desk:
        user = member.expert.user
        assert user is not None
        self.reads.setdefault(user.username, CHINESE if member.alias in CHINESE_READERS else MONGOLIAN)
        return self.desk(user.username)

    def look(self, desk: Desk, name: str = "") -> None:
        """The page that the desk shows counts as read; nothing of it is cut off, nothing covers its neighbour."""
        name, language = named(desk.page.url), MONGOLIAN if desk.writing_mode() == "vertical-lr" else CHINESE
        look_at(desk.page, self.folder, f"{language}-{name}")
        self.opened.add((name, language))

    def speak(self, desk: Desk, language: str) -> None:
        desk.context.add_cookies([{"name": "django_language", "value": language, "url": desk.base}])

    def read(self, desk: Desk, name: str, *args: Any, query: str = "") -> Page:
        return self.read_at(desk, reverse(name, args=args) + query)

    def read_at(self, desk: Desk, path: str) -> Page:
        """Open a page in the reader's language; before that in the other, if nobody else reads it."""
        own, name = self.reads[desk.username], named(path)
        other = CHINESE if own == MONGOLIAN else MONGOLIAN
        is_shared = name in ACTS_TWICE | READ_TWICE or (name, other) in self.opened
        for language in [own] if is_shared else [other, own]:
            self.open_in(desk, path, language)
        return desk.page

    def open_in(self, desk: Desk, path: str, language: str) -> None:
        self.speak(desk, language)
        assert desk.open(path) == 200, path
        self.look(desk)
        assert (named(path), language) in self.opened

    def send(self, desk: Desk, button: str = "main form button[type=submit].btn") -> None:
        """Press the button of the form that was read last, and look at what comes."""
        name, own = named(desk.page.url), self.reads[desk.username]
        press(desk, button)
        self.sent.add((name, own))
        self.look(desk)

    def confirm(self, desk: Desk, name: str, *args: Any, **fields: str) -> None:
        """The page that asks, its fields, its button."""
        page = self.read(desk, f"review:{name}", *args)
        for field_name, value in fields.items():
            page.fill(f"main [name={field_name}]", value)
        self.send(desk)

    def seated(self) -> list[PanelMember]:
        rows = self.review.members.filter(state__in=SEATED).select_related("expert__user", "review__region")
        return list(rows.order_by("pk"))

    def seat(self, alias: str) -> PanelMember:
        return next(member for member in self.seated() if member.alias == alias)


def named(address: str) -> str:
    """The name of a page, with its tab."""
    parts = urlsplit(address)
    return resolve(parts.path).view_name + (f"?{parts.query}" if parts.query.startswith("tab=") else "")


def look_at(page: Page, folder: Path, name: str) -> None:
    clipped = page.evaluate(CLIPPED)
    if clipped:
        page.screenshot(path=folder / f"{slugify(name)}.png", full_page=True)
    assert clipped == [], name
