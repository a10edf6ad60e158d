"""What the invented units are called in both languages, and credit codes that nobody was given."""

from apps.budget.demo.catalogue import Body
from apps.regions.credit_code import check_character
from apps.regions.models import Region, UnitNature

ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# The genitive joins by U+202F; which one follows from how the name's last word ends.
GENITIVES = {"ᠣᠷᠣᠨ": "ᠤ", "ᠰᠢᠶᠠᠨ": "ᠤ", "ᠲᠣᠭᠣᠷᠢᠭ": "ᠤᠨ", "ᠬᠣᠲᠠ": "ᠶᠢᠨ", "ᠬᠣᠰᠢᠭᠤ": "ᠶᠢᠨ", "ᠬᠥᠬᠡᠬᠣᠲᠠ": "ᠶᠢᠨ"}
# Bodies called 局 or 办公室 below are 厅 or 办公厅 at the level of the autonomous region, their Mongolian word too.
TOP_BODIES = frozenset(
    [
        "finance",
        "farming",
        "education",
        "transport",
        "civil",
        "government",
        "housing",
        "water",
        "police",
        "human_resources",
        "culture",
        "environment",
        "natural_resources",
        "emergency",
        "audit",
        "justice",
        "veterans",
        "industry",
        "commerce",
        "science",
    ]
)
TOP_NAMES = (("办公室", "办公厅"), ("局", "厅"))
TOP_MVF = ("ᠲᠣᠪᠴᠢᠶ\u180eᠠ", "ᠲᠢᠩᠬᠢᠮ")
TOWNS = ["巴彦", "乌兰", "宝日", "哈日", "查干", "阿拉坦", "满都", "呼和", "白音", "额尔敦", "朝鲁", "道伦"]
TOWN_ENDS = ["淖尔", "花", "敖包", "温都尔", "高勒", "塔拉", "宝力格", "布拉格", "图", "浩特", "乌拉"]
STREETS = ["和平", "新华", "胜利", "团结", "民主", "光明", "东风", "建设", "前进", "友谊", "向阳", "红旗"]
DIGITS = "零一二三四五六七八九"
STREET = "street"


def names_of(region: Region, body: Body, number: int) -> tuple[str, str | None]:
    """The name in Chinese and, where every word of it is attested, in Mongolian."""
    name, mvf = body.name, body.mvf
    if region.level == 0 and body.key in TOP_BODIES:
        for small, large in TOP_NAMES:
            name = name.removesuffix(small) + large if name.endswith(small) else name
        mvf = mvf.replace(*TOP_MVF)
    name = name.replace("{n}", numeral(number)).replace("{town}", _town(region, body, number))
    return f"{region.name_zh_hans}{name}", _mongolian(region.name_mvf or "", mvf)


def _mongolian(place: str, words: str) -> str | None:
    suffix = GENITIVES.get(place.split(" ")[-1])
    return f"{place}\u202f{suffix} {words}" if suffix and words else None


def _town(region: Region, body: Body, number: int) -> str:
    """An invented town: another one for each number in a region, and not the same ones in its neighbour."""
    place = number + int(region.code[2:]) * 7
    if body.key == STREET:
        turn = (number - 1) // len(STREETS)
        return STREETS[place % len(STREETS)] + ("路" if not turn else f"{numeral(turn + 1)}路")
    turn = number // (len(TOWNS) * len(TOWN_ENDS))
    return TOWNS[place % len(TOWNS)] + TOWN_ENDS[place % len(TOWN_ENDS)] + (numeral(turn + 1) if turn else "")


def numeral(number: int) -> str:
    """一, 十二, 一百零三: as schools are numbered; below 1,000."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (DIGITS[ones] if ones else "")


def credit_code(region: str, serial: int, nature: str) -> str:
    """A well-formed 统一社会信用代码 (GB 32100) whose organisation number, YX…, is one that is not issued."""
    body = f"YX{serial:06d}"
    pairs = zip(body, ORGANISATION_WEIGHTS, strict=True)
    rest = 11 - sum(ORGANISATION_ALPHABET.index(char) * weight for char, weight in pairs) % 11
    register = 1 if nature == UnitNature.ADMINISTRATIVE else 2
    first17 = f"1{register}{region}{body}{'X' if rest == 10 else rest % 11}"
    return first17 + check_character(first17)
