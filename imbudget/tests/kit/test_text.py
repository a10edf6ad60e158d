"""Mongolian and Chinese text: cleaned without hurting spelling, found in spite of it."""

import pytest

from imbudget.kit.text import clean, initials, name_key, search_key, strip

NNBSP, MVS, FVS1, FVS4, ZWJ = "\u202f", "\u180e", "\u180b", "\u180f", "\u200d"
# Pairs that a reader takes for one word: the same look, or spelt with and without joining controls.
ALIKE = [
    ("ᠮᠣᠩᠭᠣᠯ", "ᠮᠤᠩᠭᠤᠯ"),
    ("ᠰᠠᠢᠨ", "ᠰᠠᠶᠢᠨ"),
    ("ᠬᠤᠳᠤᠭ", "ᠬᠣᠲᠣᠭ"),
    ("ᠪᠠᠲᠤ", "ᠪᠠᠳᠤ"),
    ("ᠦᠵᠡᠬᠦ", "ᠥᠵᠡᠬᠦ"),
    ("ᠭᠠᠵᠠᠷ", "ᠬᠠᠵᠠᠷ"),
    (f"ᠪᠠᠭ{MVS}ᠠ", "ᠪᠠᠭᠠ"),
    (f"ᠮᠣᠩᠭ{FVS1}ᠣᠯ", "ᠮᠣᠩᠭᠣᠯ"),
    (f"ᠮᠣᠩᠭᠣᠯ{NNBSP}ᠤᠨ", "ᠮᠣᠩᠭᠣᠯᠤᠨ"),
    (f"ᠮᠣᠩᠭᠣᠯ{NNBSP}ᠤᠨ", f"ᠮᠣᠩᠭᠣᠯ{MVS}ᠤᠨ"),
    (f"ᠬ{ZWJ}ᠡᠯᠡ{FVS4}", "ᠬᠡᠯᠡ"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_words_that_look_alike_share_their_search_key(one, other):
    assert search_key(one) == search_key(other)


@pytest.mark.parametrize(("one", "other"), [("ᠮᠣᠩᠭᠣᠯ", "ᠮᠣᠷᠢ"), ("预算", "决算"), ("A1", "A2"), ("ᠰᠠᠢᠨ", "ᠰᠠᠨ")])
def test_other_words_keep_another_search_key(one, other):
    assert search_key(one) != search_key(other)


def test_case_and_width_do_not_matter_to_the_search_key():
    assert search_key("ＡＢｃ－１２３（甲）\u3000乙") == search_key("abC-123(甲) 乙")


def test_the_key_of_a_part_stands_in_the_key_of_the_whole():
    assert search_key("ᠮᠤᠩᠭᠤᠯ") in search_key(f"ᠥᠪᠥᠷ ᠮᠣᠩᠭᠣᠯ{NNBSP}ᠤᠨ")


@pytest.mark.parametrize("word", [f"ᠮᠣᠩᠭᠣᠯ{NNBSP}ᠤᠨ", f"ᠪᠠᠭ{MVS}ᠠ", f"ᠮᠣᠩᠭ{FVS1}ᠣᠯ", f"ᠬᠡᠯᠡ{FVS4}", f"ᠬ{ZWJ}"])
def test_clean_keeps_what_is_spelling(word):
    assert clean(word) == word


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("\ufeff预算\u200b表", "预算表"),
        (f"{FVS1}预算", "预算"),
        (f"预{FVS1}{FVS4}算", "预算"),
        (f"{FVS1}{FVS1}ᠮ", "ᠮ"),
        ("e\u0301", "\u00e9"),
        ("a\x00b\x07c\x85", "abc"),
        ("a\ufffeb\uffffc\ud83d", "abc"),
        ("一\t二\n三", "一\t二\n三"),
    ],
)
def test_clean_drops_what_nobody_sees(dirty, cleaned):
    assert clean(dirty) == cleaned
    assert clean(cleaned) == cleaned


@pytest.mark.parametrize("char", ["\ue000", "\ue234", "\uf8ff"])
def test_clean_refuses_the_codes_of_old_mongolian_input_methods(char):
    with pytest.raises(ValueError, match="private-use"):
        clean(f"ᠮ{char}")


def test_strip_cuts_blanks_but_no_mongolian_joiner():
    assert strip(" \t\r\n\u3000预算\u3000\n") == "预算"
    assert strip(f"{NNBSP}ᠤᠨ{MVS} ") == f"{NNBSP}ᠤᠨ{MVS}"


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("新城区", "xcq"),
        ("呼和浩特市", "hhhts"),
        ("包头市第9中学", "btsd9zx"),
        ("中国银行", "zgyh"),  # a character with two readings is read as in its word
        ("重点项目", "zdxm"),
        ("ABC（一）", "abcy"),
        ("ᠮᠣᠩᠭᠣᠯ", ""),
        ("", ""),
    ],
)
def test_initials_are_the_first_letters_of_the_pinyin(text, letters):
    assert initials(text) == letters


def test_a_name_key_ends_with_the_initials_however_long_the_names():
    key = name_key("新城区" * 100, "ᠮᠣᠩᠭᠣᠯ", "150102", limit=500)
    assert len(key) <= 500
    assert key.endswith(" " + "xcq" * 100)
