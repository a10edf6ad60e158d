"""The whole region as the generator makes it, at a small size: the same each time, plausible, and sound."""

import io
from collections.abc import Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.test import override_settings

from apps.accounts.models import Post, User
from apps.accounts.roles import ROLES
from apps.budget.checks import blocking, check_sheet
from apps.budget.demo import region
from apps.budget.demo.catalogue import bodies
from apps.budget.demo.names import credit_code, names_of, numeral
from apps.budget.management.commands.load_demo import Command
from apps.budget.models import BudgetLine, BudgetSheet, Compilation, SheetState, Snapshot, Summary
from apps.budget.services.compilations import snapshot_digest
from apps.regions.credit_code import validate_credit_code
from apps.regions.models import Region, Unit

pytestmark = pytest.mark.django_db
SIZE = region.Size(units=350, lines=18, years=2)
SMALL = region.Size(units=130, lines=8, years=2)
CHECKED = ("history", "evidence", "tree", "permissions", "separation", "summary")
CONTENT = """
SELECT md5(string_agg(concat_ws('|', u.credit_code, u.name_mvf, s.year_id, s.round, s.state, s.submitted_at, s.total,
    s.declared_total, l.number, f.code, d.code, g.code, k.code, l.kind, l.project_code, l.project_name, l.amount,
    l.prior_approved, l.prior_executed), ';' ORDER BY u.credit_code, s.year_id, l.number))
FROM budget_budgetline l JOIN budget_budgetsheet s ON s.id = l.sheet_id JOIN regions_unit u ON u.id = s.unit_id
JOIN codes_code f ON f.id = l.function_id JOIN codes_code d ON d.id = l.department_economic_id
JOIN codes_code g ON g.id = l.government_economic_id JOIN codes_code k ON k.id = l.fund_id
"""
# What a table is made of besides its rows; names and definitions.
SHAPE = """
SELECT c.relname, i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid WHERE c.relname LIKE 'budget\\_%'
UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) || convalidated FROM pg_constraint
WHERE conrelid::regclass::text LIKE 'budget\\_%'
UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text FROM pg_trigger
WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'budget\\_%'
ORDER BY 1, 2, 3
"""


def query(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def interrupted() -> tuple[int, list[tuple[Any, ...]]]:
    """How many units there are, and what the tables are made of, after a fill that broke off near its end."""
    with pytest.MonkeyPatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(region, "rebuild_summary", Mock(side_effect=KeyboardInterrupt))
        region.fill(SMALL, lambda _text: None)
    return Unit.objects.count(), query(SHAPE)


def content_of_a_fill() -> str:
    """Fills, looks and takes everything back."""
    with transaction.atomic():
        region.fill(SMALL, lambda _text: None)
        found = query(CONTENT)[0][0]
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, Any]]:
    """The steps of `load_demo --scale region` at a small size, and what two fills before gave; gone afterwards."""
    with django_db_blocker.unblock(), transaction.atomic():
        steps = Command(stdout=io.StringIO()).whole_region(SIZE)
        start = next(number for number, (label, _work) in enumerate(steps) if label.startswith("units"))
        for _label, work in steps[:start]:
            work()
        facts: dict[str, Any] = {"shape": query(SHAPE), "interrupted": interrupted()}
        facts["fills"] = [content_of_a_fill(), content_of_a_fill()]
        for _label, work in steps[start:]:
            work()
        yield facts
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def whole_region(told: dict[str, Any], db: None) -> None:
    """Each test sees the filled region and takes back what it changes."""


def test_two_fills_are_the_same(told: dict[str, Any]) -> None:
    first, second = told["fills"]
    assert first == second


def test_tables_are_as_they_were_before(told: dict[str, Any]) -> None:
    assert query(SHAPE) == told["shape"]


def test_an_interrupted_fill_leaves_nothing(told: dict[str, Any]) -> None:
    assert told["interrupted"] == (0, told["shape"])


def test_every_self_check_of_the_data_passes() -> None:
    call_command("selfcheck", "--only", *CHECKED, stdout=io.StringIO())


def test_units_and_lines_are_as_many_as_asked_for() -> None:
    assert Unit.objects.count() == SIZE.units
    past = BudgetLine.objects.filter(year=2026)
    assert abs(past.count() - SIZE.units * SIZE.lines) < SIZE.lines
    counts = [row["n"] for row in past.values("sheet").annotate(n=Count("pk"))]
    assert min(counts) >= SIZE.lines * 3 // 4
    assert max(counts) <= SIZE.lines * 5 // 4
    busy = Region.objects.filter(units__isnull=False).distinct()
    assert busy.count() == 116
    assert {2, 1, 0} == set(busy.values_list("level", flat=True))


def test_credit_codes_and_unit_codes_are_good() -> None:
    for code in Unit.objects.values_list("credit_code", flat=True):
        validate_credit_code(code)
    assert not Unit.objects.exclude(code__regex=r"^\d{6}$").exists()
    assert Unit.objects.filter(search_key="").count() == 0
    finance = Unit.objects.get(region__code="150725", code="118001")
    assert (finance.name_zh_hans, finance.department.code) == ("陈巴尔虎旗财政局", "118")
    assert finance.name_mvf.endswith("ᠲᠣᠪᠴᠢᠶ\u180eᠠ")
    assert Unit.objects.get(region__code="150000", code="118001").name_zh_hans == "内蒙古自治区财政厅"


def test_names_and_codes_of_late_units() -> None:
    validate_credit_code(credit_code("150102", 15_000, "institution_full"))
    assert [numeral(n) for n in (1, 10, 12, 40, 103, 120)] == ["一", "十", "十二", "四十", "一百零三", "一百二十"]
    banner = Region.objects.get(code="150725")
    kinds = {body.key: body for body in bodies()}
    assert names_of(banner, kinds["high_school"], 12)[0] == "陈巴尔虎旗第十二中学"
    towns = [names_of(banner, kinds["town"], number)[0] for number in range(1, 200)]
    assert len(set(towns)) == len(towns)
    streets = [names_of(banner, kinds["street"], number)[0] for number in range(1, 60)]
    assert len(set(streets)) == len(streets)


def test_history_has_one_row_a_line() -> None:
    assert BudgetLine.history.count() == BudgetLine.objects.count()  # type: ignore[attr-defined]
    assert BudgetSheet.history.filter(history_type="+").count() == BudgetSheet.objects.count()  # type: ignore[attr-defined]


def test_only_pastoral_banners_pay_for_grassland_and_only_border_banners_for_the_border() -> None:
    banners = BudgetLine.objects.filter(region__level=2)
    herders = Q(region__tags__code__in=["pastoral", "half_pastoral"])
    grassland = banners.filter(project_name__startswith="草原生态保护补助奖励")
    assert grassland.filter(herders).exists()
    assert not grassland.exclude(herders).exists()
    border = banners.filter(project_name__startswith="兴边富民行动")
    assert border.filter(region__tags__code="border").exists()
    assert not border.exclude(region__tags__code="border").exists()


def test_last_year_stands_beside_this_year() -> None:
    before = BudgetLine.objects.filter(
        year=2026,
        unit=OuterRef("unit"),
        number=OuterRef("number"),
        project_code=OuterRef("project_code"),
    )
    lines = BudgetLine.objects.filter(year=2027).annotate(before=Subquery(before.values("amount")))
    goes_on = lines.filter(prior_approved__isnull=False)
    assert goes_on.exists()
    assert not goes_on.exclude(prior_approved=F("before")).exists()
    assert not goes_on.exclude(
        prior_executed__gte=F("prior_approved") * Decimal("0.91"), prior_executed__lte=F("prior_approved")
    ).exists()
    new = lines.filter(prior_approved=None)
    assert set(new.values_list("note", "kind").distinct()) == {("新增项目", "project")}
    assert not BudgetLine.objects.filter(amount__lte=0).exists()


def test_sheets_pass_the_checks_but_for_wrong_totals_of_drafts() -> None:
    found = BudgetSheet.objects.select_related("unit", "region", "year").order_by("pk")
    for sheet in found.filter(state__in=[SheetState.ACCEPTED, SheetState.SUBMITTED])[::23]:
        assert check_sheet(sheet) == []
    wrong = found.filter(declared_total__isnull=False).exclude(declared_total=F("total"))
    assert wrong.exists()
    for sheet in wrong:
        assert sheet.state in {SheetState.DRAFT, SheetState.RETURNED}
        assert [finding.check for finding in blocking(check_sheet(sheet))] == ["budget.totals_tie"]


def test_the_compiled_year_is_in_every_state() -> None:
    sheets = BudgetSheet.objects.filter(year=2027)
    assert set(sheets.values_list("state", flat=True).distinct()) == set(SheetState.values)
    assert sheets.count() < Unit.objects.count()
    states = set(Compilation.objects.filter(year=2027).values_list("region__level", "state").distinct())
    assert states >= {(2, "accepted"), (2, "reported"), (2, "returned"), (1, "accepted"), (1, "reported")}
    assert not sheets.filter(state="returned", return_reason="").exists()


def test_compilations_of_past_years_tie_at_all_levels() -> None:
    root = Compilation.objects.get(region__code="150000", year=2026)
    assert root.snapshot.total == BudgetLine.objects.filter(year=2026).aggregate(sum=Sum("amount"))["sum"]
    below = Compilation.objects.filter(region__parent__code="150000", year=2026)
    own = Summary.objects.filter(region__code="150000", year=2026, accepted=True).aggregate(sum=Sum("amount"))["sum"]
    assert sum(league.snapshot.total for league in below.select_related("snapshot")) + own == root.snapshot.total
    for snapshot in Snapshot.objects.filter(compilation__region__code__in=["150000", "152500", "152525"]):
        assert snapshot.digest == snapshot_digest(snapshot)


def test_every_region_has_every_role() -> None:
    region_roles = {code for code, role in ROLES.items() if not (role.administrator or role.outsider)}
    held: dict[str, set[str]] = {}
    for post in Post.objects.with_nodes():
        node = post.node
        held.setdefault((node if post.region_id else node.region).code, set()).add(post.role)
    officers = {0: "region_officer", 1: "league_officer", 2: "banner_officer"}
    for code, level in Region.objects.filter(units__isnull=False).distinct().values_list("code", "level"):
        assert held[code] >= region_roles - set(officers.values()) | {officers[level]}


def test_it_is_refused_where_units_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(User.objects, "exists", lambda: False)
    with override_settings(DEMO=True), pytest.raises(CommandError, match="empty database"):
        call_command("load_demo", "--scale", "region")
