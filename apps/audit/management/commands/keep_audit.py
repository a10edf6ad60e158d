from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit import services


class Command(BaseCommand):
    help = "Make the months ahead, close those that are over, remove those whose term has ended; the clock does it at night."

    def handle(self, *args: Any, **options: Any) -> None:
        refused = services.keep()
        if refused:
            raise CommandError("; ".join(refused))
        self.stdout.write("the audit log is kept")
