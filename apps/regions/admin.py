"""Regions, departments and units in the administration: the tree, names in both languages, import and export."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from modeltranslation.admin import TranslationAdmin
from mptt.admin import MPTTModelAdmin

from apps.regions import services
from apps.regions.forms import PhaseForm, SwitchForm
from apps.regions.models import (
    Department,
    Region,
    RegionCodeChange,
    RegionPhase,
    RegionTag,
    RolloutPhase,
    Unit,
    UnitCodeChange,
)
from apps.regions.rows import DepartmentRows, RegionRows, UnitRows
from imbudget.kit.actor import Actor
from imbudget.kit.adminbase import ALL, GrantedAdmin, HistoryAdmin, KeySearch
from imbudget.kit.adminimport import RowsResource, TableAdmin, column

INDENT = "\u3000\u3000"  # one level of the tree; an inline style would need a hole in the security policy


class RegionResource(RowsResource):
    rows = RegionRows
    code = column("code")
    finance_code = column("finance_code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    parent_code = column("parent__code")
    kind = column("kind")
    tags = column("tags")
    phase = column("phase")
    reports_to = column("reports_to__code")
    valid_from = column("valid_from")
    valid_to = column("valid_to")

    def dehydrate_tags(self, region: Region) -> str:
        return " ".join(tag.code for tag in region.tags.all())


class DepartmentResource(RowsResource):
    rows = DepartmentRows
    region_code = column("region__code")
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    parent_code = column("parent__code")


class UnitResource(RowsResource):
    """Without telephones: personal data leaves the system only where the work needs it."""

    rows = UnitRows
    region_code = column("region__code")
    department_code = column("department__code")
    code = column("code")
    credit_code = column("credit_code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    nature = column("nature")
    valid_from = column("valid_from")
    valid_to = column("valid_to")


@admin.register(Region)
class RegionAdmin(KeySearch, TableAdmin, HistoryAdmin, TranslationAdmin, MPTTModelAdmin):
    view_grants = ALL  # the security administrator gives posts at them
    change_list_template = None  # the tree's own one indents by inline styles
    list_display = ("in_tree", "mongolian_name", "code", "finance_code", "kind", "phase", "valid_to")
    list_display_links = ("in_tree",)
    list_filter = ("kind", "phase", "tags")
    list_per_page = 200
    formfield_overrides = {models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}
    resource_classes = [RegionResource]
    fieldsets = (
        (None, {"fields": ("code", "finance_code", "name", "kind", "parent", "reports_to", "approval_body")}),
        (_("policy"), {"fields": ("tags", "phase", "valid_from", "valid_to")}),
    )
    actions = None

    @admin.display(description=_("region"), ordering="lft")
    def in_tree(self, region: Region) -> str:
        return INDENT * region.level + str(region)

    def choice_label(self, obj: Region) -> str:
        return f"{obj.code} {obj.name}"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("parent", "reports_to").prefetch_related("tags")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        # Reports go to those above the banners, and nothing stands below a banner: a short tree to choose from.
        if db_field.name in {"parent", "reports_to"}:
            kwargs["queryset"] = Region.objects.filter(level__lt=services.LOWEST_LEVEL)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def before_write(self, request: HttpRequest) -> None:
        services.lock_tree()

    def save_model(self, request: HttpRequest, obj: Region, form: Any, change: bool) -> None:
        services.save_region(request.actor, obj, list(form.cleaned_data["tags"]))

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        services.record_import(actor, "regions", file, counts)


@admin.register(Department)
class DepartmentAdmin(TableAdmin, HistoryAdmin, TranslationAdmin):
    view_grants = ALL  # the security administrator gives posts at them
    list_display = ("name", "mongolian_name", "code", "region", "parent")
    list_filter = ("region__kind", ("region__league", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region", "parent")
    search_fields = ("name_zh_hans", "name_mvf", "code", "region__search_key")
    autocomplete_fields = ("region", "parent")
    resource_classes = [DepartmentResource]
    fields = ("region", "parent", "code", "name")
    show_full_result_count = False
    actions = None

    def choice_label(self, obj: Department) -> str:
        return f"{obj.code} {obj.name} · {obj.region}"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("region", "parent")

    def save_model(self, request: HttpRequest, obj: Department, form: Any, change: bool) -> None:
        services.save_department(request.actor, obj)

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        services.record_import(actor, "departments", file, counts)


@admin.register(Unit)
class UnitAdmin(KeySearch, TableAdmin, HistoryAdmin, TranslationAdmin):
    view_grants = ALL  # the security administrator gives posts at them
    list_display = ("name", "mongolian_name", "code", "credit_code", "region", "department", "nature", "valid_to")
    list_filter = ("nature", "region__kind", ("region__league", admin.RelatedOnlyFieldListFilter), "valid_to")
    list_select_related = ("region", "department")
    autocomplete_fields = ("region", "department")
    resource_classes = [UnitResource]
    fieldsets = (
        (None, {"fields": ("region", "department", "code", "credit_code", "name", "nature")}),
        (_("further"), {"fields": ("phone", "valid_from", "valid_to")}),
    )
    private_fields = ("phone",)
    show_full_result_count = False
    actions = None

    def choice_label(self, obj: Unit) -> str:
        return f"{obj.code} {obj.name} · {obj.region}"

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("region", "department")

    def save_model(self, request: HttpRequest, obj: Unit, form: Any, change: bool) -> None:
        services.save_unit(request.actor, obj)

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        services.record_import(actor, "units", file, counts)


class DetailAdmin(GrantedAdmin):
    """What describes regions and units beside their own rows."""

    actions = None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        services.save_detail(request.actor, obj)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        services.delete_detail(request.actor, obj)


@admin.register(RegionTag)
class RegionTagAdmin(DetailAdmin, TranslationAdmin):
    list_display = ("code", "name", "mongolian_name")
    search_fields = ("code", "name_zh_hans", "name_mvf")
    fields = ("code", "name")


@admin.register(RegionCodeChange)
class RegionCodeChangeAdmin(DetailAdmin):
    list_display = ("old_code", "old_name", "region", "valid_to", "document")
    list_select_related = ("region",)
    search_fields = ("old_code", "old_name", "region__search_key")
    autocomplete_fields = ("region",)
    deletable = True


@admin.register(UnitCodeChange)
class UnitCodeChangeAdmin(DetailAdmin):
    list_display = ("old_code", "old_name", "unit", "valid_to", "document")
    list_select_related = ("unit",)
    search_fields = ("old_code", "old_name", "unit__search_key")
    autocomplete_fields = ("unit",)
    deletable = True


@admin.register(RolloutPhase)
class RolloutPhaseAdmin(HistoryAdmin, TranslationAdmin):
    """The phases; what one opens is changed for all regions that are in it."""

    form = PhaseForm
    list_display = ("number", "name", "mongolian_name", "starts_on", "opened")
    list_display_links = ("number", "name")
    fields = ("number", "name", "starts_on", "modules", "basis")
    actions = None

    @admin.display(description=_("modules opened"))
    def opened(self, phase: RolloutPhase) -> str:
        return " · ".join(str(label) for label in phase.module_labels)

    def save_model(self, request: HttpRequest, obj: RolloutPhase, form: Any, change: bool) -> None:
        services.save_phase(request.actor, obj)


@admin.register(RegionPhase)
class RegionPhaseAdmin(HistoryAdmin):
    """Regions switched on. A row that has begun stands for ever; one to come can be taken back."""

    form = SwitchForm
    list_display = ("region", "phase", "since", "basis")
    list_select_related = ("region", "phase")
    list_filter = ("phase",)
    search_fields = ("region__search_key",)
    autocomplete_fields = ("region",)
    fields = ("phase", "region", "planned", "since", "basis")
    deletable = True
    actions = None

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = GrantedAdmin.has_change_permission(self, request)
        return may and (obj is None or not obj.has_begun)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("phase", "region", "since", "basis") if obj else self.fields

    def save_model(self, request: HttpRequest, obj: RegionPhase, form: Any, change: bool) -> None:
        made = services.switch_on(request.actor, form.regions, obj.phase, obj.since, obj.basis)
        obj.pk, obj.region = made[0].pk, made[0].region

    def delete_model(self, request: HttpRequest, obj: RegionPhase) -> None:
        services.take_back_switch(request.actor, obj)
