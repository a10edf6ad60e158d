"""Scores of a sheet: full mark, weight, the band that is expected, and the comment that a score outside of it needs."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode.schema.fields import Field
from apps.lowcode.schema.fields import FieldType as T
from apps.lowcode.schema.values import is_blank, plain_number, read_text, written
from apps.lowcode.words import Words

MOST = Decimal(1000)  # of a full mark and of a weight
COMMENT = Field("comment", T.LONGTEXT, Words(""), most=2000)


def wrong_score(field: Field, before: Sequence[Field]) -> Iterator[tuple[str, str]]:
    """What is wrong with a field as a score, or with its key beside the comments of scores."""
    if any(other.type == T.SCORE and other.comment_key == field.key for other in before):
        yield "key", _("The comment on a score is kept under this key.")
    if field.type != T.SCORE:
        return
    if any(other.key == field.comment_key for other in before):
        yield "key", _("The comment on a score is kept under this key.")
    if field.most is None or not 0 < field.most <= MOST:
        yield "max", _("A score has a full mark above 0 and of at most %(most)s.") % {"most": MOST}
        return
    if field.weight is not None and not 0 < field.weight <= MOST:
        yield "weight", _("A weight is above 0 and at most %(most)s.") % {"most": MOST}
    low, high = band(field)
    if not 0 <= low <= high <= field.most:
        yield "low", _("The band of a score lies between 0 and its full mark.")


def band(field: Field) -> tuple[Decimal, Decimal]:
    """From where to where a score needs no comment."""
    low = Decimal(0) if field.low is None else field.low
    return low, field.most if field.high is None else field.high


def weight_of(field: Field) -> Decimal:
    """What a score counts in the total: its weight, or its full mark where none is said."""
    return field.most if field.weight is None else field.weight


def read_comment(raw: Any) -> str:
    """The comment on a score. Raises AnswerError."""
    return "" if is_blank(raw) else read_text(COMMENT, written(raw))


def wanting_comment(field: Field, value: Any) -> str:
    """Why a stored score needs a comment; empty where it needs none."""
    low, high = band(field)
    if value is None or low <= Decimal(value) <= high:
        return ""
    text = _("A score outside of %(low)s to %(high)s needs a comment.")
    return text % {"low": plain_number(low), "high": plain_number(high)}
