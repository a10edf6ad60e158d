"""统一社会信用代码 (GB 32100-2015): 17 characters and a check character modulo 31."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [3**power % 31 for power in range(17)]
SHAPE = re.compile(rf"^[{ALPHABET}]{{18}}$")


def check_character(first17: str) -> str:
    """The 18th character that belongs to these 17."""
    total = sum(ALPHABET.index(char) * weight for char, weight in zip(first17, WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def validate_credit_code(code: str) -> None:
    """Raise ValidationError unless the code has the right shape and check character."""
    if not SHAPE.match(code) or check_character(code[:17]) != code[17]:
        raise ValidationError(_("This is not a valid unified social credit code: check each of its 18 characters."))
