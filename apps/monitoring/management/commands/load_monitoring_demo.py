from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from apps.budget.demo import people
from apps.monitoring.demo import load_alarms


class Command(BaseCommand):
    help = "Play payments of the demonstration that the rules find something about; a second run changes nothing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not people.is_allowed():
            raise CommandError(_("Only a demonstration has made-up alarms: set DEMO=1."))
        with translation.override("zh-hans"):
            self.stdout.write(str(load_alarms()))
