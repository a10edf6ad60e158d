"""The heads of a budget table: what the template prints, and what else the offices write for the same."""

import re
from functools import lru_cache

# Column heads of the template: what the finance offices print, and the name used in the code.
COLUMNS = {
    "单位代码": "unit_code",
    "单位名称": "unit_name",
    "项目代码": "project_code",
    "项目名称": "project_name",
    "功能分类科目": "function",
    "功能分类科目名称": "function_name",
    "部门经济分类科目": "department_economic",
    "资金性质": "fund",
    "支出类别": "kind",
    "金额(元)": "amount",
    "基本支出(元)": "basic",
    "项目支出(元)": "project",
    "上年批复数(元)": "prior_approved",
    "上年执行数(元)": "prior_executed",
    "备注": "note",
    "预算年度": "year",
    "行政区划": "region_code",
}
REQUIRED = ("unit_code", "function", "department_economic", "fund", "amount")
HEADS = {name: head for head, name in COLUMNS.items()}
AMOUNTS = ("amount", "basic", "project", "prior_approved", "prior_executed")
CODES = ("unit_code", "function", "department_economic", "fund")

# What else is written for a column. Two lines of a head count as one word ("上年" above "批复数"); blanks, the unit of
# the amounts and the year do not count: 2027年 in a table of 2027 is written here as 本年, 2026年 as 上年.
SYNONYMS = {
    "unit_code": "预算单位编码 预算单位代码 单位编码 单位编号 预算编码 预算代码 部门编码 部门代码 部门单位代码 部门单位编码",
    "unit_name": "预算单位名称 预算单位 单位 部门 部门名称 部门单位名称 部门单位 填报单位 department",
    "project_code": "项目编码 项目编号 预算项目代码 预算项目编码",
    "project_name": "项目 预算项目 预算项目名称 二级项目名称",
    "function": (
        "功能分类 功能科目 功能科目编码 功能科目代码 功能分类编码 功能分类代码 功能分类科目编码 功能分类科目代码"
        " 支出功能分类 支出功能科目 支出功能分类科目 支出功能分类编码 支出功能分类代码 支出功能科目编码"
        " 支出功能分类科目编码 支出功能分类科目代码 科目编码 科目代码 code"
    ),
    "function_name": ("功能科目名称 功能分类名称 支出功能分类名称 支出功能科目名称 支出功能分类科目名称 科目名称 name"),
    "department_economic": (
        "部门经济分类 部门经济科目 部门经济分类编码 部门经济科目编码 部门经济分类科目编码 部门经济分类科目代码"
        " 部门预算经济科目 部门预算经济分类 部门预算经济分类科目 部门预算经济科目编码 部门预算经济分类科目编码"
        " 部门预算支出经济分类 部门预算支出经济科目 部门预算支出经济分类科目 部门预算支出经济分类科目编码"
        " 部门预算支出经济分类编码 部门支出经济分类 部门支出经济分类科目 部门支出经济分类科目编码"
        " 经济分类 经济科目 经济分类科目 经济分类编码 经济科目编码 支出经济分类 支出经济分类科目 支出经济分类科目编码"
    ),
    "fund": "资金来源 资金性质编码 资金性质代码 资金来源编码 资金来源代码 资金类型 经费来源",
    "kind": "支出类型 支出性质 支出分类 基本或项目 基本/项目",
    "amount": (
        "本年金额 本年预算 本年预算数 本年申报数 本年数 预算数 预算金额 申报数 申报金额 预算申报数 申报预算数 一上数"
        " 一上申报数 本年一上数 本年一上申报数 本年预算申报数 本年预算金额 合计 总计 本年合计 支出合计 预算数合计"
        " amount total total_yuan amount_yuan total_wan amount_wan"
    ),
    "basic": "其中基本支出 本年基本支出 basic_yuan basic_wan",
    "project": "其中项目支出 本年项目支出 project_yuan project_wan",
    "prior_approved": (
        "上年批复 上年预算 上年预算数 上年批复预算 上年批复预算数 上年预算批复数 上年年初预算 上年年初预算数"
        " 去年批复数 去年预算数"
    ),
    "prior_executed": (
        "上年执行 上年预算执行数 上年决算 上年决算数 上年支出数 上年实际执行数 上年实际支出 上年实际支出数 去年执行数"
        " 去年决算数"
    ),
    "note": "说明 备注说明 备注/说明 申报说明 测算说明 申报理由 note",
    "year": "年度 年份 预算年份 year",
    "region_code": "区划 区划代码 区划编码 行政区划代码 行政区划编码",
}
# What stands for the code and the name below the name of a classification.
CLASSIFICATIONS = ("function", "department_economic", "fund")
CODE_WORDS = ("编码", "代码", "科目编码", "科目代码")
NAME_WORDS = ("名称", "科目名称")
# An upper line of a head that says nothing against what the line below it says alone.
NEUTRAL = {
    *(
        "本年",
        "本年预算",
        "本年预算数",
        "本年申报",
        "本年申报数",
        "申报数",
        "预算数",
        "金额",
        "支出",
        "其中",
        "申报情况",
    ),
    *("项目信息", "基本信息", "单位信息", "预算单位信息", "科目信息"),
}
# The units an amount may stand in, and what one of them is in yuan.
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "亿元": 100_000_000}
UNIT_AT_END = re.compile(r"[(\[/:、,]?(?:金额单位:?|单位:?)?(?:人民币)?(?P<unit>百万元|千元|万元|亿元|元)[)\]]?$")
# 元宝山区 is a district: the word for yuan must end there.
UNIT_IN_TITLE = re.compile(
    r"(?:单\s*位\s*[:]?\s*|\()(?:人民币)?\s*(?P<unit>百\s*万\s*元|千\s*元|万\s*元|亿\s*元|元)(?![\u4e00-\u9fff])"
)
ENGLISH_UNITS = {"_yuan": "元", "_wan": "万元"}
WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord("【"): ord("["), ord("】"): ord("]")}
BLANK = re.compile(r"[\s\u3000\ufeff\u200b*※]+")
YEAR = re.compile(r"(?<!\d)(20\d\d)(?:年度|年(?!\s*\d{1,2}\s*月))")  # not the day of a signature: 2026年11月20日


@lru_cache(maxsize=1024)  # a head is looked at once for each span of rows that it may belong to
def plain(text: str) -> str:
    """A head without blanks and width: 金 额（元） and 金额(元) are one."""
    return BLANK.sub("", text.translate(WIDTH)).lower()


@lru_cache(maxsize=1024)
def unit_at_end(head: str) -> tuple[str, str]:
    """(head without the unit of its amounts, that unit or ""); `head` is plain."""
    for ending, unit in ENGLISH_UNITS.items():
        if head.endswith(ending):
            return head, unit
    found = UNIT_AT_END.search(head)
    return (head[: found.start()], found["unit"]) if found and found.start() else (head, "")


def units_in_title(text: str) -> set[str]:
    """The units that a line above the table states for all amounts: 单位:万元."""
    return {BLANK.sub("", found["unit"]) for found in UNIT_IN_TITLE.finditer(text.translate(WIDTH))}


def named_years(texts: list[str]) -> set[int]:
    """The years that titles and heads name."""
    return {int(year) for text in texts for year in YEAR.findall(text.translate(WIDTH))}


def with_years(head: str, this_year: int) -> str:
    """A plain head that says 本年 and 上年 instead of the years."""
    if this_year:
        head = YEAR.sub(lambda found: {this_year: "本年", this_year - 1: "上年"}.get(int(found[1]), found[0]), head)
    return head.replace("上年度", "上年").replace("本年度", "本年").strip(":")


def column_of(lines: list[str], this_year: int) -> str:
    """The internal name of a column by the lines of its head, plain and without unit, or ""."""
    lines = [with_years(line, this_year) for line in lines]
    name = NAMES.get("".join(lines).replace(":", ""), "")
    if name or len(lines) == 1:
        return name
    upper, last = "".join(lines[:-1]), lines[-1]
    if set(lines[:-1]) <= NEUTRAL:
        return NAMES.get(last, "")
    group = NAMES.get(upper, "")
    if group in CLASSIFICATIONS and last in CODE_WORDS:
        return group
    return "function_name" if group == "function" and last in NAME_WORDS else ""


NAMES = {unit_at_end(plain(head))[0]: name for head, name in COLUMNS.items()}
NAMES |= {word: name for name, words in SYNONYMS.items() for word in words.split()}
