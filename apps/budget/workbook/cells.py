"""Cells as people type them, made plain: codes without what stands around them, amounts as figures in yuan."""

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation

from imbudget.kit.money import CENT, CURRENCY, PLAIN, SHAPE
from imbudget.kit.text import BLANKS

# A code alone, or with its name as the systems print it, or with the blanks of a narrow column.
CODE_NAME = re.compile(r"[\[(<]?\s*(\d(?:[\d ]*\d)?)\s*[\])>]?\s*[-_.:,、|/]*\s*([^\d\s\-_.:,、|/\])>].*)?", re.DOTALL)
DASHES = {ord(dash): "-" for dash in "—–‐‑−－"} | {ord("【"): "[", ord("】"): "]", ord("〔"): "[", ord("〕"): "]"}
WIDE = PLAIN | DASHES
LONGEST = 400
QUOTES = "'‘’`"
DECIMAL_CODE = re.compile(r"(\d+)\.0+")
NOTHING = re.compile("-+|/")
MONEY_WORD = re.compile("(万元|元)$")
LINE_END = re.compile("[\r\n]+")
LETTER = re.compile("[A-Za-z0-9\u1800-\u18af]")

# Why a cell was changed; each is one sentence of the notes.
NUMBER, WIDTH, NAME, SEPARATORS, WORD, DASH, BREAK, FACTOR, FILLED = (
    "number",
    "width",
    "name",
    "separators",
    "word",
    "dash",
    "break",
    "factor",
    "filled",
)
Tell = Callable[[str], None]


def plain_code(text: str, tell: Tell, with_name: bool = True) -> str:
    """A code as the importer reads it: `code` or `code-name`. What is no code comes back as it is."""
    code, _dash, name = text.partition("-")
    if code.isascii() and code.isdigit() and (with_name or not name) and "\n" not in name:
        return text
    if len(text) > LONGEST:
        return text
    plain = _joined(text).translate(WIDE).lstrip(QUOTES).strip(BLANKS)
    whole = DECIMAL_CODE.fullmatch(plain)
    if whole:
        tell(NUMBER)
        return whole[1]
    found = CODE_NAME.fullmatch(plain)
    if found is None:
        return text
    name = (found[2] or "").strip(BLANKS)
    code = found[1].replace(" ", "")
    result = f"{code}-{name}" if with_name and name else code
    if result != text:
        tell(NAME if name else WIDTH)
    return result


def plain_amount(text: str, factor: int, tell: Tell) -> str:
    """An amount in yuan as plain figures; `factor` is what one of it is in yuan. What is no amount comes back as it is."""
    plain = CURRENCY.sub(r"\1", text.translate(WIDE).strip(BLANKS))
    if NOTHING.fullmatch(plain):
        tell(DASH)
        return ""
    word = MONEY_WORD.search(plain)
    if word:
        plain = plain[: word.start()].rstrip(BLANKS)
        factor = 10_000 if word[1] == "万元" else 1
    found = SHAPE.fullmatch(plain)
    if found is None:
        return text
    digits = plain.replace(found["mark"] or ",", "")
    if word:
        tell(WORD)
    elif digits != text:
        tell(SEPARATORS)
    return digits if factor == 1 else times(digits, factor)


def times(digits: str, factor: int) -> str:
    """Figures times a factor, exactly; with two decimals where no more are needed."""
    amount = Decimal(digits) * factor
    try:
        cents = amount.quantize(CENT)
    except InvalidOperation:
        return f"{amount:f}"
    return f"{cents:f}" if cents == amount else f"{amount.normalize():f}"


def plain_text(text: str, tell: Tell) -> str:
    """A text in one line: Chinese words that a narrow column broke are put together again."""
    if "\n" not in text and "\r" not in text:
        return text
    tell(BREAK)
    return _joined(text)


def _joined(text: str) -> str:
    parts = [part.strip(BLANKS) for part in LINE_END.split(text.strip(BLANKS))]
    joined = parts[0]
    for part in parts[1:]:
        is_word = LETTER.match(joined[-1:]) and LETTER.match(part[:1])
        joined += f" {part}" if is_word else part
    return joined
