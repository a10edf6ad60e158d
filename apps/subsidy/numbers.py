"""Numbers of persons and cards: their normal form and their check digits. Pure; a library would look up far more than
the digits, and this runs for each of a million rows."""

from datetime import date
from functools import lru_cache
from operator import mul

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
DOUBLED = str.maketrans("0123456789", "0246813579")
DOTS = dict.fromkeys(map(ord, "•・．‧∙⋅●."), "·")


def normal(text: str) -> str:
    """A number as it is kept and indexed: without blanks and hyphens, in capital letters."""
    return text.strip().replace(" ", "").replace("-", "").upper()


def is_sound_id(number: str) -> bool:
    """Whether an identity number in normal form has 18 digits, a day of birth and the right check digit (GB 11643)."""
    if len(number) != 18 or not number.isascii() or not number[:17].isdecimal():
        return False
    total = sum(map(mul, WEIGHTS, map(int, number[:17])))
    return CHECKS[total % 11] == number[17] and _is_day(number[6:14])


@lru_cache(maxsize=50_000)
def _is_day(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def is_sound_card(number: str) -> bool:
    """Whether a card number in normal form has 12 to 19 digits and the right last one (ISO/IEC 7812-1, Luhn)."""
    if not 12 <= len(number) <= 19 or not number.isascii() or not number.isdecimal():
        return False
    backwards = number[::-1]
    total = sum(map(int, backwards[::2])) + sum(map(int, backwards[1::2].translate(DOUBLED)))
    return total % 10 == 0


def with_check_digit(digits: str) -> str:
    """A card number from its digits without the last one."""
    return next(f"{digits}{last}" for last in range(10) if is_sound_card(f"{digits}{last}"))


def id_with_check_digit(digits: str) -> str:
    """An identity number from its first 17 digits."""
    return digits + CHECKS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, digits, strict=True)) % 11]


def name_key(name: str) -> str:
    """A name as it is compared: every form of the middle dot is one, and blanks do not matter.

    The name itself is kept and sent exactly as the identity card has it.
    """
    return name.translate(DOTS).replace(" ", "").replace("\u3000", "").casefold()
