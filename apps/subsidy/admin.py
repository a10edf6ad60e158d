"""Subsidies, their registers and rosters in the administration: read there, in part where a person is meant, never changed.

Who keeps them are the finance offices, on the pages of the product.
"""

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy

from apps.subsidy.models import (
    Coefficient,
    Household,
    Place,
    Roster,
    RosterObjection,
    RosterPayment,
    Standard,
    Subsidy,
    masked_name,
)
from imbudget.kit.adminbase import AUDIT, SYSTEM, ReadOnlyAdmin


class SubsidyLog(ReadOnlyAdmin):
    """Of people: for the audit administrator alone."""

    show_full_result_count = False
    list_select_related: Any = ("region",)


class SubsidyCatalogue(SubsidyLog):
    """Of rules and places: the system administrator, who keeps such data elsewhere, reads it too."""

    view_grants = frozenset({SYSTEM, AUDIT})


@admin.register(Subsidy)
class SubsidyAdmin(SubsidyCatalogue):
    list_display = ("code", "name", "short_name", "level", "region", "cycle", "is_open")
    list_filter = ("level", "cycle", "is_open")
    search_fields = ("code", "name")


class CoefficientInline(admin.TabularInline):
    model = Coefficient
    extra = 0
    can_delete = False

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        return False


@admin.register(Standard)
class StandardAdmin(SubsidyCatalogue):
    list_display = ("subsidy", "region", "year", "ban_rate", "balance_rate", "unit_rate", "floor", "cap", "source")
    list_select_related = ("subsidy", "region", "year")
    list_filter = ("year", "subsidy")
    search_fields = ("subsidy__code", "region__search_key")
    inlines = [CoefficientInline]


@admin.register(Place)
class PlaceAdmin(SubsidyCatalogue):
    list_display = ("code", "name", "level", "parent", "region")
    list_select_related = ("parent", "region")
    list_filter = ("level",)
    search_fields = ("=code", "name")


@admin.register(Household)
class HouseholdAdmin(SubsidyLog):
    list_display = ("code", "public_name", "masked_id", "masked_card", "place", "region", "state", "changed_at")
    list_select_related = ("place", "region")
    list_filter = ("state", "id_sound", "card_sound")
    search_fields = ("=code",)
    fields = (
        *("code", "public_name", "masked_id", "id_sound", "masked_card", "card_sound", "bank", "region", "place"),
        *("people", "livestock", "state", "is_low_income", "is_lifted", "is_destitute", "changed_at"),
    )
    readonly_fields = ("public_name", "masked_id", "id_sound", "masked_card", "card_sound", "changed_at")

    @admin.display(description=gettext_lazy("head of the household"))
    def public_name(self, obj: Household) -> str:
        return masked_name(obj.head_name)

    @admin.display(description=gettext_lazy("identity number"))
    def masked_id(self, obj: Household) -> str:
        return obj.masked_id

    @admin.display(description=gettext_lazy("card"))
    def masked_card(self, obj: Household) -> str:
        return obj.masked_card


@admin.register(Roster)
class RosterAdmin(SubsidyLog):
    list_display = ("pk", "subsidy", "region", "unit", "year", "instalment", "place", "count", "total", "state")
    list_select_related = ("subsidy", "region", "unit", "place", "year")
    list_filter = ("state", "year", "subsidy")
    search_fields = ("region__search_key", "subsidy__code")


@admin.register(RosterPayment)
class RosterPaymentAdmin(SubsidyLog):
    list_display = ("request", "roster", "count", "again", "made_at")
    list_select_related = ("request", "roster__subsidy", "roster__place", "again__request")
    search_fields = ("=request__number",)


@admin.register(RosterObjection)
class RosterObjectionAdmin(SubsidyLog):
    """Without who objects."""

    list_display = ("pk", "roster", "state", "filed_at", "answered_at", "answerer")
    list_select_related = ("roster__subsidy", "roster__place", "answerer")
    list_filter = ("state",)
    exclude = ("person", "contact", "line", "source", "code", "proof")
