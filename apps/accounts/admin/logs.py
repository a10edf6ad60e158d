"""The logs of sign-ins, for the audit administrator alone."""

from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.apps import apps as django_apps
from django.contrib import admin
from django.utils.translation import gettext_lazy

from imbudget.kit.adminbase import ReadOnlyAdmin

# The package has no Chinese names of its own.
django_apps.get_app_config("axes").verbose_name = gettext_lazy("sign-ins")
AccessLog._meta.verbose_name = gettext_lazy("sign-in")
AccessLog._meta.verbose_name_plural = gettext_lazy("sign-ins")
AccessAttempt._meta.verbose_name = gettext_lazy("failed sign-in")
AccessAttempt._meta.verbose_name_plural = gettext_lazy("failed sign-ins")


class SignInLog(ReadOnlyAdmin):
    """What django-axes keeps; without the data of the request, which may hold what people typed."""

    search_fields = ("username", "ip_address")
    fields = ("at", "name", "address", "user_agent")
    readonly_fields = ("at", "name", "address")
    date_hierarchy = "attempt_time"
    actions = None

    @admin.display(description=gettext_lazy("time"), ordering="attempt_time")
    def at(self, row: AccessLog | AccessAttempt) -> Any:
        return row.attempt_time

    @admin.display(description=gettext_lazy("sign-in name"), ordering="username")
    def name(self, row: AccessLog | AccessAttempt) -> str:
        return row.username or ""

    @admin.display(description=gettext_lazy("address"), ordering="ip_address")
    def address(self, row: AccessLog | AccessAttempt) -> str:
        return row.ip_address or ""


@admin.register(AccessLog)
class AccessLogAdmin(SignInLog):
    list_display = ("at", "name", "address", "ended")

    @admin.display(description=gettext_lazy("signed out at"), ordering="logout_time")
    def ended(self, row: AccessLog) -> Any:
        return row.logout_time


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SignInLog):
    """Failures that count towards a lock; they vanish with a sign-in or an unlock, evidence keeps each."""

    list_display = ("at", "name", "address", "failures")

    @admin.display(description=gettext_lazy("failures"), ordering="failures_since_start")
    def failures(self, row: AccessAttempt) -> int:
        return row.failures_since_start
