"""Amounts: written, read and spelt."""

from decimal import Decimal

import pytest

from imbudget.kit.money import capital_amount, format_yuan, parse_amount, parse_with_unit

# The examples of the People's Bank's rules for filling in bills are among them.
CAPITALS = {
    "0": "零元整",
    "0.004": "零元整",
    "0.05": "伍分",
    "0.50": "伍角整",
    "0.56": "伍角陆分",
    "1": "壹元整",
    "10": "壹拾元整",
    "100.05": "壹佰元零伍分",
    "325.04": "叁佰贰拾伍元零肆分",
    "1409.50": "壹仟肆佰零玖元伍角整",
    "1680.32": "壹仟陆佰捌拾元叁角贰分",
    "6007.14": "陆仟零柒元壹角肆分",
    "16409.02": "壹万陆仟肆佰零玖元零贰分",
    "10001": "壹万零壹元整",
    "100500": "壹拾万零伍佰元整",
    "107000.53": "壹拾万柒仟元伍角叁分",
    "1000000": "壹佰万元整",
    "10000000001": "壹佰亿零壹元整",
    "100002345": "壹亿零贰仟叁佰肆拾伍元整",
    "105000000": "壹亿零伍佰万元整",
    "1000000000000": "壹万亿元整",
    "1000500000000": "壹万零伍亿元整",
    "1234567890123456.78": "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌亿玖仟零壹拾贰万叁仟肆佰伍拾陆元柒角捌分",
    "-12.30": "负壹拾贰元叁角整",
    "-0.001": "零元整",
    "2.675": "贰元陆角捌分",
}


@pytest.mark.parametrize(("amount", "spelt"), CAPITALS.items())
def test_capital_amounts_follow_the_rules_for_bills(amount, spelt):
    assert capital_amount(Decimal(amount)) == spelt


@pytest.mark.parametrize("amount", ["1e16", "-1e16", "9999999999999999.995"])
def test_capital_amount_refuses_what_it_has_no_words_for(amount):
    with pytest.raises(ValueError, match="too large"):
        capital_amount(Decimal(amount))


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        ("0", "yuan", "0.00"),
        ("1234567.895", "yuan", "1,234,567.90"),
        ("2.675", "yuan", "2.68"),
        ("-2.675", "yuan", "-2.68"),
        ("-0.001", "yuan", "0.00"),
        ("123456789012345678.99", "yuan", "123,456,789,012,345,678.99"),
        ("12345678.00", "wan", "1,234.57"),
        ("50", "wan", "0.01"),
        ("49.99", "wan", "0.00"),
        ("-49.99", "wan", "0.00"),
        ("123456789012345650.00", "wan", "12,345,678,901,234.57"),
    ],
)
def test_amounts_are_shown_with_separators_rounded_half_up(amount, unit, shown):
    assert format_yuan(Decimal(amount), unit) == shown


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("12", "12"),
        ("12345.6", "12345.60"),
        ("12,345.60", "12345.60"),
        ("1 234 567.8", "1234567.80"),
        ("1\u00a0234", "1234"),
        ("１２，３４５．６０", "12345.60"),
        ("\u3000￥1,000 ", "1000"),
        ("¥ 5", "5"),
        ("-¥5", "-5"),
        ("－３", "-3"),
        ("−0.01", "-0.01"),
        ("007", "7"),
        ("5\n", "5"),
    ],
)
def test_amounts_are_read_as_people_write_them(written, amount):
    assert parse_amount(written) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "empty"),
        (" \u3000", "empty"),
        ("¥", "empty"),
        ("-", "shape"),
        ("1,23", "shape"),
        ("1,234 567", "shape"),
        ("1 2", "shape"),
        ("12.", "shape"),
        (".5", "shape"),
        ("1.2.3", "shape"),
        ("10²", "shape"),
        ("①", "shape"),
        ("᠑᠒", "shape"),
        ("1e3", "shape"),
        ("NaN", "shape"),
        ("--5", "shape"),
        ("-¥-5", "shape"),
        ("壹佰元", "shape"),
        ("5万", "shape"),
        ("=1+1", "shape"),
        ("0.001", "decimals"),
        ("1,234.500", "decimals"),
    ],
)
def test_what_is_not_clearly_an_amount_is_refused_with_the_reason(written, reason):
    with pytest.raises(ValueError, match=f"^{reason}$"):
        parse_amount(written)


@pytest.mark.parametrize("amount", ["0.00", "0.01", "-1234.50", "99999999999999999.99"])
def test_what_is_shown_can_be_read_back(amount):
    assert parse_amount(format_yuan(Decimal(amount))) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1,200.5万元", "12005000"),
        ("１２．３４５６万元", "123456"),
        ("¥ 3亿", "300000000"),
        ("5千元", "5000"),
        ("12.30 元", "12.30"),
        ("12.30", "12.30"),
        ("-2万", "-20000"),
    ],
)
def test_an_amount_may_carry_its_unit(written, amount):
    assert parse_with_unit(written) == Decimal(amount)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("万元", "shape"),
        ("1,23万元", "shape"),
        ("12.345678万元", None),
        ("12.3456789万元", "decimals"),
        ("12.345元", "decimals"),
        ("1" * 60 + "万元", "decimals"),
        ("十万元", "shape"),
        ("", "empty"),
    ],
)
def test_nothing_is_guessed_about_an_amount_with_its_unit(written, reason):
    if reason is None:
        assert parse_with_unit(written) == Decimal("123456.78")
        return
    with pytest.raises(ValueError, match=reason):
        parse_with_unit(written)
