from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.budget import services
from apps.budget.models import BudgetRound, Compilation
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
        parser.add_argument(
            "--as", dest="username", help="act in this user's post at each region instead of as the system"
        )
        parser.add_argument(
            "--accept", action="store_true", help="sign the sheets and reports that wait for the user of --as"
        )
        parser.add_argument("--report", action="store_true", help="report the compiled figures upwards")
        parser.add_argument("--missing-reason", default="", help="why the budget is compiled without those missing")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["accept"] and not options["username"]:
            raise CommandError(_("Only a person accepts: name with --as in whose posts the tasks are signed."))
        year = options["year"] or year_being_compiled()
        for code in options["regions"]:
            region = Region.objects.filter(code=code).first()
            if region is None:
                raise CommandError(_("There is no region with the code %(code)s.") % {"code": code})
            actor = self.actor(options["username"], region)
            try:
                self.work(actor, services.open_compilation(actor, region, year, options["round"]), options)
            except RuleViolation as refusal:
                raise CommandError(f"{code} {region}: {refusal}") from refusal

    def actor(self, username: str | None, region: Region) -> Actor:
        """The person in their post at the region, or in their first one."""
        if not username:
            return system_actor("compile_budget")
        posts = Post.objects.on().with_nodes().select_related("user").filter(user__username=username).order_by("pk")
        post = posts.filter(region=region).first() or posts.first()
        if post is None:
            raise CommandError(_("%(name)s holds no post today.") % {"name": username})
        return actor_of(post)

    def work(self, actor: Actor, compilation: Compilation, options: dict[str, Any]) -> None:
        region = compilation.region
        if options["accept"]:
            self.accept(actor, compilation)
        snapshot = services.compile_budget(actor, compilation, options["missing_reason"])
        if options["report"]:
            services.report_budget(actor, compilation)
        self.stdout.write(f"{region.code} {region}: {snapshot.total:,.2f}  {snapshot.digest[:16]}")

    def accept(self, actor: Actor, compilation: Compilation) -> None:
        """Sign what waits for the person; what is refused is said."""
        region, year, round_ = compilation.region, compilation.year_id, compilation.round
        reports = Compilation.objects.filter(region__in=reporters(region), year=year, round=round_)
        for done in (
            services.accept_waiting(actor, region, year, round_),
            services.receive_waiting(actor, reports),
        ):
            for label, reason in done.refused:
                self.stderr.write(f"{label}: {reason}")
