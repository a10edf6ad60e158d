"""Check digits of the numbers by which payees are known; pure arithmetic, no number is looked up anywhere."""

import re
from datetime import date

CARD = re.compile("62[0-9]{13,17}")
ID_NUMBER = re.compile("[1-9][0-9]{16}[0-9X]")
CREDIT_CODE = re.compile("[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_DIGITS = "10X98765432"
CREDIT_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015: no I, O, S, V, Z


def plain(text: str) -> str:
    """Without blanks and hyphens, in capitals."""
    return "".join(text.split()).replace("-", "").upper()


def looks_like_card(account: str) -> bool:
    """15 to 19 digits that begin as the cards of banks in China do."""
    return CARD.fullmatch(plain(account)) is not None


def passes_luhn(number: str) -> bool:
    """Whether the last digit is the check digit of ISO/IEC 7812."""
    digits = [int(sign) for sign in reversed(plain(number)) if sign in "0123456789"]
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[1::2]]
    return bool(digits) and (sum(digits[::2]) + sum(doubled)) % 10 == 0


def is_id_number(text: str) -> bool:
    """公民身份号码, GB 11643-1999: 18 digits with a day of birth that has been, and their check digit."""
    number = plain(text)
    if not ID_NUMBER.fullmatch(number):
        return False
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    weighed = sum(weight * int(sign) for weight, sign in zip(ID_WEIGHTS, number[:17], strict=True))
    return born.year >= 1880 and ID_DIGITS[weighed % 11] == number[17]


def is_credit_code(text: str) -> bool:
    """统一社会信用代码, GB 32100-2015."""
    code = plain(text)
    if not CREDIT_CODE.fullmatch(code):
        return False
    weighed = sum(CREDIT_DIGITS.index(sign) * pow(3, place, 31) for place, sign in enumerate(code[:17]))
    return CREDIT_DIGITS[(31 - weighed % 31) % 31] == code[17]
