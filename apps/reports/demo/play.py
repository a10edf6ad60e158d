"""The order of the year. What a region does stands or falls together; it is looked at once it is kept."""

import time
from collections.abc import Callable, Sequence

from django.core.management import call_command
from django.db import transaction

from apps.budget.demo.people import fill_offices, fill_posts
from apps.budget.models import BudgetRound, BudgetSheet
from apps.ledger.models import Books, BooksState
from apps.regions.models import Region
from apps.reports.demo import closing, collecting, issuing, tying
from apps.reports.demo.stage import Say, Stage, Untied
from imbudget.kit.errors import RuleViolation

Step = tuple[str, Callable[[Stage], str]]
ACTS: Sequence[Step] = (
    ("布置 timetable", collecting.announce),
    ("一上 first submission", collecting.first_up),
    ("一下 control figures", collecting.control),
    ("一下 split by a department", collecting.split),
    ("二上 second submission", collecting.second_up),
    ("批复 approval", issuing.approve),
    ("批复 letters", issuing.letters),
    ("分配下达 distribution", issuing.distribute),
    ("追加 addition and reduction", issuing.add),
    ("调剂 re-allocation", issuing.reallocate),
    ("支付 payments", issuing.pay),
    ("下年 next year", closing.prepare_next_year),
    ("核销 write-off", closing.write_off),
    ("结转 carry-over", closing.carry_over),
    ("结账 closing of the books", closing.close),
)
LOOKS: Sequence[Step] = (
    ("账 ledger", tying.ledger_holds),
    ("表 published tables", tying.tables_tie),
)


def in_order(regions: Sequence[Region]) -> list[Region]:
    """Lower regions first: their reports belong to what the upper one compiles."""
    return sorted(regions, key=lambda region: (-region.level, region.code))


def refusal_of(region: Region, year: int) -> str:
    """Why this year cannot be played here; empty where it can."""
    if BudgetSheet.objects.filter(region=region).of_round(year, BudgetRound.SECOND_DOWN).exists():
        return f"the budget of {year} of {region} is approved already: play the year that is being compiled"
    if Books.objects.filter(region=region, year=year, state=BooksState.CLOSED).exists():
        return f"the books of {year} of {region} are closed"
    return ""


def set_up(regions: Sequence[Region]) -> int:
    """The chart of accounts, and somebody in every post; returns how many posts were vacant."""
    call_command("load_ledger_chart", verbosity=0)
    upper = {region.upper for region in regions if region.upper is not None}
    return sum(fill_posts(region) for region in regions) + sum(fill_offices(region) for region in upper)


def play(region: Region, year: int, say: Say) -> bool:
    """A year of this region; says each step and whether it went well. Nothing is kept of a region whose acts fail."""
    stage = Stage(region, year)
    with transaction.atomic():
        done = all(_done(stage, step, say) for step in ACTS)
        if not done:
            transaction.set_rollback(True)
            say(f"{region.code} nothing of this year was kept")
    if not done:
        return False
    looks = [_done(stage, step, say) for step in LOOKS]  # both are told, whatever the first one says
    return all(looks)


def _done(stage: Stage, step: Step, say: Say) -> bool:
    name, work = step
    began = time.monotonic()
    try:
        said = work(stage)
    except (RuleViolation, Untied, LookupError) as refusal:
        say(f"{stage.region.code} {name}: FAILED {refusal}")
        return False
    say(f"{stage.region.code} {name}: {said} OK ({time.monotonic() - began:.1f} s)")
    return True
