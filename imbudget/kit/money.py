"""Amounts in yuan: written, read and spelt in capital characters. Decimal only, rounded in this one place."""

import re
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
WAN = Decimal(10_000)
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")
# Full-width forms, the several blanks and the minus sign as they come from input methods and spreadsheets.
PLAIN = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
PLAIN |= dict.fromkeys(map(ord, "\t\r\n\u00a0\u2009\u202f\u3000"), 0x20)
PLAIN |= {ord("￥"): ord("¥"), ord("−"): ord("-")}
CURRENCY = re.compile("^(-?) ?¥ ?")
GROUPED = "[0-9]{1,3}(?P<mark>[, ])[0-9]{3}(?:(?P=mark)[0-9]{3})*"
SHAPE = re.compile(rf"-?(?:{GROUPED}|[0-9]+)(?:\.(?P<decimals>[0-9]+))?")
UNITS = {"元": 1, "千元": 1_000, "万元": 10_000, "万": 10_000, "百万元": 1_000_000, "亿元": 10**8, "亿": 10**8}
UNIT = re.compile("(?:百万元|千元|万元|亿元|万|亿|元)$")
LIMIT = Decimal(10) ** 16
# What one amount may be at most: sums of many thousands still fit their columns and have words.
MAX_AMOUNT = Decimal(10) ** 12


def rounded(amount: Decimal) -> Decimal:
    """To the cent, half up."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def format_yuan(amount: Decimal, unit: str = "yuan") -> str:
    """With thousands separators and two decimals, in 元 (`yuan`) or 万元 (`wan`); never `-0.00`."""
    shown = rounded(amount / WAN if unit == "wan" else amount)
    return f"{shown or abs(shown):,.2f}"


def parse_amount(text: str) -> Decimal:
    """An amount as people write it: full-width digits, ¥, and commas or blanks between thousands are read.

    Raises ValueError with a reason: `empty`, `shape` (not a number, or separators in odd places), `decimals`
    (more than two). Nothing is guessed: `1,23` and `10²` are refused.
    """
    plain = CURRENCY.sub(r"\1", text.translate(PLAIN).strip(" "))
    if not plain:
        raise ValueError("empty")
    found = SHAPE.fullmatch(plain)
    if found is None:
        raise ValueError("shape")
    if len(found["decimals"] or "") > 2:
        raise ValueError("decimals")
    return Decimal(plain.replace(found["mark"] or ",", ""))


def parse_with_unit(text: str) -> Decimal:
    """An amount in yuan as `parse_amount` reads it, or with its unit behind it: 1,200.5万元 are 12,005,000.00.

    Raises ValueError like `parse_amount`; `decimals` also where the amount would have parts of a cent.
    """
    plain = text.translate(PLAIN).strip(" ")
    unit = UNIT.search(plain)
    if unit is None:
        return parse_amount(plain)
    found = SHAPE.fullmatch(CURRENCY.sub(r"\1", plain[: unit.start()].rstrip(" ")))
    if found is None:
        raise ValueError("shape")
    if len(found[0]) > 40:
        raise ValueError("decimals")
    amount = Decimal(found[0].replace(found["mark"] or ",", "")) * UNITS[unit[0]]
    if amount != rounded(amount):
        raise ValueError("decimals")
    return rounded(amount)


def capital_amount(amount: Decimal) -> str:
    """大写金额: 壹佰元整, 壹元零伍分. Computed from the number, never taken from outside.

    Raises ValueError from 10^16 yuan on.
    """
    if rounded(abs(amount)) >= LIMIT:
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
