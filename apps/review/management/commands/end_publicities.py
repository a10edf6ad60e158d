"""`manage.py end_publicities`: let results whose days before the public are over take effect."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from apps.review.services.ending import end_due
from imbudget.kit.errors import RuleViolation


class Command(BaseCommand):
    help = "End public notices whose last day has passed; projects go into the store, back, or are not admitted."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            settled = end_due()
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{settled} results took effect")
