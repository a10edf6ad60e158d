"""Schedules of categories and the items of the framework (共性指标框架) in the administration, by region and year."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modeltranslation.admin import TranslationAdmin

from apps.monitoring.forms.curves import SharesField
from apps.performance.models import FrameworkItem, FrameworkPart, ScheduleCurve
from apps.performance.services import drop_schedule, save_item, save_schedule
from imbudget.kit.adminbase import HistoryAdmin
from imbudget.kit.text import clean, strip

MOST_TICKS = 20
LONGEST = 200


class ScheduleForm(forms.ModelForm):
    """Twelve shares in a line; the category is chosen once."""

    shares = SharesField(label=gettext_lazy("shares by month (%)"))


@admin.register(ScheduleCurve)
class ScheduleAdmin(HistoryAdmin):
    """Those of single projects are set where the projects are examined, and stand there."""

    actions = None
    deletable = True
    form = ScheduleForm
    list_display = ("category", "region", "valid_from", "valid_to", "rise", "is_verified", "source")
    list_filter = ("is_verified",)
    list_select_related = ("category", "region")
    ordering = ("category__code", "region", "valid_from")
    search_fields = ("category__code", "category__name_zh_hans", "category__name_mvf", "region__search_key")
    autocomplete_fields = ("region",)
    fields = ("category", "region", "valid_from", "valid_to", "shares", "source", "is_verified")

    @admin.display(description=gettext_lazy("shares by month (%)"))
    def rise(self, obj: ScheduleCurve) -> str:
        return " ".join(f"{share:g}" for share in obj.shares)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(of=None)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("category", "region", "valid_from") if obj else ()

    def save_model(self, request: HttpRequest, obj: ScheduleCurve, form: Any, change: bool) -> None:
        save_schedule(request.actor, obj)

    def delete_model(self, request: HttpRequest, obj: ScheduleCurve) -> None:
        drop_schedule(request.actor, obj)


class LinesField(forms.CharField):
    """Points to tick, one a line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> list[str]:
        try:
            lines = [strip(line) for line in clean(super().to_python(value) or "").splitlines()]
        except ValueError as error:
            raise ValidationError(
                _("This text has characters that are not Unicode (an old Mongolian font).")
            ) from error
        while lines and not lines[-1]:
            lines.pop()
        if len(lines) > MOST_TICKS or any(len(line) > LONGEST for line in lines):
            text = _("At most %(count)s points of %(length)s characters each.")
            raise ValidationError(text % {"count": MOST_TICKS, "length": LONGEST})
        return lines


class ItemForm(forms.ModelForm):
    """An item with what is looked at; the Mongolian lines stand in the order of the Chinese ones."""

    ticks_zh = LinesField(
        label=gettext_lazy("what is looked at, in Chinese"), required=False, help_text=gettext_lazy("One point a line.")
    )
    ticks_mn = LinesField(
        label=gettext_lazy("what is looked at, in Mongolian"),
        widget=forms.Textarea(attrs={"lang": "mn-Mong-CN"}),
        required=False,
        help_text=gettext_lazy("One point a line, in the order of the Chinese ones; a line may be empty."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            rows = list(self.instance.ticks.order_by("number").values_list("text_zh_hans", "text_mvf"))
            self.initial["ticks_zh"] = "\n".join(zh or "" for zh, _mn in rows)
            self.initial["ticks_mn"] = "\n".join(mn or "" for _zh, mn in rows)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chinese, mongolian = cleaned.get("ticks_zh") or [], cleaned.get("ticks_mn") or []
        if "" in chinese:
            self.add_error("ticks_zh", _("No line between two points is empty."))
        if len(mongolian) > len(chinese):
            self.add_error("ticks_mn", _("There are more Mongolian lines than Chinese ones."))
        return cleaned

    def ticks(self) -> list[tuple[str, str]]:
        """(Chinese, Mongolian) in their order."""
        chinese, mongolian = self.cleaned_data["ticks_zh"], self.cleaned_data["ticks_mn"]
        return [*zip(chinese, [*mongolian, *[""] * (len(chinese) - len(mongolian))], strict=True)]


@admin.register(FrameworkItem)
class FrameworkItemAdmin(HistoryAdmin, TranslationAdmin):
    """An item that evaluations were made by ends with a year, and another one of its code begins with the next."""

    actions = None
    form = ItemForm
    list_display = (
        *("code", "part", "second", "name", "points", "formula", "region", "valid_from", "valid_to"),
        *("is_current", "is_verified", "source"),
    )
    list_filter = ("part", "is_current", "is_verified")
    list_select_related = ("region",)
    search_fields = ("code", "name_zh_hans", "name_mvf", "region__search_key")
    autocomplete_fields = ("region",)
    fieldsets = (
        (None, {"fields": ("code", "region", "valid_from", "valid_to", "part", "second", "name", "number")}),
        (gettext_lazy("points and what is looked at"), {"fields": ("points", "formula", "ticks_zh", "ticks_mn")}),
        (None, {"fields": ("source", "is_verified", "is_current")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code", "region", "valid_from") if obj else ()

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Two levels have names here: each says which."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and db_field.name.startswith(("second_", "name_")):
            level = self.opts.get_field(db_field.name.partition("_")[0]).verbose_name
            field.label = format_lazy("{} · {}", level, field.label)
        return field

    def save_model(self, request: HttpRequest, obj: FrameworkItem, form: Any, change: bool) -> None:
        sums = save_item(request.actor, obj, form.ticks())
        told = ", ".join(f"{FrameworkPart(part).label} {points}" for part, points in sums.items())
        text = _(
            "The items of this region and year come to: %(sums)s points. The points of the scheme are spread by them."
        )
        self.message_user(request, text % {"sums": told}, messages.INFO)
