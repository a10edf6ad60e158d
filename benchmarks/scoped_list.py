"""The scoped list: a league's page of sheets and lines against the index alone, near and far, and as a whole page."""

from benchmarks import harness


def main() -> None:
    """Print the claims."""
    lines = harness.lines_asked()
    with harness.product(lines):
        pages(lines)


def pages(lines: int) -> None:
    """First and far pages for the busiest and the quietest league."""
    from django.db.models import Count

    from apps.budget.models import BudgetLine, BudgetSheet
    from apps.regions.models import Region
    from imbudget.kit.actor import Actor, Reach
    from imbudget.kit.paging import paginate

    counts = list(BudgetLine.objects.values("league_id").annotate(n=Count("pk")).order_by("-n"))
    for name, row in (("busy", counts[0]), ("quiet", counts[-1])):
        league = Region.objects.get(pk=row["league_id"])
        actor = Actor(1, "benchmark", reach=Reach.LEAGUE, league_id=league.pk)
        values = {"league": league.pk, "offset": max(0, row["n"] - 60)}
        facts = {"lines": lines, "league": name, "rows": row["n"]}

        def sheets(actor: Actor = actor) -> object:
            return paginate(BudgetSheet.objects.visible_to(actor).for_list(), "-updated_at", 50)

        def first_lines(actor: Actor = actor) -> object:
            return paginate(BudgetLine.objects.visible_to(actor).for_list(), "-pk", 50)

        harness.compare("list.sheets", sheets, harness.limit("sheet_page", values), **facts)
        harness.compare("list.lines", first_lines, harness.limit("line_page", values), **facts)
        cursor = _cursor_near_the_end(BudgetLine.objects.visible_to(actor))

        def far_lines(actor: Actor = actor, cursor: str = cursor) -> object:
            return paginate(BudgetLine.objects.visible_to(actor).for_list(), "-pk", 50, cursor)

        harness.compare("list.lines.far", far_lines, harness.limit("line_page", values), **facts)
        harness.compare("list.lines.far.vs_offset", far_lines, harness.limit("line_page_offset", values), **facts)


def _cursor_near_the_end(rows: object) -> str:
    """The cursor that a reader who paged almost to the end would hold."""
    from imbudget.kit.paging import cursor_after

    row = rows.order_by("pk")[55]  # type: ignore[attr-defined]
    return cursor_after(row, "-pk")


if __name__ == "__main__":
    main()
