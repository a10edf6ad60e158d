"""The files there are: their heads, as offices write them, and what may stand below each.

No model is named here: other processes read this without Django. A test holds the words to the choices of the models.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a cell holds."""

    TEXT = "text"
    WORD = "word"
    COUNT = "count"
    AMOUNT = "amount"
    DAY = "day"
    FLAG = "flag"
    PERSON = "person"  # an identity number: sealed, indexed, its check digit looked at
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Cell:
    """One column: its head in the file, its name in the staging table, and what may stand in it."""

    head: str
    name: str
    kind: Kind = Kind.TEXT
    most: int = 120
    required: bool = False
    words: tuple[tuple[str, str], ...] = ()
    default: str = ""


STATES = (
    ("正常", "normal"),
    ("停用", "stopped"),
    ("作废", "void"),
)
KINDS = (
    ("禁牧", "ban"),
    ("草畜平衡", "balance"),
    ("平衡", "balance"),
)
FOUND = (("偷牧", "grazing"), ("超载", "overstock"))
LISTS = (("死亡", "dead"), ("财政供养", "employee"))

CODE = Cell("户编码", "code", most=20, required=True)
PERSON = Cell("身份证号", "person", Kind.PERSON, most=30, required=True)
FILES: dict[str, tuple[Cell, ...]] = {
    "places": (
        Cell("编码", "code", most=14, required=True),
        Cell("名称", "name", required=True),
    ),
    "households": (
        CODE,
        Cell("户主", "name", most=140, required=True),
        PERSON,
        Cell("社保卡号", "card", Kind.CARD, most=40),
        Cell("开户行", "bank", most=140),
        Cell("行号", "bank_code", most=12),
        Cell("村组编码", "place", most=14, required=True),
        Cell("人口", "people", Kind.COUNT, most=3, default="1"),
        Cell("牲畜数", "livestock", Kind.COUNT, most=7, default="0"),
        Cell("状态", "state", Kind.WORD, words=STATES, default="normal"),
        Cell("低保", "low_income", Kind.FLAG),
        Cell("脱贫", "lifted", Kind.FLAG),
        Cell("特困", "destitute", Kind.FLAG),
    ),
    "members": (
        CODE,
        Cell("姓名", "name", most=140, required=True),
        Cell("与户主关系", "relation", most=20, required=True),
        Cell("身份证号", "person", Kind.PERSON, most=30),
    ),
    "parcels": (
        CODE,
        Cell("地块号", "number", most=30, required=True),
        Cell("面积(亩)", "area", Kind.AMOUNT, most=15, required=True),
        Cell("草场类别", "grass", most=20),
        Cell("类型", "kind", Kind.WORD, words=KINDS, required=True),
        Cell("起始日期", "begins", Kind.DAY, required=True),
        Cell("终止日期", "ends", Kind.DAY),
        Cell("依据", "source", most=300),
    ),
    "violations": (
        CODE,
        Cell("违规类型", "kind", Kind.WORD, words=FOUND, required=True),
        Cell("日期", "day", Kind.DAY, required=True),
        Cell("扣减金额(元)", "amount", Kind.AMOUNT, most=15, required=True),
        Cell("记录人", "recorder", required=True),
        Cell("文号", "document", required=True),
    ),
    "persons": (
        Cell("名单", "list", Kind.WORD, words=LISTS, required=True),
        PERSON,
        Cell("姓名", "name", most=140, required=True),
        Cell("日期", "since", Kind.DAY),
        Cell("依据", "source", most=300),
    ),
    "roster": (
        CODE,
        Cell("户主", "name", most=140, required=True),
        PERSON,
        Cell("社保卡号", "card", Kind.CARD, most=40),
        Cell("开户行", "bank", most=140),
        Cell("行号", "bank_code", most=12),
        Cell("数量", "quantity", Kind.AMOUNT, most=15, default="0"),
        Cell("金额(元)", "amount", Kind.AMOUNT, most=15, required=True),
    ),
}
SQL_TYPES = {
    Kind.TEXT: ("text",),
    Kind.WORD: ("text",),
    Kind.COUNT: ("integer",),
    Kind.AMOUNT: ("numeric",),
    Kind.DAY: ("date",),
    Kind.FLAG: ("boolean",),
    Kind.PERSON: ("bytea", "bytea", "boolean"),
    Kind.CARD: ("bytea", "bytea", "boolean"),
}
ENDS = ("", "_index", "_sound")


def staging_columns(file: str) -> list[tuple[str, str]]:
    """(name, SQL type) of the staging table of a file; numbers of persons and cards take three."""
    return [
        (cell.name + end, type_) for cell in FILES[file] for end, type_ in zip(ENDS, SQL_TYPES[cell.kind], strict=False)
    ]
