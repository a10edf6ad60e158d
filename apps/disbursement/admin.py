"""Accounts to pay from and connections with treasuries in the administration; payees, contracts, plans and messages are
read there, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from apps.disbursement.models import Contract, InMessage, OutMessage, PayAccount, Payee, TreasuryLink, UsePlan
from apps.disbursement.services import places
from imbudget.kit.adminbase import HistoryAdmin, ReadOnlyAdmin


class PlaceAdmin(HistoryAdmin):
    """Where money leaves us; ended by closing it, never deleted."""

    actions = None
    list_select_related = ("region",)
    autocomplete_fields: tuple[str, ...] = ("region",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        places.save_place(request.actor, obj)


@admin.register(PayAccount)
class PayAccountAdmin(PlaceAdmin):
    private_fields = ("number",)
    autocomplete_fields = ("region", "unit")
    list_display = ("name", "kind", "region", "unit", "bank_name", "is_open")
    list_select_related = ("region", "unit")
    list_filter = ("kind", "is_open")
    search_fields = ("name", "region__search_key")
    fields = ("region", "unit", "kind", "name", "number", "bank_name", "bank_code", "is_open")


@admin.register(TreasuryLink)
class TreasuryLinkAdmin(PlaceAdmin):
    list_display = ("name", "region", "dialect", "place", "holder", "is_open")
    search_fields = ("name", "region__search_key")
    fields = ("region", "name", "dialect", "place", "holder", "stamp_name", "stamp_key", "is_open")


class PaperLog(ReadOnlyAdmin):
    """What units have registered, agreed on and planned; it is changed on the pages of the product alone."""

    show_full_result_count = False
    list_select_related: Any = ("region", "unit")


@admin.register(Payee)
class PayeeAdmin(PaperLog):
    """Accounts and numbers of persons in part."""

    list_display = ("name", "kind", "region", "unit", "masked_account", "bank_name", "origin", "is_open")
    list_filter = ("kind", "origin", "is_open", "is_staff")
    search_fields = ("=name", "region__search_key")
    fields = (
        *("region", "unit", "kind", "name", "masked_account", "bank_name", "bank_code", "masked_id", "is_staff"),
        *("is_open", "closed_reason", "origin", "created_at"),
    )
    readonly_fields = ("masked_account", "masked_id", "created_at")

    @admin.display(description=gettext_lazy("account of the payee"))
    def masked_account(self, obj: Payee) -> str:
        return obj.masked_account

    @admin.display(description=gettext_lazy("ID number or unified social credit code"))
    def masked_id(self, obj: Payee) -> str:
        return obj.masked_id


@admin.register(Contract)
class ContractAdmin(PaperLog):
    list_display = ("number", "name", "region", "unit", "amount", "retention", "signed_on", "state")
    list_filter = ("state",)
    search_fields = ("number", "name")
    fields = (
        *("number", "name", "region", "unit", "payee", "amount", "retention", "retention_until", "signed_on", "state"),
        *("return_reason", "author", "created_at"),
    )
    readonly_fields = ("state", "return_reason", "author", "created_at")


@admin.register(UsePlan)
class UsePlanAdmin(PaperLog):
    list_select_related = ("region", "unit", "year")
    list_display = ("number", "year", "region", "unit", "total", "state", "created_at")
    list_filter = ("state", "year")
    search_fields = ("=number",)
    fields = ("number", "year", "region", "unit", "reason", "total", "state", "return_reason", "author", "created_at")
    readonly_fields = ("number", "total", "state", "return_reason", "author", "created_at")


class MessageLog(ReadOnlyAdmin):
    """What went over the lines, without its content: the audit administrator sees what was not believed, and why."""

    show_full_result_count = False
    list_select_related: Any = ("link", "voucher")


@admin.register(OutMessage)
class OutMessageAdmin(MessageLog):
    list_display = ("name", "link", "voucher", "state", "tries", "trouble", "made_at", "sent_at")
    list_filter = ("state",)
    search_fields = ("=name",)
    exclude = ("raw",)


@admin.register(InMessage)
class InMessageAdmin(MessageLog):
    list_display = ("digest", "link", "voucher", "state", "genuine", "times", "trouble", "received_at", "done_at")
    list_filter = ("state", "genuine")
    search_fields = ("=digest",)
    exclude = ("raw",)
