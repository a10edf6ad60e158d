"""The register of the demonstration: 200 households with land in each of two banners.

Names hold what banks stumble over: middle dots of several kinds, rare characters. Planted: a dead person, a public
employee, and one card for two households.
"""

import csv
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from apps.disbursement.numbers import id_with_check_digit, with_check_digit
from apps.regions.models import Region
from apps.subsidy.importing.columns import FILES
from apps.subsidy.services.registers import import_register
from imbudget.kit.actor import system_actor

ACTOR = system_actor("load_demo")
YEAR = 2026
HOUSEHOLDS = 200
BANNERS = ("150102", "150123")
SUMUS = ("巴彦苏木", "查干苏木")
NAMES = (
    "阿拉坦·其木格", "巴特尔", "萨仁图雅", "乌云·毕力格", "斯琴高娃", "宝音德力格尔", "𠮷日嘎拉", "娜仁·托娅", "苏和", "朝鲁",
    "那木吉勒", "额尔敦·巴雅尔", "𬭎鑫", "王㛃", "哈斯", "特木尔", "敖登", "呼格吉勒图", "李垚", "塔娜",
)  # fmt: skip
GACHAS = ("查干诺尔嘎查", "巴彦塔拉嘎查", "乌兰图嘎嘎查", "哈日高勒嘎查")
DEAD, EMPLOYEE, SHARED = 17, 43, (88, 89)
FAULTY = 1  # the banner whose roster has faults


def fill_register(region: Region) -> None:
    code = region.code
    places: list[dict[str, Any]] = [
        {"编码": f"{code}{100 + number}000", "名称": name} for number, name in enumerate(SUMUS)
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
        "村组编码": f"{code}{100 + (number % 10 < 3)}{number // 10 % 2 + 1:03}",  # 60 of them in the second sumu
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


def list_excluded(region: Region) -> None:
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
