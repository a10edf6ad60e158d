"""The whole menu: label, address and the grant that shows it; groups without items vanish."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, partial
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from imbudget.kit.actor import NOBODY, Reach
from imbudget.kit.views.base import KitView, module_of

MENU = (
    (
        _("work"),
        (
            (_("home"), "dashboard:home", "", "home"),
            (_("map of the region"), "dashboard:region", "budget.see", "map"),
            (_("inbox"), "lowcode:inbox", "lowcode.act", "todo"),
            (_("my background work"), "desk:jobs", "budget.see", "clock"),
            (_("measures of the roll-out"), "dashboard:kpi", "budget.see", "sum"),
        ),
    ),
    (
        _("projects"),
        (
            (_("project library"), "projects:projects", "projects.see", "list"),
            (_("overview of the library"), "projects:overview", "projects.see", "sum"),
            (_("my drafts"), "projects:drafts", "projects.enter", "edit"),
        ),
    ),
    (
        _("expert review"),
        (
            (_("my panels"), "review:desk", "review.score", "todo"),
            (_("projects that wait"), "review:waiting", "review.organise", "clock"),
            (_("reviews"), "review:reviews", "review.see", "check"),
            (_("expert pool"), "review:experts", "review.see", "people"),
            (_("public notices"), "review:publicities", "review.see", "document"),
            (_("objections"), "review:objections", "review.see", "warning"),
            (_("statistics of reviews"), "review:statistics", "review.see", "sum"),
        ),
    ),
    (
        _("budget"),
        (
            (_("who has handed in"), "budget:progress", "budget.see", "check"),
            (_("check list of the budget"), "budget:checks", "budget.see", "check"),
            (_("budget sheets"), "budget:sheets", "budget.see", "sheet"),
            (_("budget lines"), "budget:lines", "budget.see", "list"),
            (_("budget summary"), "budget:summary", "budget.see", "sum"),
            (_("comparison of rounds"), "budget:rounds", "budget.see", "sum"),
            (pgettext_lazy("amounts", "control figures"), "budget:control", "budget.see", "money"),
            (_("forecast from history"), "budget:forecast", "budget.see", "sum"),
            (_("head counts"), "budget:staff", "budget.see", "people"),
            (_("expenditure standards"), "budget:standards", "budget.see", "money"),
            (_("published tables"), "reports:published", "budget.see", "document"),
            (_("import workbooks"), "budget:import", "budget.import", "upload"),
        ),
    ),
    (
        _("authority ledger"),
        (
            (_("authorities"), "ledger:authorities", "ledger.see", "money"),
            (_("authority documents"), "ledger:documents", "ledger.see", "document"),
            (_("postings"), "ledger:postings", "ledger.see", "list"),
            (_("trial balance"), "ledger:trial_balance", "ledger.see", "sum"),
            (_("books of the years"), "ledger:books", "ledger.see", "sheet"),
        ),
    ),
    (
        _("disbursement"),
        (
            (_("payment requests"), "disbursement:requests", "disbursement.see", "money"),
            (_("flows of money"), "disbursement:flows", "disbursement.see", "sum"),
            (_("reconciliation"), "disbursement:days", "disbursement.treasury", "check"),
            (_("messages sent"), "disbursement:sent_messages", "disbursement.treasury", "send"),
            (_("messages received"), "disbursement:received_messages", "disbursement.treasury", "document"),
            (_("plans of use"), "disbursement:plans", "disbursement.see", "clock"),
            (_("contracts"), "disbursement:contracts", "disbursement.see", "document"),
            (pgettext_lazy("register", "payees"), "disbursement:payees", "disbursement.see", "people"),
        ),
    ),
    (
        _("subsidies to people"),
        (
            (_("rosters"), "subsidy:rosters", "subsidy.see", "list"),
            (_("payments by place"), "subsidy:progress", "subsidy.see", "sum"),
            (_("objections to rosters"), "subsidy:objections", "subsidy.see", "warning"),
            (_("households"), "subsidy:households", "subsidy.see", "people"),
            (_("subsidies"), "subsidy:subsidies", "subsidy.see", "money"),
            (_("subsidy standards"), "subsidy:standards", "subsidy.see", "sheet"),
        ),
    ),
    (
        _("monitoring of payments"),
        (
            (_("alarms"), "monitoring:alarms", "monitoring.see", "warning"),
            (_("monitoring rules"), "monitoring:rules", "monitoring.see", "shield"),
            (_("statistics of the rules"), "monitoring:statistics", "monitoring.see", "sum"),
        ),
    ),
    (
        _("performance"),
        (
            (_("performance of projects"), "performance:years", "performance.see", "check"),
            (_("library of indicators"), "performance:library", "performance.see", "list"),
            (_("progress reports"), "performance:progress_reports", "performance.see", "edit"),
            (_("satisfaction surveys"), "performance:surveys", "performance.see", "people"),
            (_("monitoring forms"), "performance:forms", "performance.see", "clock"),
            (_("rectifications"), "performance:rectifications", "performance.see", "warning"),
            (_("evaluations"), "performance:evaluations", "performance.see", "sum"),
            (_("spot checks"), "performance:spots", "performance.see", "shield"),
            (_("use of results"), "performance:results", "performance.see", "money"),
            (_("visual report"), "reports:visual", "performance.see", "sum"),
            (_("published figures"), "performance:disclosures", "performance.see", "document"),
        ),
    ),
    (
        _("forms and flows"),
        (
            (_("forms"), "lowcode:forms", "lowcode.act", "document"),
            (_("approval flows"), "lowcode:flows", "lowcode.design", "send"),
        ),
    ),
    (
        _("basic data"),
        (
            (_("regions"), "regions:regions", "budget.see", "tree"),
            (_("budget units"), "regions:units", "budget.see", "building"),
        ),
    ),
    (
        _("record"),
        (
            (_("recorded operations"), "evidence:entries", "evidence.see", "shield"),
            (_("checkpoints"), "evidence:checkpoints", "evidence.see", "evidence"),
            (_("anchors outside of the system"), "evidence:anchors", "evidence.see", "send"),
            (_("audit desk"), "audit:desk", "evidence.see", "todo"),
        ),
    ),
    (
        _("personal information"),
        (
            (_("what is held about a person"), "persons:search", "persons.inspect", "people"),
            (_("requests of persons"), "persons:requests", "persons.inspect", "todo"),
            (_("periods of keeping"), "persons:periods", "persons.inspect", "clock"),
            (_("incidents with personal data"), "persons:incidents", "persons.inspect", "warning"),
            (_("records of processing"), "persons:processings", "persons.inspect", "document"),
        ),
    ),
    (
        _("administration"),
        (
            (_("administration"), "admin:index", "system.administer", "gear"),
            (_("administration"), "admin:index", "security.administer", "gear"),
            (_("administration"), "admin:index", "audit.administer", "gear"),
            (_("accounts to look at"), "accounts:accounts", "system.administer", "people"),
            (_("accounts to look at"), "accounts:accounts", "audit.administer", "people"),
            (_("signatures that ask again"), "accounts:signatures", "security.administer", "check"),
            (_("security labels"), "accounts:clearances", "security.administer", "shield"),
            (_("acts of the administrators"), "audit:administrators", "system.administer", "people"),
            (_("acts of the administrators"), "audit:administrators", "security.administer", "people"),
            (_("acts of the administrators"), "audit:administrators", "audit.administer", "people"),
        ),
    ),
)

# Pages over whole regions, closed to posts that see single units only.
OFFICE_PAGES = {
    "dashboard:kpi",
    "budget:checks",
    "budget:forecast",
    "budget:summary",
    "ledger:trial_balance",
    "ledger:books",
    "disbursement:flows",
    "dashboard:region",
}


SHORT = 12  # items that a menu shows at once


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the menu."""

    label: Any
    href: str
    icon: str


@dataclass(frozen=True, slots=True)
class Group:
    """Some lines under a heading."""

    label: Any
    items: tuple[Item, ...]


def menu(request: HttpRequest) -> dict[str, Any]:
    """The groups and items open to the actor's post, and `menu_page`, which draws them."""
    actor = getattr(request, "actor", NOBODY)
    if actor.user_id is None:
        return {"menu": ()}
    held = actor.grants, actor.reach == Reach.UNITS, actor.closed
    return {"menu": groups_of(*held), "menu_page": partial(page_of, *held, request.path)}


@lru_cache(maxsize=256)
def groups_of(grants: frozenset[str], of_units: bool, closed: frozenset[str] = frozenset()) -> tuple[Group, ...]:
    """What is open to posts with these grants, over single units only or over a region, but for closed modules."""
    groups = (Group(label, tuple(items_of(items, grants, of_units, closed))) for label, items in MENU)
    return tuple(group for group in groups if group.items)


def items_of(items: tuple[Any, ...], grants: frozenset[str], of_units: bool, closed: frozenset[str]) -> Iterator[Item]:
    for label, name, grant, icon in items:
        is_closed = name in OFFICE_PAGES and of_units or module_at(name) in closed
        if not is_closed and (not grant or grant in grants):
            yield Item(label, reverse(name), icon)


@cache
def module_at(name: str) -> str:
    """The module of the page at an address; empty for one that is not of the kit."""
    view = getattr(resolve(reverse(name)).func, "view_class", None)
    return module_of(view) if view is not None and issubclass(view, KitView) else ""


def page_of(grants: frozenset[str], of_units: bool, closed: frozenset[str], path: str) -> SafeString:
    """The menu as a page at this path shows it."""
    current = current_of(path, groups_of(grants, of_units, closed))
    return drawn(grants, of_units, closed, current, get_language() or "")


def current_of(path: str, groups: tuple[Group, ...]) -> str:
    """The longest address of an item that the path lies under ("/regions/units/" is not "/regions/")."""
    addresses = [item.href for group in groups for item in group.items]
    around = [href for href in addresses if path == href or (href != "/" and path.startswith(href))]
    return max(around, key=len, default="")


@lru_cache(maxsize=1024)
def drawn(grants: frozenset[str], of_units: bool, closed: frozenset[str], current: str, language: str) -> SafeString:
    """Nothing else enters a menu, so it is drawn once for all who hold the same: the rights are asked anew each time.

    A long menu opens with what is asked for most and with the group of the page; the other groups open at a touch.
    """
    groups = groups_of(grants, of_units, closed)
    is_short = sum(len(group.items) for group in groups) <= SHORT
    menu = [
        (group, is_short or place == 0 or any(item.href == current for item in group.items))
        for place, group in enumerate(groups)
    ]
    return render_to_string("kit/_menu.html", {"menu": menu, "current": current})
