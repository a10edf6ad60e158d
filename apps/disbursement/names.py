"""Names as they are compared: one person's name is written with many dots, blanks and widths."""

import unicodedata

from imbudget.kit.text import FULL_WIDTH

# ID cards have U+00B7; input methods and banks send the others.
DOTS = dict.fromkeys(map(ord, "·•・．‧∙⋅᛫･·."), "·")
BLANKS = dict.fromkeys(map(ord, " \t\u00a0\u2009\u202f\u3000"))


def name_key(name: str) -> str:
    """The same for every way of writing one name: NFC, half width, one kind of dot, no blanks, upper case."""
    plain = unicodedata.normalize("NFC", name).translate(DOTS).translate(FULL_WIDTH).translate(DOTS)
    return plain.translate(BLANKS).replace("（", "(").replace("）", ")").upper()[:140]


# What ends or stands in the names of organisations and in hardly any person's.
ORGANISED = (
    *(
        "公司",
        "中心",
        "合作社",
        "委员会",
        "管理局",
        "政府",
        "学校",
        "医院",
        "银行",
        "商店",
        "超市",
        "酒店",
        "宾馆",
        "饭店",
    ),
    *(
        "工厂",
        "农场",
        "牧场",
        "事务所",
        "研究院",
        "研究所",
        "设计院",
        "出版社",
        "报社",
        "协会",
        "学会",
        "工会",
        "财政",
        "经营部",
    ),
)
LONGEST_PERSON = 12


def looks_like_person(name: str) -> bool:
    """A first guess for the register; whoever knows better corrects it there."""
    key = name_key(name)
    return (
        len(key) <= LONGEST_PERSON
        and not any(word in key for word in ORGANISED)
        and not key.endswith(tuple("局厅院校社厂店部"))
    )
