from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.audit import services
from apps.audit.models import Forwarding


class Command(BaseCommand):
    help = "Tell the log server outside (AUDIT_SYSLOG) all that is new; the worker does it every few seconds by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.AUDIT_SYSLOG:
            raise CommandError("AUDIT_SYSLOG is not set")
        total = 0
        while sent := services.forward():
            total += sent
        failed = Forwarding.objects.exclude(error="").first()
        if failed:
            raise CommandError(f"{failed.error} (told {total} before)")
        self.stdout.write(f"{total} messages told")
