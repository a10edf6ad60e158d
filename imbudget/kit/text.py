"""Chinese and traditional Mongolian text: cleaned without hurting its spelling, and keys to search by.

U+202F, U+180E and the variation selectors are spelling in Mongolian; str.strip(), str.split() and NFKC
would cut or change words, so they are not used on it.
"""

import re
import unicodedata
from functools import lru_cache

BLANKS = " \t\r\n\u3000"
DROPPED = dict.fromkeys([0xFEFF, 0x200B])
PRIVATE = re.compile("[\ue000-\uf8ff]")
LONE_SELECTOR = re.compile("(?<![\u1800-\u18af])[\u180b-\u180d\u180f]+")
# Halves of characters and U+FFFE and U+FFFF are no text either; one of them makes a whole workbook unreadable.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
IGNORED = dict.fromkeys([0x180B, 0x180C, 0x180D, 0x180F, 0x180E, 0x202F, 0x200C, 0x200D, 0x1807, 0xFEFF, 0x200B])
# Letters that look alike in most positions fold together; readers and writers mix them up.
FOLDED = str.maketrans({"ᠡ": "ᠠ", "ᠤ": "ᠣ", "ᠦ": "ᠥ", "ᠳ": "ᠲ", "ᠭ": "ᠬ", "ᠵ": "ᠶ", "ᠸ": "ᠧ"})
NO_LETTER = re.compile("[^0-9a-z]")
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def clean(text: str) -> str:
    """NFC without invisible rubbish. Raises ValueError for private-use characters (Menksoft codes)."""
    if PRIVATE.search(text):
        raise ValueError("private-use characters")
    text = unicodedata.normalize("NFC", CONTROL.sub("", text)).translate(DROPPED)
    return LONE_SELECTOR.sub("", text)


def printable(text: str) -> str:
    """Without control characters: PostgreSQL takes no NUL. For what comes from an address and passes no form."""
    return CONTROL.sub("", text)


def strip(text: str) -> str:
    """Without blanks at both ends; a leading U+202F stays, it joins a suffix to the word before it."""
    return text.strip(BLANKS)


def search_key(text: str) -> str:
    """What to search by: case, width, Mongolian look-alikes and joining controls do not matter."""
    folded = unicodedata.normalize("NFC", text).translate(FULL_WIDTH).casefold().translate(IGNORED).translate(FOLDED)
    return folded.replace("ᠶᠢ", "ᠢ")


def initials(text: str) -> str:
    """The first letters of the pinyin of a Chinese text, as people type them to find a name: 新城区 gives xcq."""
    from pypinyin.seg.mmseg import seg  # its dictionaries take a third of a second to load: only who writes pays

    return "".join(map(_initials_of_word, seg.cut(text)))


@lru_cache(maxsize=50_000)
def _initials_of_word(word: str) -> str:
    """Of one word as the dictionary divides texts; names of a region are made of the same few thousand words."""
    from pypinyin import Style, lazy_pinyin

    letters = lazy_pinyin(word, style=Style.FIRST_LETTER, errors=lambda other: NO_LETTER.sub("", other.casefold()))
    return "".join(letters)


def name_key(chinese: str, *others: str, limit: int) -> str:
    """The search key of a row with a name: its Chinese name, other names and codes, and last its pinyin initials."""
    letters = initials(chinese)
    return f"{search_key(' '.join(filter(None, [chinese, *others])))[: limit - len(letters) - 1]} {letters}"
