"""Every shipped rule that watches at the act: one payment that it hits, and a near miss. Pure evaluation over facts."""

from decimal import Decimal

import pytest

from apps.monitoring.facts import looks_like_a_person, payee_kind, plain_name
from apps.monitoring.judging import Exempt, judge
from apps.monitoring.measures import MEASURES
from apps.monitoring.models import Level, Mode, Phase
from apps.monitoring.tests.factories import Paid, shipped

D = Decimal
# code → (facts of a hit, facts of a near miss)
CASES = {
    "NM01": ({"payee_kind": "own"}, {"payee_kind": "company"}),
    "NM02": ({"payee_kind": "unit"}, {"payee_kind": "unit", "business": "salary"}),
    "NM03": (
        {"payee_kind": "township", "amount": D("500000.00"), "purpose": "拨付工作经费"},
        {"payee_kind": "township", "amount": D("499999.99"), "purpose": "拨付工作经费"},
    ),
    "NM04": (
        {"purpose": "拨缴工会会费", "department_economic": "30299"},
        {"purpose": "拨缴工会会费", "department_economic": "30228"},
    ),
    "NM05": (
        {"payee_kind": "person", "amount": D("50000.00")},
        {"payee_kind": "person", "amount": D("49999.99")},
    ),
    "NM06": (
        {"settlement": "4", "amount": D("1000.01")},
        {"settlement": "4", "amount": D("1000.00")},
    ),
    "NM07": (
        {"department_economic": "30217"},
        {"department_economic": "30217", "settlement": "3"},
    ),
    "NM09": (
        {"month": 12, "days_left": 11, "payee_times": 0},
        {"month": 12, "days_left": 12, "payee_times": 0},
    ),
    "NM15": ({"available": D("-0.01")}, {"available": D("0.00")}),
    "NM16": ({"kind": "project"}, {"kind": "project", "project_code": "150000260000000000001"}),
    "NM17": (
        {"kind": "project", "department_economic": "30101"},
        {"kind": "basic", "department_economic": "30101"},
    ),
    "NM20": (
        {"purpose": "接待考察组用餐", "department_economic": "30201"},
        {"purpose": "接待考察组用餐", "department_economic": "30217"},
    ),
    "NM21": (
        {"watched_item": "reception", "watched_sum_before": D("10.00"), "watched_growth": D("0.01")},
        {"watched_item": "reception", "watched_sum_before": D("10.00"), "watched_growth": D("0.00")},
    ),
    "NM22": (
        {"purpose": "订制纪念品一批", "amount": D("1000.00")},
        {"purpose": "订制纪念品一批", "amount": D("999.99")},
    ),
    "NM23": (
        {"payee_name": "维多利超市有限公司", "round_hundreds": True, "amount": D("5000.00")},
        {"payee_name": "维多利超市有限公司", "round_hundreds": False, "amount": D("5000.01")},
    ),
    "NM24": (
        {"month": 10, "department_economic": "30231", "purpose": "预存车辆加油款"},
        {"month": 9, "department_economic": "30231", "purpose": "预存车辆加油款"},
    ),
    "NM31": (
        {"total": D("500000.00")},
        {"total": D("500000.00"), "has_contract": True},
    ),
    "NM29": (
        {
            "amount": D("400000.00"),
            "payee_times_year": 5,
            "payee_least_year": D("400000.00"),
            "payee_sum_year": D("2000000.00"),
        },
        {
            "amount": D("400000.00"),
            "payee_times_year": 4,
            "payee_least_year": D("400000.00"),
            "payee_sum_year": D("1600000.00"),
        },
    ),
    "NM32": ({"same_30_days": 1}, {"same_30_days": 1, "business": "salary"}),
    "NM33": ({"purpose": "往来款", "purpose_length": 3}, {"purpose": "付打印费", "purpose_length": 4}),
    "NM37": ({"economic_fits": False}, {"economic_fits": None}),
    "NM38": ({"account_other_name": True}, {"account_other_name": False}),
    "NM38-2": ({"failed_before": 1}, {"failed_before": 1, "account_other_name": True}),
    "NM39": ({"is_direct": True, "payee_kind": "finance"}, {"is_direct": False, "payee_kind": "finance"}),
    "NM44": ({"account_names": 2, "business": "subsidy"}, {"account_names": 1, "business": "subsidy"}),
    "NM47": ({"hour": 22}, {"hour": 21}),
    "NM48": ({"is_debt": True, "department_economic": "30201"}, {"is_debt": True, "department_economic": "31005"}),
    "NM49": (
        {"payee_name": "青城城市投资集团有限公司", "purpose": "偿还贷款利息"},
        {"payee_name": "青城城市投资集团有限公司", "purpose": "绿化养护费"},
    ),
}
ACT = [code for code, rule in shipped().items() if rule["phase"] == Phase.ACT and not rule["gap_zh"]]


def exempt_of(code):
    return [Exempt(one["kind"], one["value"]) for one in shipped()[code]["exemptions"]]


def test_every_rule_at_the_act_has_a_case():
    assert sorted(ACT) == sorted(CASES)


@pytest.mark.parametrize("code", sorted(CASES))
def test_a_rule_is_hit_and_nearly_missed(code):
    body, (hit, miss) = shipped()[code]["condition"], CASES[code]
    found = judge(body, Paid(**hit), exempt_of(code))
    assert found is not None
    assert set(found.figures) <= set(Paid(**hit).head) | set(Paid(**hit).rows[0].facts)
    assert judge(body, Paid(**miss), exempt_of(code)) is None


def test_an_ordinary_payment_is_let_pass_by_all():
    hit = [code for code in ACT if judge(shipped()[code]["condition"], Paid(), exempt_of(code))]
    assert hit == []


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("NM02", {"payee_kind": "unit", "purpose": "上缴工会经费"}),
        ("NM01", {"payee_kind": "own", "purpose": "代扣住房公积金"}),
    ],
)
def test_an_exception_lets_pass(code, facts):
    assert judge(shipped()[code]["condition"], Paid(**facts)) is not None
    assert judge(shipped()[code]["condition"], Paid(**facts), exempt_of(code)) is None


def test_exceptions_by_code_match_from_the_beginning_and_by_payee_whole():
    body = shipped()["NM06"]["condition"]
    cash = {"settlement": "4", "amount": D("2000.00")}
    for one in (Exempt("function", "201"), Exempt("unit", "101"), Exempt("payee", "呼和浩特市蒙原纸业有限公司")):
        assert judge(body, Paid(**cash), [one]) is None
    for one in (Exempt("function", "10301"), Exempt("payee", "蒙原纸业"), Exempt("project", "1500")):
        assert judge(body, Paid(**cash), [one]) is not None


def test_fifty_rules_are_there_and_those_that_do_not_run_say_why():
    numbers = {int(code[2:4]) for code in shipped()}
    assert numbers == set(range(1, 51))
    for code, rule in shipped().items():
        assert rule["name_zh"], code
        assert rule["basis_zh"], code
        assert rule["mode"] in Mode, code
        assert rule["level"] in Level, code
        runs = rule["condition"] is not None or rule["measure"] in MEASURES
        assert runs != bool(rule["gap_zh"]), code
        if rule["measure"]:
            MEASURES[rule["measure"]].read(rule["parameters"])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("新城区农牧局", "own"),
        ("新城区 农牧局", "own"),
        ("新城区林业局", "unit"),
        ("新城区财政局专户", "finance"),
        ("赛罕苏木人民政府", "township"),
        ("阿拉坦·其木格", "person"),
        ("阿拉坦•其木格", "person"),
        ("王小明", "person"),
        ("ᠠᠯᠲᠠᠨ ᠴᠡᠴᠡᠭ", "person"),
        ("蒙原纸业有限公司", "company"),
        ("新城饭店", "company"),
    ],
)
def test_what_sort_of_payee_a_name_is(name, kind):
    assert payee_kind(name, "新城区农牧局", frozenset({"新城区林业局"})) == kind


def test_names_are_compared_without_the_kind_of_dot_and_blanks():
    assert plain_name("阿拉坦•其木格") == plain_name("阿拉坦・其木格") == plain_name(" 阿拉坦·其木格 ")
    assert plain_name("ＡＢ公司") == "AB公司"
    assert not looks_like_a_person("四子王旗第一中学校")
