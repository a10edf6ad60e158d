from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts import services
from apps.accounts.selectors import find_by_name
from imbudget.kit.actor import system_actor


class Command(BaseCommand):
    help = "Give a user, an administrator too, a one-time password; it is shown once and the act is recorded."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_by_name(options["username"])
        if user is None:
            raise CommandError(f"There is no user named {options['username']}.")
        password = services.reset_password(system_actor("reset_password"), user)
        self.stdout.write(f"{user.username}  {password}")
