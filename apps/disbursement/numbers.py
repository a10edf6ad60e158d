"""Check digits of the numbers by which payees are known; pure arithmetic, no number is looked up anywhere.

A library would look up far more than the digits, and this runs for each of a million rows.
"""

import re
from datetime import date
from functools import lru_cache
from operator import mul

CARD = re.compile("62[0-9]{13,17}")
CREDIT_CODE = re.compile("[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_DIGITS = "10X98765432"
CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z
DOUBLED = str.maketrans("0123456789", "0246813579")  # 2 × digit, its own digits added up


def plain(text: str) -> str:
    """A number as it is kept and indexed: without blanks and hyphens, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def looks_like_card(account: str) -> bool:
    """15 to 19 digits that begin as the cards of banks in China do."""
    return CARD.fullmatch(plain(account)) is not None


def passes_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812."""
    digits = plain(number)
    if not digits.isascii() or not digits.isdecimal():
        return False
    backwards = digits[::-1]
    return (sum(map(int, backwards[::2])) + sum(map(int, backwards[1::2].translate(DOUBLED)))) % 10 == 0


def is_card(number: str) -> bool:
    """Whether a card number has 12 to 19 digits and the right last one."""
    return 12 <= len(plain(number)) <= 19 and passes_luhn(number)


def is_id_number(text: str) -> bool:
    """公民身份号码, GB 11643-1999: 18 digits with a day of birth that can be, and their check digit."""
    number = plain(text)
    if len(number) != 18 or not number.isascii() or not number[:17].isdecimal() or number[0] == "0":
        return False
    return _weighed(number[:17]) == number[17] and _is_day(number[6:14])


def _weighed(digits: str) -> str:
    return ID_DIGITS[sum(map(mul, ID_WEIGHTS, map(int, digits))) % 11]


@lru_cache(maxsize=50_000)
def _is_day(text: str) -> bool:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).year >= 1880
    except ValueError:
        return False


def is_credit_code(text: str) -> bool:
    """统一社会信用代码, GB 32100-2015."""
    code = plain(text)
    if not CREDIT_CODE.fullmatch(code):
        return False
    weighed = sum(CREDIT_DIGITS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return CREDIT_DIGITS[(31 - weighed % 31) % 31] == code[17]


def with_check_digit(digits: str) -> str:
    """A card number from its digits without the last one."""
    return next(f"{digits}{last}" for last in range(10) if passes_luhn(f"{digits}{last}"))


def id_with_check_digit(digits: str) -> str:
    """An identity number from its first 17 digits."""
    return digits + _weighed(digits)
