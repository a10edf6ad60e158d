"""Settings of the budget in the administration."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.budget import services
from apps.budget.models import RegionSetting
from apps.codes.models import Catalog
from apps.codes.selectors import leaves, year_being_compiled
from imbudget.kit.adminbase import HistoryAdmin


class SettingForm(forms.ModelForm):
    """The fund type is chosen among those of the year being compiled."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "default_fund" in self.fields:  # only shown, when the reader may not change it
            field = self.fields["default_fund"]
            field.widget = forms.Select(choices=[("", "---------"), *self.funds()])

    def funds(self) -> list[tuple[str, str]]:
        offered = [(code.code, str(code)) for code in leaves(year_being_compiled(), Catalog.FUND)]
        held = self.instance.default_fund
        return offered if not held or held in dict(offered) else [*offered, (held, held)]


@admin.register(RegionSetting)
class RegionSettingAdmin(HistoryAdmin):
    form = SettingForm
    list_display = ("region", "function_level_lines", "default_fund", "source")
    list_filter = ("function_level_lines", ("region__league", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region",)
    search_fields = ("region__search_key",)
    autocomplete_fields = ("region",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("region")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("region",) if obj else ()

    def save_model(self, request: HttpRequest, obj: RegionSetting, form: Any, change: bool) -> None:
        services.save_setting(request.actor, obj)
