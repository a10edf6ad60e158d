"""Accounts to pay from and connections with treasuries in the administration; messages are read there, never changed."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.disbursement.models import InMessage, OutMessage, PayAccount, TreasuryLink
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
