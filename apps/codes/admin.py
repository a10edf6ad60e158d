"""Fiscal years, classification codes and derivations in the administration."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from modeltranslation.admin import TranslationAdmin

from apps.codes import policies, services
from apps.codes.models import Code, EconomicDerivation, FiscalYear, YearState
from imbudget.kit.adminbase import GrantedAdmin, HistoryAdmin
from imbudget.kit.text import search_key


@admin.register(FiscalYear)
class FiscalYearAdmin(GrantedAdmin):
    list_display = ("year", "state", "compiling")
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("year",) if obj else ()

    def save_model(self, request: HttpRequest, obj: FiscalYear, form: Any, change: bool) -> None:
        services.put_year(request.actor, obj.year, {"state": obj.state, "compiling": obj.compiling})


class OfYear:
    """Rows of a year: a closed one is only read."""

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or bool(policies.may_change(request.actor, obj.year)))

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "year":
            kwargs["queryset"] = FiscalYear.objects.exclude(state=YearState.CLOSED)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class CodeForm(forms.ModelForm):
    """An upper code is one of the same tree and year, and the beginning of the code."""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        upper, code = cleaned.get("parent"), cleaned.get("code") or self.instance.code
        if upper is None:
            return cleaned
        catalog = cleaned.get("catalog") or self.instance.catalog
        year = cleaned.get("year") or self.instance.year
        if (
            upper.catalog != catalog
            or upper.year_id != year.pk
            or not code.startswith(upper.code)
            or upper.code == code
        ):
            raise ValidationError(
                _("The upper code must belong to the same classification and year and begin the code.")
            )
        return cleaned


@admin.register(Code)
class CodeAdmin(OfYear, HistoryAdmin, TranslationAdmin):
    form = CodeForm
    list_display = ("code", "name", "name_mvf", "catalog", "year", "is_leaf", "is_standard", "is_verified", "valid_to")
    list_filter = ("catalog", "year", "is_verified", "is_standard", "is_leaf")
    search_fields = ("search_key",)
    autocomplete_fields = ("parent",)
    fields = (
        "catalog",
        "year",
        "code",
        "name",
        "parent",
        "is_leaf",
        "is_standard",
        "is_verified",
        "source",
        "valid_from",
        "valid_to",
    )
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("year", "parent")

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_key(search_term))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("catalog", "year", "code") if obj else ()

    def save_model(self, request: HttpRequest, obj: Code, form: Any, change: bool) -> None:
        services.save_code(request.actor, obj)


@admin.register(EconomicDerivation)
class EconomicDerivationAdmin(OfYear, GrantedAdmin):
    list_display = ("department_economic", "nature", "government_economic", "year", "is_verified")
    list_filter = ("year", "nature", "is_verified")
    list_select_related = ("department_economic", "government_economic", "year")
    search_fields = ("department_economic__code", "government_economic__code")
    autocomplete_fields = ("department_economic", "government_economic")
    deletable = True
    actions = None

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("year", "department_economic", "nature") if obj else ()

    def save_model(self, request: HttpRequest, obj: EconomicDerivation, form: Any, change: bool) -> None:
        services.save_derivation(request.actor, obj)
