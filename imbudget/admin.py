"""Django admin for the three administrators only; in Chinese, never vertical (its sheet is physical)."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.apps import AdminConfig
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

ADMINISTERS = {"system.administer", "security.administer", "audit.administer"}


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

    def login(self, request: HttpRequest, extra_context: Any = None) -> Any:
        if request.user.is_authenticated:
            raise PermissionDenied(_("Only administrators work here. Switch posts in the page head."))
        return redirect("accounts:login")
