from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.budget import services
from apps.budget.models import BudgetRound, BudgetSheet, Compilation, CompilationState, SheetState
from apps.budget.selectors.collection import reporters
from apps.codes.selectors import year_being_compiled
from apps.regions.models import Region
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.errors import RuleViolation


class Command(BaseCommand):
    help = "Accept what was handed in, compile regions and report them upwards, each by the services the pages use."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("regions", nargs="+", help="6-digit codes, lower regions first")
        parser.add_argument("--year", type=int, help="by default the year being compiled")
        parser.add_argument("--round", default=BudgetRound.FIRST_UP, choices=BudgetRound.values)
        parser.add_argument("--as", dest="username", help="act in this user's first post instead of as the system")
        parser.add_argument("--accept", action="store_true", help="accept the sheets and reports that wait")
        parser.add_argument("--report", action="store_true", help="report the compiled figures upwards")
        parser.add_argument("--missing-reason", default="", help="why the budget is compiled without those missing")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = self.actor(options["username"])
        year = options["year"] or year_being_compiled()
        for code in options["regions"]:
            region = Region.objects.filter(code=code).first()
            if region is None:
                raise CommandError(_("There is no region with the code %(code)s.") % {"code": code})
            try:
                self.work(actor, services.open_compilation(actor, region, year, options["round"]), options)
            except RuleViolation as refusal:
                raise CommandError(f"{code} {region}: {refusal}") from refusal

    def actor(self, username: str | None) -> Actor:
        if not username:
            return system_actor("compile_budget")
        post = Post.objects.on().with_nodes().select_related("user").filter(user__username=username).first()
        if post is None:
            raise CommandError(_("%(name)s holds no post today.") % {"name": username})
        return actor_of(post)

    def work(self, actor: Actor, compilation: Compilation, options: dict[str, Any]) -> None:
        region, year, round_ = compilation.region, compilation.year_id, compilation.round
        if options["accept"]:
            waiting = BudgetSheet.objects.filter(region=region, state=SheetState.SUBMITTED).of_round(year, round_)
            for sheet in waiting.select_related("unit", "year"):
                services.accept_sheet(actor, sheet)
            reports = Compilation.objects.filter(region__in=reporters(region), year=year, round=round_)
            for report in reports.filter(state=CompilationState.REPORTED).select_related("region"):
                services.receive_report(actor, report)
        snapshot = services.compile_budget(actor, compilation, options["missing_reason"])
        if options["report"]:
            services.report_budget(actor, compilation)
        self.stdout.write(f"{region.code} {region}: {snapshot.total:,.2f}  {snapshot.digest[:16]}")
