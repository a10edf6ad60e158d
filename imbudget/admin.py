"""Django admin for the three administrators only; in the product's frame, so its lines run or stand with the language."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from imbudget.kit.classification import Level, listed

ADMINISTERS = {"system.administer", "security.administer", "audit.administer"}


class Choices(AutocompleteJsonView):
    """What a field that finds as you type offers: rows with their codes and regions, for many bear the same name."""

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        label = getattr(self.model_admin, "choice_label", str)
        return super().serialize_result(obj, to_field_name) | {"text": label(obj)}


class AdministrationConfig(AdminConfig):
    default_site = "imbudget.admin.AdministrationSite"


class AdministrationSite(admin.AdminSite):
    """Open to a post that administers; what it may do there each model admin says."""

    site_header = _("imbudget administration")
    site_title = _("imbudget administration")
    index_title = _("administration")
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        return bool(ADMINISTERS & request.actor.grants)

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The product's own sign-in leads here; the one of Django's administration is not used."""
        if not request.user.is_authenticated:
            return redirect(f"{reverse('accounts:login')}?next={reverse('admin:index')}")
        if self.has_permission(request):
            return redirect("admin:index")
        raise PermissionDenied(_("Only administrators work here. Switch posts in the page head."))

    def get_urls(self) -> list[Any]:
        return [path("classes/", self.admin_view(self.classes), name="classes"), *super().get_urls()]

    def classes(self, request: HttpRequest) -> HttpResponse:
        """What kind of data each field is: for the security administrator, and for who audits."""
        if not {"security.administer", "audit.administer"} & request.actor.grants:  # type: ignore[attr-defined]
            raise PermissionDenied(_("The classes of data are kept by the security administrator."))
        asked = request.GET.get("level", "")
        level = Level(asked) if asked in {one.value for one in Level} else Level.SENSITIVE
        context = {
            **self.each_context(request),
            "title": _("classes of data"),
            "levels": list(Level),
            "level": level,
            "tables": listed(level),
        }
        return TemplateResponse(request, "admin/classes.html", context)

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return Choices.as_view(admin_site=self)(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """Passwords are changed on one page only, which remembers old ones and leaves evidence."""
        return redirect("accounts:password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return redirect("admin:index")
