"""What every page shares: the grant it needs, its title and trail, and where its rows come from."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.generic import TemplateView, View

from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation


@dataclass(frozen=True, slots=True)
class Crumb:
    """One step of the trail at the top of a page."""

    label: str | Promise
    href: str = ""


class KitView(View):
    """Signed in, with the grant the page needs; a refusal that no form shows becomes a 403 page with its reason.

    A page belongs to the module of its app (`module` names another one) and is closed where a region does not have it yet.
    """

    grant: str = ""
    module: str = ""
    title: str | Promise = ""
    request: HttpRequest

    @property
    def actor(self) -> Actor:
        return self.request.actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        module = module_of(type(self))
        if not self.actor.has_module(module):
            raise PermissionDenied(registry.closed_module.get()(self.actor, module))
        if self.grant and not self.actor.can(self.grant):
            raise PermissionDenied(_("Your present post does not include this work. Switch posts in the page head."))
        try:
            return super().dispatch(request, *args, **kwargs)
        except RuleViolation as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    def get_title(self) -> str:
        return str(self.title)

    def get_crumbs(self) -> list[Crumb]:
        return []


@cache
def module_of(view: type[KitView]) -> str:
    """The module that a page belongs to: the name of its app, unless it says another one."""
    space, _dot, rest = view.__module__.partition(".")
    return view.module or (rest.partition(".")[0] if space == "apps" else "")


class ScopedMixin:
    """Every page starts from what the actor may see; there is no other way to a queryset."""

    model: Any = None
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_queryset(self) -> Any:
        return self.model.objects.visible_to(self.request.actor)

    def get_object(self) -> Any:
        """The row of this address, or 404 when the actor may not see it."""
        try:
            return self.get_queryset().get(pk=self.kwargs["pk"])
        except self.model.DoesNotExist as error:
            raise Http404 from error


class TemplatePage(KitView, TemplateView):
    """A page with its own template; the context gets the title and the trail."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"title": self.get_title(), "crumbs": self.get_crumbs()}
