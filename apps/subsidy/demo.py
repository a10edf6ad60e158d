"""The demonstration of subsidies: two places with 200 households each, one roster paid in part, one with faults to find.

Names hold what banks stumble over: middle dots of several kinds, rare characters. Planted: five failures at the bank, a
dead person, a public employee, and one card for two households.
"""

import csv
import tempfile
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.budget.demo.acting import holder
from apps.codes.models import FiscalYear
from apps.disbursement.numbers import id_with_check_digit, with_check_digit
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.regions.models import Region, Unit
from apps.subsidy.importing.columns import FILES
from apps.subsidy.models import Roster, Subsidy
from apps.subsidy.services import publicity, rosters
from apps.subsidy.services.registers import import_register
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.errors import RuleViolation

ACTOR = system_actor("load_demo")
FIXTURES = settings.BASE_DIR / "fixtures" / "subsidy"
YEAR = 2026
HOUSEHOLDS = 200
BANNERS = ("150102", "150123")
NAMES = (
    "阿拉坦·其木格", "巴特尔", "萨仁图雅", "乌云·毕力格", "斯琴高娃", "宝音德力格尔", "𠮷日嘎拉", "娜仁·托娅", "苏和", "朝鲁",
    "那木吉勒", "额尔敦·巴雅尔", "𬭎鑫", "王㛃", "哈斯", "特木尔", "敖登", "呼格吉勒图", "李垚", "塔娜",
)  # fmt: skip
GACHAS = ("查干诺尔嘎查", "巴彦塔拉嘎查", "乌兰图嘎嘎查", "哈日高勒嘎查")
DEAD, EMPLOYEE, SHARED = 17, 43, (88, 89)
FAULTY = 1  # the banner whose roster has faults


def load_subsidies() -> None:
    """Subsidies, standards, registers and rosters; does nothing where the subsidy is there already."""
    if Subsidy.objects.filter(code="CYBZ").exists():
        return
    call_command("load_flows", str(settings.BASE_DIR / "fixtures" / "flows" / "subsidy.roster.json"), verbosity=0)
    _catalogue()
    for number, region in enumerate(
        Region.objects.filter(code__in=BANNERS, units__isnull=False).distinct().order_by("code")
    ):
        _register(region)
        unit = Unit.objects.filter(region=region).order_by("code")[0]
        if number == FAULTY:
            _excluded(region)
        _roster(unit, faulty=number == FAULTY)


def _catalogue() -> None:
    call_command("import_subsidy_catalogue", FIXTURES / "subsidies.csv", table="subsidies", verbosity=0)
    years = {str(year) for year in FiscalYear.objects.values_list("year", flat=True)}
    lines = (FIXTURES / "standards.csv").read_text().splitlines(keepends=True)
    kept = [line for line in lines if line.startswith("subsidy,") or line.split(",")[2] in years]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
        file.write("".join(kept))
        file.flush()
        call_command("import_subsidy_catalogue", Path(file.name), table="standards", verbosity=0)


def _register(region: Region) -> None:
    code = region.code
    places: list[dict[str, Any]] = [
        {"编码": f"{code}100000", "名称": "巴彦苏木"},
        {"编码": f"{code}101000", "名称": "查干苏木"},
    ]
    places += [
        {"编码": f"{code}{100 + number % 2}{number // 2 + 1:03}", "名称": name} for number, name in enumerate(GACHAS)
    ]
    numbers = range(1, HOUSEHOLDS + 1)
    _bring(region, "places", places)
    _bring(region, "households", (_household(code, number, region) for number in numbers))
    _bring(
        region,
        "members",
        ({"户编码": f"{code}{n:06}", "姓名": "其其格", "与户主关系": "配偶"} for n in numbers if n % 3),
    )
    _bring(region, "parcels", (row for number in numbers for row in _land(code, number)))
    _bring(region, "violations", [_violation(code, number) for number in (5, 61, 120)])


def person(code: str, number: int) -> str:
    """The identity number of a household's head: made up, with a sound check digit."""
    return id_with_check_digit(f"{code}19{55 + number % 40}{number % 12 + 1:02}{number % 28 + 1:02}{number:03}")


def _household(code: str, number: int, region: Region) -> dict[str, Any]:
    card = SHARED[0] if number == SHARED[1] and code == BANNERS[FAULTY] else number
    name = NAMES[number % len(NAMES)]
    return {
        "户编码": f"{code}{number:06}",
        "户主": name,
        "身份证号": person(code, number),
        "社保卡号": with_check_digit(f"622848{code}{card:06}"),
        "开户行": f"中国农业银行{region.name}支行",
        "行号": "103191052345",
        "村组编码": f"{code}{100 + number % 4 % 2}{number % 4 // 2 + 1:03}",
        "人口": number % 5 + 1,
        "牲畜数": number * 7 % 300,
        "低保": "是" if number % 25 == 0 else "否",
    }


def _land(code: str, number: int) -> list[dict[str, Any]]:
    shared = {"户编码": f"{code}{number:06}", "起始日期": "2021-01-01", "依据": "草原承包经营权证"}
    ban = {
        "地块号": f"J{number:04}",
        "面积(亩)": f"{200 + number * 37 % 900}.{number % 100:02}",
        "草场类别": "2",
        "类型": "禁牧",
    }
    balance = {
        "地块号": f"P{number:04}",
        "面积(亩)": f"{300 + number * 53 % 1500}",
        "草场类别": "3",
        "类型": "草畜平衡",
    }
    return [shared | ban, shared | balance] if number % 3 else [shared | ban]


def _violation(code: str, number: int) -> dict[str, Any]:
    return {
        "户编码": f"{code}{number:06}",
        "违规类型": "偷牧" if number % 2 else "超载",
        "日期": f"{YEAR}-05-{number % 28 + 1:02}",
        "扣减金额(元)": "300.00",
        "记录人": "草原管护员 巴图",
        "文号": f"草监〔{YEAR}〕{number}号",
    }


def _excluded(region: Region) -> None:
    rows = [
        {
            "名单": word,
            "身份证号": person(region.code, number),
            "姓名": NAMES[number % len(NAMES)],
            "日期": day,
            "依据": source,
        }
        for word, number, day, source in (
            ("死亡", DEAD, "2026-03-02", "民政部门比对"),
            ("财政供养", EMPLOYEE, "2020-09-01", "人社部门比对"),
        )
    ]
    _bring(region, "persons", rows)


def _bring(region: Region, kind: str, rows: Iterable[dict[str, Any]]) -> None:
    heads = [cell.head for cell in FILES[kind]]
    with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads, restval="")
        writer.writeheader()
        writer.writerows(rows)
        file.flush()
        import_register(ACTOR, kind, Path(file.name), region, f"{kind}.csv")


def _roster(unit: Unit, *, faulty: bool) -> None:
    """A roster of the unit; the one without faults goes on until it stands before the public."""
    clerk = holder("unit_clerk", unit=unit)
    subsidy = Subsidy.objects.get(code="CYBZ")
    roster = rosters.begin_roster(clerk, unit, subsidy, YEAR, {"share": Decimal(100)})
    rosters.make_lines(clerk, roster)
    if faulty:
        return
    rosters.submit_roster(clerk, roster)
    _sign(roster)
    if roster.state == "approved":
        _publish(clerk, roster)


def _sign(roster: Roster) -> None:
    while task := Task.objects.filter(case__subject=rosters.SUBJECT, case__document_id=roster.pk, state="open").first():
        post = Post.objects.with_nodes().select_related("user").get(pk=task.post_id)
        tasks.approve(actor_of(post), task)
    roster.refresh_from_db()


def _publish(clerk: Actor, roster: Roster) -> None:
    """Before the public since nine days ago: with the days on which the system was seen it may end at once."""
    publicity.publish_roster(clerk, roster, "财政局农业股 0471-1234567")
    start = timezone.localdate() - timedelta(days=9)
    Roster.objects.filter(pk=roster.pk).update(
        published_on=start, public_until=start + timedelta(days=roster.subsidy.publicity_days)
    )
    try:
        publicity.end_publicity(clerk, Roster.objects.select_related("subsidy").get(pk=roster.pk))
    except RuleViolation:
        return  # a machine that has just been set up was not seen on those days: the notice runs on
