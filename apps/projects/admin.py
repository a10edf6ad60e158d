"""Catalogues and settings of the project library in the administration."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from modeltranslation.admin import TranslationAdmin

from apps.projects.catalogues import CATEGORIES, SETTINGS, TAGS, CategoryRows, SettingRows, TagRows
from apps.projects.models import PolicyTag, ProjectCategory, ProjectSetting
from apps.projects.services import catalogues
from imbudget.kit.actor import Actor
from imbudget.kit.adminbase import HistoryAdmin
from imbudget.kit.adminimport import RowsResource, TableAdmin, column, mark


class CategoryResource(RowsResource):
    rows = CategoryRows
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    parent_code = column("parent__code")
    active = mark("is_active")
    source = column("source")


class TagResource(RowsResource):
    rows = TagRows
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    valid_from = column("valid_from")
    valid_to = column("valid_to")
    source = column("source")


class SettingResource(RowsResource):
    rows = SettingRows
    region_code = column("region__code")
    code_pattern = column("code_pattern")
    review_threshold = column("review_threshold")
    evaluation_threshold = column("evaluation_threshold")
    mongolian = mark("mongolian_documents")
    source = column("source")


class CatalogueAdmin(TableAdmin, HistoryAdmin):
    """A table of the project library; its whole files leave one record."""

    actions = None

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        catalogues.record_import(actor, self.table, file, counts)


@admin.register(ProjectCategory)
class ProjectCategoryAdmin(CatalogueAdmin, TranslationAdmin):
    table = CATEGORIES
    resource_classes = [CategoryResource]
    list_display = ("code", "name", "mongolian_name", "parent", "is_active", "source")
    list_filter = ("is_active", ("parent", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("parent",)
    ordering = ("tree_id", "lft")
    search_fields = ("code", "name_zh_hans", "name_mvf")
    autocomplete_fields = ("parent",)
    fields = ("code", "name", "parent", "is_active", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("parent")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def save_model(self, request: HttpRequest, obj: ProjectCategory, form: Any, change: bool) -> None:
        catalogues.save_catalogue_row(request.actor, obj)


@admin.register(PolicyTag)
class PolicyTagAdmin(CatalogueAdmin, TranslationAdmin):
    table = TAGS
    resource_classes = [TagResource]
    list_display = ("code", "name", "mongolian_name", "valid_from", "valid_to", "source")
    search_fields = ("code", "name_zh_hans", "name_mvf")
    fields = ("code", "name", "valid_from", "valid_to", "source")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def save_model(self, request: HttpRequest, obj: PolicyTag, form: Any, change: bool) -> None:
        catalogues.save_catalogue_row(request.actor, obj)


@admin.register(ProjectSetting)
class ProjectSettingAdmin(CatalogueAdmin):
    table = SETTINGS
    resource_classes = [SettingResource]
    list_display = (
        "region",
        "code_pattern",
        "review_threshold",
        "evaluation_threshold",
        "mongolian_documents",
        "source",
    )
    list_filter = ("mongolian_documents", ("region__league", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("region",)
    search_fields = ("region__search_key",)
    autocomplete_fields = ("region",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("region")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("region",) if obj else ()

    def save_model(self, request: HttpRequest, obj: ProjectSetting, form: Any, change: bool) -> None:
        catalogues.save_setting(request.actor, obj)
