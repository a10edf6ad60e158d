from typing import Any

from django.core.management.base import BaseCommand

from apps.accounts import services
from imbudget.kit.actor import system_actor


class Command(BaseCommand):
    help = "Bring the rights on regions, departments and units into line with the posts; an upgrade may change roles."

    def handle(self, *args: Any, **options: Any) -> None:
        given, withdrawn = services.align_rights(system_actor("align_rights"))
        self.stdout.write(f"{given} rights given, {withdrawn} withdrawn")
