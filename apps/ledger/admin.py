"""The chart of accounts and the posting rules in the administration; what was posted is read there, never changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from import_export.fields import Field
from modeltranslation.admin import TranslationAdmin

from apps.ledger.catalogues import ACCOUNTS, RULES, AccountRows, RuleRows
from apps.ledger.models import Account, AuthorityDocument, Books, Posting, PostingRule, Side
from apps.ledger.services import chart
from imbudget.kit.actor import Actor
from imbudget.kit.adminbase import HistoryAdmin, ReadOnlyAdmin
from imbudget.kit.adminimport import RowsResource, TableAdmin, column


class YesField(Field):
    """A mark written yes or no, as the import reads it."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        return "yes" if self.get_value(instance) else "no"


class SideField(Field):
    """The side of an account as the import reads it."""

    def export(self, instance: Any, **kwargs: Any) -> str:
        return Side(instance.side).name.lower()


class AccountResource(RowsResource):
    rows = AccountRows
    code = column("code")
    name_zh = column("name_zh_hans")
    name_mvf = column("name_mvf")
    role = column("role")
    side = SideField(attribute="side")
    standard = YesField(attribute="is_standard")
    verified = YesField(attribute="is_verified")
    source = column("source")


class RuleResource(RowsResource):
    rows = RuleRows
    event = column("event")
    debit = column("debit__code")
    credit = column("credit__code")
    verified = YesField(attribute="is_verified")
    source = column("source")


class ChartAdmin(TableAdmin, HistoryAdmin):
    """A table of the chart; what it is found by stays once there are postings on it."""

    actions = None
    kept = ""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (self.kept,) if obj else ()

    def record_import(self, actor: Actor, file: str, counts: dict[str, int]) -> None:
        chart.record_import(actor, self.table, file, counts)

    def save_model(self, request: HttpRequest, obj: Account | PostingRule, form: Any, change: bool) -> None:
        chart.save_row(request.actor, obj)


@admin.register(Account)
class AccountAdmin(ChartAdmin, TranslationAdmin):
    table = ACCOUNTS
    kept = "role"
    resource_classes = [AccountResource]
    list_display = ("code", "name", "mongolian_name", "role", "side", "is_standard", "is_verified", "source")
    list_filter = ("side", "is_standard", "is_verified")
    search_fields = ("code", "name_zh_hans", "name_mvf")
    fields = ("code", "name", "role", "side", "is_standard", "is_verified", "source")


@admin.register(PostingRule)
class PostingRuleAdmin(ChartAdmin):
    table = RULES
    kept = "event"
    resource_classes = [RuleResource]
    list_display = ("event", "debit", "credit", "is_verified", "source")
    list_filter = ("is_verified",)
    list_select_related = ("debit", "credit")
    fields = ("event", "debit", "credit", "is_verified", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("debit", "credit")


class LedgerLog(ReadOnlyAdmin):
    """What stands in the ledger, read by the audit administrator."""

    show_full_result_count = False
    list_select_related: Any = ("region",)


@admin.register(Books)
class BooksAdmin(LedgerLog):
    list_display = ("region", "year", "state", "opened_at", "closed_at")
    list_filter = ("year", "state")
    search_fields = ("region__search_key",)


@admin.register(AuthorityDocument)
class AuthorityDocumentAdmin(LedgerLog):
    list_display = ("number", "title", "kind", "region", "year", "total", "state", "posted_at")
    list_filter = ("year", "kind", "state")
    search_fields = ("number", "title")


@admin.register(Posting)
class PostingAdmin(LedgerLog):
    list_display = ("pk", "event", "region", "year", "total", "user_name", "post_label", "posted_at")
    list_filter = ("year", "event")
    search_fields = ("=key",)
