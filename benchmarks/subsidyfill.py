"""What a subsidy of the whole region begins with: banners with authority and accounts, and the files an office sends."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from benchmarks import harness
from benchmarks.ledgerfill import post, system

GACHAS = 10
PARCELS = (("禁牧", "150.00"), ("草畜平衡", "80.50"))
STAMP = "07" * 32


def fill(households: int, dialect: str) -> None:
    """Regions, a unit with authority, an account and a treasury in each banner, the subsidy and its standard; once."""
    from django.db import transaction

    from apps.subsidy.models import Subsidy

    if not Subsidy.objects.exists():
        with transaction.atomic():  # a run that is killed here begins anew
            _fill(households, dialect)


def _fill(households: int, dialect: str) -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from apps.codes.models import Code
    from apps.regions.models import Unit
    from apps.subsidy.tests.factories import load_catalogue

    harness.fill(1)
    call_command("load_ledger_chart", verbosity=0, stdout=io.StringIO())
    call_command("load_flows", str(settings.BASE_DIR / "fixtures/flows/disbursement.request.json"), verbosity=0)
    load_catalogue(harness.YEAR)
    with connection.cursor() as cursor:  # the small classification of the benchmarks has no class 303
        cursor.execute("UPDATE subsidy_subsidy SET economic_prefix = ''")
    codes = {catalog: Code.objects.filter(catalog=catalog).first() for catalog in ("fund_type", "function")}
    for region in banners():
        give_money(region, Unit.objects.filter(region=region).first(), codes, Decimal(10_000) * households)
        connect(region, dialect)


def give_money(region: Any, unit: Any, codes: dict[str, Any], amount: Decimal) -> None:
    """Authority of a unit, out of the banner's own money."""
    from apps.ledger.services import LineInput, open_books

    open_books(system(), region, harness.YEAR)
    pool = post(region, "revenue", [LineInput(amount, elements={"fund": codes["fund_type"]})])
    (origin,) = pool.authorities.select_related("balance", "fund")
    post(region, "approval", [LineInput(amount, origin, elements={"unit": unit, "function": codes["function"]})])


def connect(region: Any, dialect: str) -> None:
    """The account of a banner's finance office, and its treasury."""
    from apps.disbursement.models import PayAccount, TreasuryLink
    from apps.disbursement.sandbox.stamps import SandboxStamp

    PayAccount.objects.create(
        region=region, kind="finance", name="零余额账户", number=f"99{region.code}", bank_name="农行",
        bank_code="103191052345",
    )  # fmt: skip
    TreasuryLink.objects.create(
        region=region, name="国库", dialect=dialect, place=f"sandbox-{region.code}", holder="财政局",
        stamp_name="sandbox", stamp_key=SandboxStamp(STAMP).public_key,
    )  # fmt: skip


def banners() -> list[Any]:
    """Every banner with a unit."""
    from apps.regions.models import Region

    return list(Region.objects.filter(level=2, units__isnull=False).distinct().order_by("code"))


def rosters(most: int) -> list[Any]:
    """A roster of each banner that has households; those that are there already are taken."""
    from apps.regions.models import Unit
    from apps.subsidy.models import Household, Roster, Subsidy

    subsidy = Subsidy.objects.get(code="CYBZ")
    busy = set(Household.objects.order_by().values_list("region", flat=True).distinct())
    for region in banners()[:most]:
        if region.pk in busy and not Roster.objects.filter(region=region).exists():
            Roster.objects.create(
                unit=Unit.objects.filter(region=region).first(), region=region, subsidy=subsidy,
                year_id=harness.YEAR, as_of=date(harness.YEAR, 1, 1),
            )  # fmt: skip
    return list(Roster.objects.select_related("region", "subsidy", "unit").order_by("pk"))


def write_files(folder: Path, households: int, most: int) -> dict[str, Path]:
    """The three files as an office sends them; gachas of the same banner have households one after the other."""
    files = {name: folder / f"{name}.csv" for name in ("places", "households", "parcels")}
    codes = [region.code for region in banners()[:most]]
    with files["places"].open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("编码", "名称"))
        for code in codes:
            writer.writerow((f"{code}100000", "巴彦苏木"))
            writer.writerows((f"{code}100{number:03}", f"嘎查{number}") for number in range(1, GACHAS + 1))
    with (
        files["households"].open("w", encoding="utf-8", newline="") as one,
        files["parcels"].open("w", encoding="utf-8", newline="") as two,
    ):
        people, land = csv.writer(one), csv.writer(two)
        land.writerow(("户编码", "地块号", "面积(亩)", "草场类别", "类型", "起始日期", "依据"))
        for number, row in enumerate(household_rows(households, codes)):
            if not number:
                people.writerow(row)
            people.writerow(row.values())
            for kind, area in PARCELS:
                land.writerow((row["户编码"], f"{number}-{kind}", area, "1", kind, "2021-01-01", "承包经营权证"))
    return files


def household_rows(households: int, codes: list[str] | None = None) -> Iterator[dict[str, str]]:
    """Herders spread over the banners one banner after the other, no two with the same number or card."""
    from apps.disbursement.numbers import id_with_check_digit, with_check_digit

    codes = codes or ["150102"]
    each = -(-households // len(codes))
    for number in range(households):
        code, place = codes[number // each], number % each
        born = f"19{60 + place // 28 // 12 // 999 % 40:02}{place // 28 % 12 + 1:02}{place % 28 + 1:02}"
        yield {
            "户编码": f"{code}{place:08}",
            "户主": "阿拉坦·其木格" if number % 3 else f"牧户{number}",
            "身份证号": id_with_check_digit(f"{code}{born}{place // 336 % 999 + 1:03}"),
            "社保卡号": with_check_digit(f"622848{number:012}"),
            "开户行": "中国农业银行新城支行",
            "行号": "103191052345",
            "村组编码": f"{code}100{place % GACHAS + 1:03}",
            "人口": "3",
            "牲畜数": "120",
        }
