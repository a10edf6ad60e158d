"""What rules may ask of a payment: each fact with its kind, and the question to the database that it comes from.

Facts of a row are asked for each payee, the others once for the payment. `GROUPS` says which of them cost a query;
a query is made only where a rule in force asks for one of its facts, and never more than once for a payment.
"""

import unicodedata
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.codes.models import ExpenditureKind, WatchedItem
from apps.disbursement.models import Business, Settlement
from apps.lowcode.conditions import Fact, Kind
from apps.regions.models import UnitNature

Choices = tuple[tuple[str, Any], ...]


def _choices(source: Any) -> Choices:
    return tuple((str(value), label) for value, label in source.choices)


PAYEE_KINDS: Choices = (
    ("own", _("the unit itself")),
    ("unit", _("another budget unit")),
    ("finance", _("finance office, bank or special account")),
    ("township", _("sumu, township or village")),
    ("person", _("natural person")),
    ("company", _("company or other body")),
)

ROW_FACTS = (
    Fact("amount", _("amount of the payee"), Kind.MONEY),
    Fact("payee_name", _("payee"), Kind.TEXT),
    Fact("payee_kind", _("kind of payee"), Kind.CHOICE, PAYEE_KINDS),
    Fact("words", _("purpose and payee"), Kind.TEXT),
    Fact("round_hundreds", _("amount in whole hundreds"), Kind.BOOLEAN),
    Fact("account_names", _("payees of the request with this account"), Kind.INTEGER),
    Fact("account_is_own", _("account of the unit or its finance office"), Kind.BOOLEAN),
    Fact("payee_times", _("earlier payments of the unit to this account"), Kind.INTEGER),
    Fact("payee_times_year", _("payments to this account this year, with this one"), Kind.INTEGER),
    Fact("payee_sum_year", _("paid to this account this year, with this one"), Kind.MONEY),
    Fact("payee_least_year", _("smallest payment to this account this year"), Kind.MONEY),
    Fact("same_30_days", _("same payee, amount and purpose within 30 days"), Kind.INTEGER),
    Fact("account_other_name", _("account was paid under another name"), Kind.BOOLEAN),
    Fact("failed_before", _("earlier payments to this account that failed"), Kind.INTEGER),
)
HEAD_FACTS = (
    Fact("total", _("total of the request"), Kind.MONEY),
    Fact("payees", _("number of payees"), Kind.INTEGER),
    Fact("purpose", _("purpose"), Kind.TEXT),
    Fact("purpose_length", _("characters of the purpose"), Kind.INTEGER),
    Fact("business", _("type of business"), Kind.CHOICE, _choices(Business)),
    Fact("settlement", _("way of settling"), Kind.CHOICE, _choices(Settlement)),
    Fact("department_economic", _("department economic class"), Kind.TEXT),
    Fact("government_economic", _("government economic class"), Kind.TEXT),
    Fact("economic_fits", _("economic classes fit the nature of the unit"), Kind.BOOLEAN),
    Fact("function", _("function code"), Kind.TEXT),
    Fact("fund", _("fund type"), Kind.TEXT),
    Fact("kind", _("kind of expenditure"), Kind.CHOICE, _choices(ExpenditureKind)),
    Fact("project_code", _("project code"), Kind.TEXT),
    Fact("document_number", _("document number of the authority"), Kind.TEXT),
    Fact("unit_code", _("unit code"), Kind.TEXT),
    Fact("unit_nature", _("nature of unit"), Kind.CHOICE, _choices(UnitNature)),
    Fact("is_upper", _("money of an upper level"), Kind.BOOLEAN),
    Fact("is_direct", _("direct funds"), Kind.BOOLEAN),
    Fact("is_debt", _("debt"), Kind.BOOLEAN),
    Fact("is_procurement", _("government procurement"), Kind.BOOLEAN),
    Fact("has_contract", _("names a contract"), Kind.BOOLEAN),
    Fact("available", _("left of the authority after this payment"), Kind.MONEY),
    Fact("execution_rate", _("spent or applied for of the authority (%)"), Kind.PERCENT),
    Fact("month", _("month"), Kind.INTEGER),
    Fact("days_left", _("days to the end of the year"), Kind.INTEGER),
    Fact("hour", _("hour of the day"), Kind.INTEGER),
    Fact("is_working_day", _("working day"), Kind.BOOLEAN),
    Fact("watched_item", _("watched item"), Kind.CHOICE, _choices(WatchedItem)),
    Fact("watched_sum", _("watched item: sum of the year, with this payment"), Kind.MONEY),
    Fact("watched_sum_before", _("watched item: sum of the same months of last year"), Kind.MONEY),
    Fact("watched_growth", _("watched item: above the same months of last year by"), Kind.MONEY),
    Fact("economic_sum_month", _("economic class: sum of the month, with this payment"), Kind.MONEY),
)
FACTS = (*ROW_FACTS, *HEAD_FACTS)
BY_KEY = {fact.key: fact for fact in FACTS}
OF_ROWS = frozenset(fact.key for fact in ROW_FACTS)

# The query that a fact needs; those that are not named stand in the payment itself, its rows and its authority.
GROUPS = {
    **dict.fromkeys(("payee_kind", "account_is_own"), "places"),
    **dict.fromkeys(
        (
            *("payee_times", "payee_times_year", "payee_sum_year", "payee_least_year"),
            *("same_30_days", "account_other_name", "failed_before"),
        ),
        "history",
    ),
    "economic_fits": "derivation",
    "is_working_day": "calendar",
    **dict.fromkeys(("watched_item", "watched_sum", "watched_sum_before", "watched_growth"), "watched"),
    "economic_sum_month": "month",
}

BODIES = (
    *("公司", "企业", "厂", "店", "中心", "局", "院", "所", "校", "会", "社", "部", "处", "站", "队", "行", "场", "馆"),
    *("府", "委", "团", "室", "园", "银行", "财政", "专户", "超市", "酒店", "宾馆", "苏木", "嘎查", "村", "镇", "户"),
)
FINANCE = ("财政局", "财政厅", "财政所", "专户", "待报解", "财务", "银行", "信用社", "结算中心", "支付中心", "核算中心")
TOWNSHIPS = ("苏木", "嘎查", "人民政府", "街道办", "村民委员会", "村委会", "镇政府", "乡政府", "合作总社")
LONGEST_PERSON = 4
DOTS = str.maketrans(dict.fromkeys("•・．∙‧᠂", "·"))


def plain_name(name: str) -> str:
    """A name for comparing: variants of the middle dot and widths of characters made one, blanks left out."""
    return "".join(unicodedata.normalize("NFKC", name.translate(DOTS)).translate(DOTS).split())


def looks_like_a_person(name: str) -> bool:
    """Whether a name is that of a natural person: short or with a middle dot, and no word of a body in it."""
    plain = plain_name(name)
    if any(word in plain for word in BODIES):
        return False
    is_mongolian = any("\u1800" <= character <= "\u18aa" for character in plain)
    return is_mongolian or "·" in plain or len(plain) <= LONGEST_PERSON


def payee_kind(name: str, unit_name: str, unit_names: frozenset[str]) -> str:
    """What sort of payee a name is; `unit_names` are the other budget units of the region, as `plain_name` writes them."""
    plain = plain_name(name)
    if plain == plain_name(unit_name):
        return "own"
    if plain in unit_names:
        return "unit"
    if any(word in plain for word in FINANCE):
        return "finance"
    if any(word in plain for word in TOWNSHIPS):
        return "township"
    return "person" if looks_like_a_person(name) else "company"
