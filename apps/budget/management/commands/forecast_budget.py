from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.budget.selectors.suggestions import back_tested
from apps.budget.services.forecasts import compute_suggestions
from apps.codes.selectors import year_being_compiled
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import RuleViolation


class Command(BaseCommand):
    help = "Compute what past years suggest for each unit and economic class of a year, and test the method on the last one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--year", type=int, help="default: the year being compiled")

    def handle(self, *args: Any, **options: Any) -> None:
        year = options["year"] or year_being_compiled()
        try:
            made = compute_suggestions(system_actor("forecast_budget"), year)
        except RuleViolation as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("%(year)s: %(count)s suggestions.") % {"year": year, "count": made})
        tested = back_tested(year, whole=True)
        if tested:
            words = {"error": f"{tested.error:.2f}", "naive": f"{tested.naive:.2f}", "series": tested.series}
            self.stdout.write(
                _(
                    "Back-test over %(series)s series: off by %(error)s %% of the money, last year's figure by %(naive)s %%."
                )
                % words
            )
