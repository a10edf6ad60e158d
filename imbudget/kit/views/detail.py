"""The one detail page: facts, tabs (own, registered panels, history), and the acts open to the actor."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry
from imbudget.kit.errors import Verdict, refused
from imbudget.kit.historytab import changes_of
from imbudget.kit.views.base import KitView, ScopedMixin


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of a detail page; its context is computed only when the tab is open."""

    name: str
    label: str | Promise
    template: str
    context: Callable[["DetailPage", Any], dict[str, Any]] = field(default=lambda page, obj: {})


@dataclass(frozen=True, slots=True)
class Act:
    """A button on a detail page: shown when the verdict is yes, with its reason beside it when no.

    One that comes `soon` is allowed and cannot succeed yet: there is no button, only the line that says what is missing.
    """

    label: str | Promise
    href: str
    verdict: Verdict
    primary: bool = False
    danger: bool = False
    confirm: bool = False
    soon: bool = False


def act_when_ready(label: str | Promise, href: str, verdict: Verdict, missing: str, **look: bool) -> Act:
    """An act that its actor may do as soon as nothing is missing for it any more."""
    if verdict and missing:
        return Act(label, href, refused(missing), soon=True, **look)
    return Act(label, href, verdict, **look)


def _history(page: "DetailPage", obj: Any) -> dict[str, Any]:
    return {"changes": changes_of(obj), "trail": registry.trail_of.get()(page.actor, obj)}


HistoryTab = Tab("history", _("change history"), "kit/_history.html", _history)


class DetailPage(ScopedMixin, KitView):
    """One row: `tabs` (the first one opens), `get_acts()` for the buttons, `get_facts()` for the head.

    Who opens the page of a `person` is written down.
    """

    template_name = "kit/detail.html"
    tabs: tuple[Tab, ...] = ()
    person = False

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if self.person:
            registry.person_seen.get()(self.actor, self.object)
        return TemplateResponse(request, self.template_name, self.get_context_data())

    def get_title(self) -> str:
        return str(self.object)

    def get_facts(self) -> list[tuple[Any, Any]]:
        return []

    def get_acts(self) -> list[Act]:
        return []

    def all_tabs(self) -> list[Tab]:
        """The page's own tabs, then the panels that higher floors registered for this model."""
        label = self.model._meta.label_lower
        extra = registry.panels.get(label) if label in registry.panels else []
        lent = [
            Tab(panel.name or f"panel{n}", panel.label, panel.template, panel.context) for n, panel in enumerate(extra)
        ]
        return [*self.tabs, *lent]

    def get_context_data(self) -> dict[str, Any]:
        tabs = self.all_tabs()
        asked = self.request.GET.get("tab", "")
        tab = next((tab for tab in tabs if tab.name == asked), tabs[0])
        return {
            "title": self.get_title(),
            "crumbs": self.get_crumbs(),
            "object": self.object,
            "facts": self.get_facts(),
            "acts": [act for act in self.get_acts() if act.verdict or act.verdict.reason],
            "tabs": tabs,
            "tab": tab,
            **tab.context(self, self.object),
        }
