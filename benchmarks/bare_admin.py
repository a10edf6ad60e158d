"""The yardstick of `serving`: Django's own change list over the budget lines, beside the product's addresses."""

from typing import Any

from django.contrib import admin
from django.urls import include, path

from apps.budget.models import BudgetLine

RELATED = ("region", "unit", "function", "department_economic", "government_economic", "fund")
OTHERS = ("project_name", "amount", "prior_approved", "prior_executed", "project_code")


class BareSite(admin.AdminSite):
    """Open to whoever is signed in."""

    def has_permission(self, request: Any) -> bool:
        return bool(request.user.is_authenticated)


class BareLines(admin.ModelAdmin):
    """The columns, the rows and the page size of the product's list."""

    list_display = (*RELATED, *OTHERS)
    list_select_related = RELATED
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-pk",)
    actions = None

    def get_queryset(self, request: Any) -> Any:
        asked = {"league_id": request.actor.league_id, "year_id": 2027, "round": "first_up"}
        return super().get_queryset(request).filter(**asked)

    def has_module_permission(self, request: Any) -> bool:
        return True

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True


site = BareSite(name="bare")
site.register(BudgetLine, BareLines)
urlpatterns = [path("bare/", site.urls), path("", include("imbudget.urls"))]
handler403, handler404, handler500 = (f"imbudget.kit.errorpages.{name}" for name in ("forbidden", "missing", "broken"))
