"""Maps of boundaries in the administration: loaded with their number, never changed."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.dashboard.models import BoundaryMap
from apps.dashboard.services import load_boundaries
from apps.dashboard.services.boundaries import MAX_BYTES
from imbudget.kit.adminbase import GrantedAdmin


class BoundaryForm(forms.ModelForm):
    """The file of a map with its number."""

    file = forms.FileField(
        label=_("outlines (GeoJSON)"),
        help_text=_(
            "The regions directly below the chosen one, each with its division code of six digits; degrees; up to 20 MB."
        ),
    )

    class Meta:
        model = BoundaryMap
        fields = ("region", "approval", "source")


@admin.register(BoundaryMap)
class BoundaryMapAdmin(GrantedAdmin):
    form = BoundaryForm
    list_display = ("region", "approval", "source", "is_current", "loaded_by", "loaded_at")
    list_filter = ("is_current",)
    list_select_related = ("region",)
    autocomplete_fields = ("region",)
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A map that was shown stays as it was; the list alone asks without a row."""
        return obj is None and super().has_change_permission(request, obj)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        shown = ("region", "approval", "source")
        return (*shown, "digest", "is_current", "loaded_by", "loaded_at") if obj else (*shown, "file")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        content = form.cleaned_data["file"].read(MAX_BYTES + 1)
        made = load_boundaries(request.actor, obj.region, content, obj.approval, obj.source)
        obj.pk = made.pk
