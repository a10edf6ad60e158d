"""A small classification of one year, with what the derivation of the economic class needs."""

from dataclasses import dataclass

from apps.codes import services
from apps.codes.models import Catalog, Code, FiscalYear, WatchedItem, YearState
from apps.regions.models import UnitNature
from imbudget.kit.actor import system_actor

ACTOR = system_actor("tests")
YEAR = 2027
# catalog, code, name; the upper code is the longest one listed before that the code begins with.
ROWS = (
    (Catalog.FUNCTION, "201", "一般公共服务支出"),
    (Catalog.FUNCTION, "20101", "人大事务"),
    (Catalog.FUNCTION, "2010101", "行政运行"),
    (Catalog.FUNCTION, "2010102", "一般行政管理事务"),
    (Catalog.FUNCTION, "205", "教育支出"),
    (Catalog.FUNCTION, "20502", "普通教育"),
    (Catalog.FUNCTION, "2050202", "小学教育"),
    (Catalog.DEPARTMENT_ECONOMIC, "301", "工资福利支出"),
    (Catalog.DEPARTMENT_ECONOMIC, "30101", "基本工资"),
    (Catalog.DEPARTMENT_ECONOMIC, "302", "商品和服务支出"),
    (Catalog.DEPARTMENT_ECONOMIC, "30201", "办公费"),
    (Catalog.DEPARTMENT_ECONOMIC, "30217", "公务接待费"),
    (Catalog.DEPARTMENT_ECONOMIC, "30299", "其他商品和服务支出"),
    (Catalog.GOVERNMENT_ECONOMIC, "501", "机关工资福利支出"),
    (Catalog.GOVERNMENT_ECONOMIC, "50101", "工资奖金津补贴"),
    (Catalog.GOVERNMENT_ECONOMIC, "502", "机关商品和服务支出"),
    (Catalog.GOVERNMENT_ECONOMIC, "50201", "办公经费"),
    (Catalog.GOVERNMENT_ECONOMIC, "50206", "公务接待费"),
    (Catalog.GOVERNMENT_ECONOMIC, "505", "对事业单位经常性补助"),
    (Catalog.GOVERNMENT_ECONOMIC, "50501", "工资福利支出"),
    (Catalog.GOVERNMENT_ECONOMIC, "50502", "商品和服务支出"),
    (Catalog.FUND, "1", "一般公共预算资金"),
    (Catalog.FUND, "11", "一般公共预算"),
    (Catalog.FUND, "111", "本级"),
)
# 30299 leads nowhere on purpose: no unit of these natures may use it.
DERIVED = (
    ("30101", UnitNature.ADMINISTRATIVE, "50101"),
    ("30101", UnitNature.INSTITUTION_FULL, "50501"),
    ("30201", UnitNature.ADMINISTRATIVE, "50201"),
    ("30201", UnitNature.INSTITUTION_FULL, "50502"),
    ("30217", UnitNature.ADMINISTRATIVE, "50206"),
    ("30217", UnitNature.INSTITUTION_FULL, "50502"),
)


@dataclass(frozen=True, slots=True)
class Codes:
    """The leaves that tests use by what they are."""

    year: int
    running: Code
    managing: Code
    school: Code
    wages: Code
    office: Code
    unused: Code
    reception: Code
    fund: Code


def make_codes(year: int = YEAR) -> Codes:
    """The year, being compiled, with its four trees, the derivations and one watched code."""
    if not FiscalYear.objects.filter(pk=year).exists():
        compiling = not FiscalYear.objects.filter(compiling=True).exists()
        services.put_year(ACTOR, year, {"state": YearState.OPEN, "compiling": compiling})
    for catalog, code, name in ROWS:
        upper = max(
            (c for k, c, _name in ROWS if k == catalog and c != code and code.startswith(c)), default="", key=len
        )
        parent = Code.objects.get(catalog=catalog, year_id=year, code=upper) if upper else None
        services.put_code(ACTOR, catalog, year, code, {"name_zh_hans": name, "parent": parent})
    for department, nature, government in DERIVED:
        services.put_derivation(
            ACTOR,
            code_of(Catalog.DEPARTMENT_ECONOMIC, department, year),
            nature,
            code_of(Catalog.GOVERNMENT_ECONOMIC, government, year),
            {},
        )
    services.put_watched(ACTOR, code_of(Catalog.DEPARTMENT_ECONOMIC, "30217", year), WatchedItem.RECEPTION, {})
    return Codes(
        year,
        *(code_of(Catalog.FUNCTION, code, year) for code in ("2010101", "2010102", "2050202")),
        *(code_of(Catalog.DEPARTMENT_ECONOMIC, code, year) for code in ("30101", "30201", "30299", "30217")),
        code_of(Catalog.FUND, "111", year),
    )


def code_of(catalog: Catalog, code: str, year: int = YEAR) -> Code:
    """One code of the year."""
    return Code.objects.get(catalog=catalog, year_id=year, code=code)
