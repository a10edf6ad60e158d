from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from apps.accounts import services
from apps.accounts.models import Post, User
from apps.accounts.names import normal_name
from apps.accounts.roles import ROLES
from apps.accounts.selectors import find_by_name
from apps.regions.models import Region
from imbudget.kit.actor import system_actor

ADMINISTRATORS = [role.code for role in ROLES.values() if role.administrator]


class Command(BaseCommand):
    help = "Make the first system, security and audit administrators, with one-time passwords shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--names", nargs=3, metavar=("SYSTEM", "SECURITY", "AUDIT"), default=ADMINISTRATORS, help="sign-in names"
        )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        top = Region.objects.filter(level=0).first()
        if top is None:
            raise CommandError("There is no region yet: run import_regions first.")
        if Post.objects.not_ended().filter(role__in=ADMINISTRATORS).exists():
            raise CommandError("There are administrators already; they make further users themselves.")
        names = options["names"]
        if len({normal_name(name) for name in names}) < len(names):
            raise CommandError("Three administrators are three people: give three different names.")
        taken = [name for name in names if find_by_name(name)]
        if taken:
            raise CommandError(f"There is a user named {', '.join(taken)} already.")
        actor = system_actor("create_administrators")
        for role, username in zip(ADMINISTRATORS, names, strict=True):
            user = User(username=username, name=str(ROLES[role].label))
            password = services.create_user(actor, user)
            services.appoint(actor, user, role, top)
            self.stdout.write(f"{role:<16}{username:<20}{password}")
        self.stdout.write("These passwords are shown now and never again; each is changed at the first sign-in.")
