"""Baselines and targets of the roll-out in the administration."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.dashboard.models import KpiBaseline, KpiTarget
from apps.dashboard.services import baselines
from imbudget.kit.adminbase import HistoryAdmin


class KeptAdmin(HistoryAdmin):
    actions = None
    deletable = True

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        baselines.save_row(request.actor, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        baselines.drop_row(request.actor, obj)


@admin.register(KpiBaseline)
class KpiBaselineAdmin(KeptAdmin):
    list_display = ("region", "kpi", "value", "first_day", "last_day", "source")
    list_select_related = ("region",)
    list_filter = ("kpi",)
    search_fields = ("region__search_key",)
    autocomplete_fields = ("region",)
    fields = ("region", "kpi", "value", "first_day", "last_day", "source")


@admin.register(KpiTarget)
class KpiTargetAdmin(KeptAdmin):
    list_display = ("kpi", "kind", "value", "basis")
    fields = ("kpi", "kind", "value", "basis")
