import io
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation

from apps.accounts.models import User
from apps.budget.demo import authority, data, people, projects, region, rounds
from apps.budget.demo.statements import step, tidy
from apps.budget.services import compute_suggestions
from apps.projects.demo import library
from apps.regions.models import Unit
from apps.review.demo import reviews
from imbudget.kit import registry

Steps = list[tuple[str, Callable[[], Any]]]
# A few units of the compiled year have not handed in; with 61 lines on average there are 4.5 million all the same.
REGION = region.Size(units=15_000, lines=61, years=5)


class Command(BaseCommand):
    help = (
        "Load the demonstration into an empty database: three pilot cities with 340 units and three years of history,"
        " or the whole region with 15,000 units and 4.5 million lines of five years. All or nothing, but for the reviews, which come last."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", choices=("small", "region"), default="small")
        parser.add_argument("--accounts", action="store_true", help="only print the sign-in names")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accounts"]:
            for line in people.account_lines(reviews.expert_accounts()):
                self.stdout.write(line)
            return
        if not people.is_allowed():
            raise CommandError(
                "The demonstration has passwords that everybody knows: set DEMO=1 to load it all the same."
            )
        if User.objects.exists():
            self.stdout.write("the demonstration is loaded already")
            return
        if Unit.objects.exists():
            raise CommandError("There are budget units already: the demonstration needs an empty database.")
        small = options["scale"] == "small"
        with translation.override("zh-hans"):
            with transaction.atomic():
                for label, work in self.pilot_cities() if small else self.whole_region():
                    with step(self.stdout.write, label):
                        work()
            if small:
                self.afterwards()
        with step(self.stdout.write, "statistics"):
            tidy()

    def afterwards(self) -> None:
        """Experts are drawn by evidence that is sealed, so it must be committed; then what the apps above add."""
        with step(self.stdout.write, "experts and reviews"):
            reviews.load_reviews(people.hashed())
        for label, work in sorted(registry.demo_parts.items()):
            with step(self.stdout.write, label), transaction.atomic():
                work()

    def pilot_cities(self) -> Steps:
        return [
            ("regions, units and classifications", data.load_basics),
            ("users and posts", people.make_people),
            ("three years of history", data.load_history),
            ("workbooks of the units", lambda: data.load_workbooks(self.stdout.write)),
            ("compilations and reports", data.play_rounds),
            ("compilations of past years", lambda: rounds.compile_past((authority.BEFORE, authority.YEAR))),
            ("projects of the budget", projects.load_named),
            ("authority of the year in execution", authority.load_authority),
            ("project library", library.load_projects),
            ("monitoring rules", lambda: call_command("load_monitoring_rules", verbosity=0, stdout=io.StringIO())),
            ("alarms", lambda: call_command("load_monitoring_demo", verbosity=0, stdout=io.StringIO())),
            ("suggestions from history", lambda: compute_suggestions(data.ACTOR, data.YEAR)),
        ]

    def whole_region(self, size: region.Size = REGION) -> Steps:
        return [
            ("regions", data.load_places),
            ("calendar", data.load_calendar),
            ("classifications", lambda: data.load_classification(size.all_years)),
            ("base tables", data.load_base_tables),
            ("project library and flows", data.load_project_basics),
            ("units, sheets and lines", lambda: region.fill(size, lambda text: self.stdout.write(f"  {text}"))),
            ("users and posts", lambda: people.make_people(everywhere=True)),
            ("compilations of past years", lambda: rounds.compile_past(size.all_years[:-1])),
            ("compilations and reports of the compiled year", rounds.play_compiled_year),
        ]
