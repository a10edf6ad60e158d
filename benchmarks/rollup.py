"""The roll-up: reading it against grouping the lines, and what its triggers cost a COPY."""

from benchmarks import harness


def main() -> None:
    """Print the claims."""
    lines = harness.lines_asked()
    with harness.product(lines):
        read(lines)
        write(lines)
        exact(lines)


def read(lines: int) -> None:
    """All leagues, and all function classes, of the whole region, folded and not folded."""
    from apps.budget import selectors, services
    from apps.budget.selectors import Dimension, SummaryQuery
    from apps.regions.models import Region
    from imbudget.kit.actor import system_actor

    actor, root = system_actor(), Region.objects.get(code="150000")

    def by(dimension: Dimension) -> object:
        return lambda: selectors.summary_rows(actor, SummaryQuery(root, harness.YEAR, harness.ROUND, dimension))

    group, one_pass = harness.limit("rollup_group"), harness.limit("rollup_sum")
    harness.compare("rollup.read.region.unfolded", by(Dimension.REGION), group, lines=lines)
    services.fold_summary()
    harness.compare("rollup.read.region", by(Dimension.REGION), group, lines=lines)
    harness.compare("rollup.read.function", by(Dimension.FUNCTION), group, lines=lines)
    harness.compare("rollup.read.region.vs_one_pass", by(Dimension.REGION), one_pass, lines=lines)


def write(lines: int, batch: int = 10_000) -> None:
    """COPY of a batch of lines with the roll-up's triggers, against the same COPY with them switched off."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM budget_budgetsheet ORDER BY id")
        sheets = [row[0] for row in cursor.fetchall()]
        times = {True: [], False: []}
        for run in range(6):
            with_triggers = run % 2 == 0
            word = "ENABLE" if with_triggers else "DISABLE"
            cursor.execute(f"ALTER TABLE budget_budgetline {word} TRIGGER budget_lines_come")
            first = 10_000 * (run + 1)
            copy = lambda: harness.copy_lines(cursor, sheets, batch, first=first, seed=run)  # noqa: B023, E731
            times[with_triggers].append(harness.timed(copy))
        cursor.execute("ALTER TABLE budget_budgetline ENABLE TRIGGER budget_lines_come")
    harness.report("rollup.copy", min(times[True]), min(times[False]), lines=lines, batch=batch)


def exact(lines: int) -> None:
    """After a rebuild the roll-up equals the lines to the cent; the limit of the rebuild is the grouping itself."""
    from django.db.models import Sum

    from apps.budget import services
    from apps.budget.models import BudgetLine, Summary

    seconds = harness.timed(services.rebuild_summary)
    live = BudgetLine.objects.aggregate(sum=Sum("amount"))["sum"]
    rolled = Summary.objects.aggregate(sum=Sum("amount"))["sum"]
    assert live == rolled
    harness.report("rollup.rebuild", seconds, harness.timed(harness.limit("rollup_group")), lines=lines, equal=True)


if __name__ == "__main__":
    main()
