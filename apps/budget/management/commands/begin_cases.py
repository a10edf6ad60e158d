from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.budget.services.waiting import begin_cases
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation

ACTOR = system_actor("begin_cases")


class Command(BaseCommand):
    help = (
        "Send sheets and reports that were handed in before an upgrade on their way of approval, so that they stand in the"
        " inbox of who decides; a second run changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            sheets, reports = begin_cases(ACTOR)
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{sheets} sheets, {reports} reports")
