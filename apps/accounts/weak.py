"""Pieces that passwords in Chinese offices are guessed from: keys beside each other, pinyin, places, trades, years.

Compiled from the lists that assessors of 等保 try first and from published studies of leaked Chinese passwords (Li, Han, Xu,
USENIX Security 2014: pinyin, dates and keyboard columns lead). A password made of such pieces alone is weak, however many
classes of signs it has.
"""

import re
from collections.abc import Iterable

# Keys beside each other, row by row and column by column, forwards; backwards is looked for as well.
KEYBOARD = (
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "qazwsxedcrfvtgbyhnujm",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "741852963",
    "147258369",
    "159357",
)
# What stands on the digits' keys with Shift: `!QAZ@WSX` is `1qaz2wsx`.
SHIFTED = str.maketrans("!@#$%^&*()", "1234567890")
# Signs that stand for letters.
LOOKALIKE = str.maketrans("@$!013457", "asioleast")
WORDS = frozenset(
    [
        "admin",
        "administrator",
        "root",
        "user",
        "test",
        "guest",
        "system",
        "sysadmin",
        "manager",
        "master",
        "default",
        "public",
        "temp",
        "demo",
        "super",
        "password",
        "passwd",
        "passw0rd",
        "pass",
        "word",
        "pwd",
        "mima",
        "login",
        "welcome",
        "hello",
        "secret",
        "letmein",
        "dragon",
        "monkey",
        "iloveyou",
        "love",
        "abc",
        "qwe",
        "asd",
        "zxc",
        "woaini",
        "woaiwojia",
        "woaizhongguo",
        "wo",
        "ai",
        "ni",
        "aini",
        "nihao",
        "zhongguo",
        "china",
        "beijing",
        "tiananmen",
        "wangluo",
        "diannao",
        "jisuanji",
        "baobao",
        "baobei",
        "laopo",
        "laogong",
        "mama",
        "baba",
        "shengri",
        "kuaile",
        "xingfu",
        "pingan",
        "jiankang",
        "facai",
        "dajiahao",
        "gongxi",
        "neimenggu",
        "neimeng",
        "menggu",
        "mongol",
        "nmg",
        "nm",
        "huhehaote",
        "hohhot",
        "huhhot",
        "huhe",
        "hhht",
        "baotou",
        "bt",
        "chifeng",
        "cf",
        "tongliao",
        "tl",
        "ordos",
        "eerduosi",
        "hulunbeier",
        "hlbe",
        "hulun",
        "wulanchabu",
        "wlcb",
        "bayannaoer",
        "bynr",
        "wuhai",
        "wh",
        "xilinguole",
        "xlgl",
        "xingan",
        "xam",
        "alashan",
        "als",
        "manzhouli",
        "erlianhaote",
        "shenglihuaxian",
        "qixian",
        "qiqu",
        "caizheng",
        "caizhengju",
        "caizhengting",
        "czj",
        "czt",
        "czt",
        "czjt",
        "yusuan",
        "yusuanchu",
        "ys",
        "guoku",
        "zhifu",
        "bofu",
        "zhibiao",
        "zhanghu",
        "kuaiji",
        "chuna",
        "shenji",
        "jijian",
        "jihua",
        "danwei",
        "bumen",
        "keshi",
        "jigou",
        "gongzuo",
        "xitong",
        "guanli",
        "guanliyuan",
        "anquan",
        "jishu",
        "xinxi",
        "zhongxin",
        "bangong",
        "bangongshi",
        "shuiwu",
        "yinhang",
        "renmin",
        "zhengfu",
        "juzhang",
        "chuzhang",
        "kezhang",
        "zhuren",
        "wang",
        "li",
        "zhang",
        "liu",
        "chen",
        "yang",
        "zhao",
        "huang",
        "zhou",
        "wu",
        "xu",
        "sun",
        "hu",
        "zhu",
        "gao",
        "lin",
        "he",
        "guo",
        "ma",
        "luo",
        "bao",
        "spring",
        "summer",
        "autumn",
        "winter",
        "january",
        "monday",
    ]
)
LUCKY = (
    "1314520",
    "5201314",
    "1314",
    "520",
    "521",
    "666",
    "888",
    "999",
    "168",
    "188",
    "110",
    "119",
    "120",
    "007",
    "000",
    "111",
)
YEARS = re.compile(r"(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])?)?")
LEAST_ELSE = 4  # letters and digits that are no such piece
RUN = 4  # keys in a row that make a pattern
LONGEST = max(map(len, WORDS))


def has_keys_in_a_row(password: str) -> bool:
    """Whether four signs are keys beside each other along one of the usual ways, typed with Shift or without."""
    return any(_in_a_row(text) for text in (password.lower(), password.lower().translate(SHIFTED)))


def is_made_of_weak_pieces(password: str, own: Iterable[str] = ()) -> bool:
    """Whether hardly anything is left once words, years, lucky numbers and the person's `own` names are taken out."""
    small = password.lower()
    for name in own:
        small = small.replace(name.lower(), "|") if len(name) > 1 else small
    return any(len(_rest(text)) < LEAST_ELSE for text in {small, small.translate(LOOKALIKE), small.translate(SHIFTED)})


def _in_a_row(text: str) -> bool:
    ways = (*KEYBOARD, *(way[::-1] for way in KEYBOARD))
    return any(text[start : start + RUN] in way for start in range(len(text) - RUN + 1) for way in ways)


def _rest(text: str) -> str:
    """The letters and digits of no piece; the longest piece is taken first at each place."""
    text = YEARS.sub("|", text)
    for number in LUCKY:
        text = text.replace(number, "|")
    return "".join(_without_words(part) for part in re.split(r"[^a-z]+", re.sub(r"\d{1,2}(?!\d)", "|", text)))


def _without_words(letters: str) -> str:
    rest, place = "", 0
    while place < len(letters):
        length = next(
            (
                long
                for long in range(min(LONGEST, len(letters) - place), 1, -1)
                if letters[place : place + long] in WORDS
            ),
            0,
        )
        if not length:
            rest += letters[place]
        place += length or 1
    return rest
