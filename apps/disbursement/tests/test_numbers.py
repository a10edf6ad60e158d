"""Check digits and names: published examples, one digit wrong, the many dots of one name."""

import pytest

from apps.disbursement.names import looks_like_person, name_key
from apps.disbursement.numbers import is_credit_code, is_id_number, looks_like_card, passes_luhn


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "11010519491231002x"])
def test_id_numbers_of_the_standard(number):
    """The two examples of GB 11643-1999."""
    assert is_id_number(number)


@pytest.mark.parametrize(
    "number",
    ["110105194912310021", "11010519491331002X", "11010518491231002X", "110105491231002", "", "1101051949123100２X"],
)
def test_id_numbers_that_cannot_be(number):
    assert not is_id_number(number)


@pytest.mark.parametrize("code", ["91350100M000100Y43", "91110000802100433B"])
def test_credit_codes(code):
    """The example of GB 32100-2015, and one in use."""
    assert is_credit_code(code)


@pytest.mark.parametrize("code", ["91350100M000100Y44", "91350100I000100Y43", "91350100M000100Y4", ""])
def test_credit_codes_that_cannot_be(code):
    assert not is_credit_code(code)


def test_cards():
    assert passes_luhn("6222 0212 0000 0000 008") == passes_luhn("6222021200000000008")
    assert passes_luhn("4539 1488 0343 6467")
    assert not passes_luhn("4539 1488 0343 6466")
    assert not passes_luhn("")
    assert looks_like_card("6228480100000000001")
    assert not looks_like_card("1501230100000000001")
    assert not looks_like_card("62-ABC")


@pytest.mark.parametrize(
    "name",
    ["阿拉坦·其木格", "阿拉坦•其木格", "阿拉坦・其木格", "阿拉坦．其木格", "阿拉坦‧其木格", " 阿拉坦 · 其木格　"],
)
def test_one_name_however_its_dot_is_written(name):
    assert name_key(name) == "阿拉坦·其木格"


def test_names_that_are_not_the_same():
    assert name_key("阿拉坦其木格") != name_key("阿拉坦·其木格")
    assert name_key("ＡＢ（集团）公司") == name_key("ab(集团)公司")


def test_first_guess_of_whose_name_it_is():
    assert [looks_like_person(name) for name in ("阿拉坦·其木格", "王伟", "新城区财政局", "蒙草生态股份公司")] == [
        True,
        True,
        False,
        False,
    ]
