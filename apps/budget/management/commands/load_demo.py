from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation

from apps.accounts.models import User
from apps.budget.demo import data, people


class Command(BaseCommand):
    help = "Load the demonstration: three pilot cities with their banners, units, three years of history and users."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--accounts", action="store_true", help="only print the sign-in names")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            for line in people.account_lines():
                self.stdout.write(line)
            return
        if not people.is_allowed():
            raise CommandError(
                "The demonstration has passwords that everybody knows: set DEMO=1 to load it all the same."
            )
        if User.objects.exists():
            self.stdout.write("the demonstration is loaded already")
            return
        with translation.override("zh-hans"), transaction.atomic():
            for label, step in self.steps():
                self.stdout.write(label)
                step()

    def steps(self) -> list[tuple[str, Any]]:
        return [
            ("regions, units and classifications", data.load_basics),
            ("users and posts", people.make_people),
            ("three years of history", data.load_history),
            ("workbooks of the units", lambda: data.load_workbooks(self.stdout.write)),
            ("compilations and reports", data.play_rounds),
        ]
