"""Types of violation and curves of spending in the administration; rules and alarms are read there, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from import_export.fields import Field
from modeltranslation.admin import TranslationAdmin

from apps.monitoring.catalogues import CURVES, VIOLATIONS, CurveRows, ViolationRows
from apps.monitoring.forms.curves import SharesField
from apps.monitoring.models import Alarm, Exemption, PaceCurve, Rule, RuleRun, RuleVersion, ViolationType
from apps.monitoring.services import catalogue
from imbudget.kit.actor import Actor
from imbudget.kit.adminbase import HistoryAdmin, ReadOnlyAdmin
from imbudget.kit.adminimport import RowsResource, TableAdmin, column, mark


class CurveField(Field):
    """Shares as the import reads them."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        return " ".join(f"{share:g}" for share in self.get_value(instance))


class ViolationResource(RowsResource):
    rows = ViolationRows
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mn = column("name_mvf")
    direct = mark("is_direct")
    current = mark("is_current")
    source = column("source")


class CurveResource(RowsResource):
    rows = CurveRows
    name_zh = column("name_zh_hans")
    name_mn = column("name_mvf")
    function = column("function")
    shares = CurveField(attribute="shares")
    basis = column("basis")


class CatalogueAdmin(TableAdmin, HistoryAdmin, TranslationAdmin):
    """A table that is the same everywhere; what it is found by stays."""

    actions = None
    table = ""
    kept = ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (self.kept,) if obj else ()

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        catalogue.record_import(actor, self.table, file, counts)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        catalogue.save_row(request.actor, obj)


@admin.register(ViolationType)
class ViolationTypeAdmin(CatalogueAdmin):
    table = VIOLATIONS
    kept = "code"
    resource_classes = [ViolationResource]
    list_display = ("code", "name", "mongolian_name", "is_direct", "is_current", "source")
    list_filter = ("is_direct", "is_current")
    search_fields = ("code", "name_zh_hans", "name_mvf")
    fields = ("code", "name", "is_direct", "is_current", "source")


@admin.register(PaceCurve)
class PaceCurveAdmin(CatalogueAdmin):
    table = CURVES
    kept = "function"
    deletable = True
    resource_classes = [CurveResource]
    list_display = ("name", "mongolian_name", "function", "basis")
    search_fields = ("name_zh_hans", "name_mvf", "function")
    fields = ("name", "function", "shares", "basis")

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "shares":
            return SharesField(label=db_field.verbose_name)
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def delete_model(self, request: HttpRequest, obj: PaceCurve) -> None:
        catalogue.drop_curve(request.actor, obj)


class MonitoringLog(ReadOnlyAdmin):
    """What watches payments and what it has found, read by the audit administrator."""

    show_full_result_count = False
    list_select_related: Any = ("region",)


@admin.register(Rule)
class RuleAdmin(MonitoringLog):
    list_display = ("code", "region", "setter", "current", "gap")
    list_select_related = ("region", "current__rule")
    list_filter = ("setter",)
    search_fields = ("code", "region__search_key")


@admin.register(RuleVersion)
class RuleVersionAdmin(MonitoringLog):
    list_display = ("rule", "number", "name", "mode", "level", "phase", "state", "valid_from", "valid_to")
    list_select_related = ("rule__current",)
    list_filter = ("state", "mode", "level", "phase")
    search_fields = ("rule__code", "name_zh_hans")


@admin.register(Exemption)
class ExemptionAdmin(MonitoringLog):
    """Of an account that is excepted its last digits alone."""

    list_display = ("rule", "kind", "value", "basis", "valid_from", "valid_to", "author")
    list_select_related = ("rule__current", "author")
    list_filter = ("kind",)
    search_fields = ("rule__code", "basis")
    exclude = ("account",)


@admin.register(RuleRun)
class RuleRunAdmin(MonitoringLog):
    list_display = ("version", "day", "seen_to", "found", "seconds")
    list_select_related = ("version__rule__current",)


@admin.register(Alarm)
class AlarmAdmin(MonitoringLog):
    """The figures name payees: the audit administrator sees what became of an alarm, not whom it was about."""

    list_display = ("pk", "rule", "region", "unit", "amount", "level", "mode", "state", "raised_at", "due")
    list_select_related = ("rule__current", "region", "unit")
    list_filter = ("state", "level", "mode")
    search_fields = ("=rule__code", "region__search_key")
    exclude = ("figures", "rows", "key")
