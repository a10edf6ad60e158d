"""Settings of the budget in the administration."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.budget.models import RegionSetting
from imbudget.kit.adminbase import HistoryAdmin


@admin.register(RegionSetting)
class RegionSettingAdmin(HistoryAdmin):
    list_display = ("region", "function_level_lines", "default_fund", "source")
    list_select_related = ("region",)
    search_fields = ("region__search_key",)
    autocomplete_fields = ("region",)
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("region",) if obj else ()
