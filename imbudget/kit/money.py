"""Amounts in yuan: written, read and spelt in capital characters. Decimal only, rounded in this one place."""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
WAN = Decimal(10_000)
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
SHAPE = re.compile(r"^-?(\d{1,3}(,\d{3})+|\d+)(\.\d{1,2})?$")
LIMIT = Decimal(10) ** 16


def rounded(amount: Decimal) -> Decimal:
    """To the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def format_yuan(amount: Decimal, unit: str = "yuan") -> str:
    """With thousands separators and two decimals, in 元 (`yuan`) or 万元 (`wan`)."""
    return f"{rounded(amount / WAN if unit == 'wan' else amount):,.2f}"


def parse_amount(text: str) -> Decimal:
    """An amount as people write it: full-width digits, separators and blanks are read.

    Raises ValueError with a reason: `shape` (not a number, or separators in odd places), `decimals`.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").removeprefix("¥").replace("−", "-")
    if not SHAPE.match(plain):
        raise ValueError("decimals" if re.match(r"^-?[\d,]+\.\d{3,}$", plain) else "shape")
    try:
        return Decimal(plain.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError("shape") from error


def capital_amount(amount: Decimal) -> str:
    """大写金额: 壹佰元整, 壹元零伍分. Computed from the number, never taken from outside; below 10^16."""
    if abs(amount) >= LIMIT:
        raise ValueError("too large")
    cents = int(rounded(abs(amount)) * 100)
    sign = "负" if amount < 0 and cents else ""
    yuan, jiao, fen = cents // 100, cents // 10 % 10, cents % 10
    head = _integer(yuan) + "元" if yuan else ""
    if not jiao and not fen:
        return sign + (head or "零元") + "整"
    tail = DIGITS[jiao] + "角" if jiao else "零" if head else ""
    tail += DIGITS[fen] + "分" if fen else "整"
    return sign + head + tail


def _integer(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text, gap = "", False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + GROUPS[index]
        gap = False
    return text.replace("万亿", "万", 1) if text.count("亿") > 1 and "万亿" in text else text


def _group(number: int) -> str:
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            gap = bool(text)
            continue
        if gap:
            text += "零"
        text += DIGITS[digit] + PLACES[place]
        gap = False
    return text
