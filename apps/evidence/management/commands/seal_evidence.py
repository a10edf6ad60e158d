from typing import Any

from django.core.management.base import BaseCommand

from apps.evidence import services


class Command(BaseCommand):
    help = "Seal the entries that wait; the worker does it every few seconds by itself."

    def handle(self, *args: Any, **options: Any) -> None:
        total = 0
        while sealed := services.seal():
            total += sealed
        self.stdout.write(f"{total} entries sealed")
