"""Schemes of evaluation in the administration: weights, grades, limits of lamps and what follows, by region and year."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin

from apps.performance.models import Scheme
from apps.performance.models.scheme import WEIGHTS
from apps.performance.services import save_scheme
from imbudget.kit.adminbase import HistoryAdmin


@admin.register(Scheme)
class SchemeAdmin(HistoryAdmin, TranslationAdmin):
    """A scheme that evaluations were made by is replaced by one of a later year, not deleted."""

    actions = None
    list_display = (
        "name",
        "kind",
        "region",
        "valid_from",
        "valid_to",
        "excellent",
        "good",
        "fair",
        "is_verified",
        "source",
    )
    list_filter = ("kind", "is_verified")
    list_select_related = ("region",)
    search_fields = ("name_zh_hans", "name_mvf", "region__search_key")
    autocomplete_fields = ("region",)
    fieldsets = (
        (None, {"fields": ("name", "kind", "region", "valid_from", "valid_to", "source", "is_verified")}),
        (_("weights, 100 points in all"), {"fields": (*WEIGHTS, "without_satisfaction")}),
        (_("grades"), {"fields": ("excellent", "good", "fair")}),
        (
            _("lamps and deviations, %"),
            {"fields": ("red_below", "yellow_below", "blue_from", "over_achieved", "off_target")},
        ),
        (_("what follows"), {"fields": ("fair_cut", "poor_cut", "feedback_days", "rectify_days")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("kind", "region", "valid_from") if obj else ()

    def save_model(self, request: HttpRequest, obj: Scheme, form: Any, change: bool) -> None:
        save_scheme(request.actor, obj)
