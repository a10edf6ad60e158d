"""What the pickers of projects ask: categories, projects, codes."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy

from apps.projects import pickers
from apps.regions.pickers import SHOWN
from apps.regions.views import Choices
from imbudget.kit.text import printable, strip
from imbudget.kit.views import KitView


class CategoryChoices(Choices):
    grant = "projects.see"
    template_name = "projects/choices.html"
    title = gettext_lazy("choose a category")
    field = "category"

    def choices(self, text: str) -> list[dict[str, Any]]:
        return pickers.category_choices(text, self.number("below"))


class ProjectChoices(Choices):
    grant = "projects.see"
    template_name = "projects/choices.html"
    title = gettext_lazy("choose a project")
    field = "project"
    source = pickers.project_picker

    def choices(self, text: str) -> list[dict[str, Any]]:
        return pickers.project_choices(self.source.rows(self.actor), text)


class FirstLevelChoices(ProjectChoices):
    title = gettext_lazy("choose a first-level project")
    field = "upper"
    source = pickers.first_level_picker


class CodeChoices(KitView):
    """Codes for the fields in which they are written; without script they are written from memory or pasted."""

    grant = "projects.see"

    def get(self, request: HttpRequest) -> JsonResponse:
        catalog, year = request.GET.get("catalog", ""), request.GET.get("year", "")
        text = strip(printable(request.GET.get("q", "")))[:60]
        known = catalog in pickers.CATALOGS and year.isascii() and year.isdecimal() and len(year) == 4
        rows = pickers.code_choices(catalog, int(year), text) if known else []
        response = JsonResponse({"rows": rows[:SHOWN], "more": len(rows) > SHOWN})
        patch_vary_headers(response, ["Accept", "HX-Request"])
        return response
