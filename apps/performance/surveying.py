"""What answers of a survey come to, and which of them are set aside; no database.

A question is marked for satisfaction by its kind: a score counts as its share of the full mark, a choice whose values are
all whole numbers from 0 to 100 counts as that number (非常满意 100, 满意 80, …). Other questions are only counted.
The satisfaction of one answer is the mean of what it says to these questions; the result of a survey is the mean of its
answers, each counting the same. Both on a scale of 0 to 100, rounded to two decimals at the end.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from apps.lowcode.schema.fields import Field, FormSchema
from apps.lowcode.schema.fields import FieldType as T

CENT = Decimal("0.01")
FULL = 100
# Questions that can be answered without naming anybody; a free text is kept, and the page asks for no names.
PUBLIC_TYPES = frozenset({T.CHOICE, T.MULTICHOICE, T.SCORE, T.INTEGER, T.PERCENT, T.TEXT, T.LONGTEXT, T.HEADING})
SECONDS_A_QUESTION = Decimal("1.5")  # nobody reads a question and answers it faster
LONG_TEXT = 12  # characters: two people do not write the same so long


@dataclass(frozen=True, slots=True)
class Question:
    """How a question was answered: the count of each choice in the order of the form, and the mean satisfaction."""

    label: str
    counts: list[tuple[str, int]]
    answered: int
    mean: Decimal | None

    @property
    def shares(self) -> list[tuple[str, int, Decimal]]:
        """Each choice with its count and its share of those who answered, in per cent."""
        return [
            (label, count, Decimal(count * 100) / self.answered if self.answered else Decimal(0))
            for label, count in self.counts
        ]


def is_marked(one: Field) -> bool:
    """Whether a question says how content somebody is."""
    if one.type == T.SCORE:
        return bool(one.most)
    return (
        one.type == T.CHOICE and bool(one.choices) and all(_points(choice.value) is not None for choice in one.choices)
    )


def unfit(schema: FormSchema) -> list[Field]:
    """Questions that a public survey may not ask: those about persons, files, tables and rows of this system."""
    return [one for one in schema if one.type not in PUBLIC_TYPES or one.protected]


def satisfaction(schema: FormSchema, values: Mapping[str, Any]) -> Decimal | None:
    """What one answer says, 0 to 100; None where it leaves all these questions out."""
    said = [points for one in schema if is_marked(one) and (points := points_of(one, values.get(one.key))) is not None]
    return rounded(sum(said, Decimal(0)) / len(said)) if said else None


def points_of(one: Field, value: Any) -> Decimal | None:
    """A stored answer to a marked question, 0 to 100."""
    if value is None:
        return None
    if one.type == T.SCORE:
        return Decimal(str(value)) * FULL / Decimal(one.most)
    return _points(str(value))


def result(scores: Iterable[Decimal | None]) -> Decimal | None:
    """The mean of answers that said anything."""
    said = [score for score in scores if score is not None]
    return rounded(sum(said, Decimal(0)) / len(said)) if said else None


def rounded(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)


def distribution(schema: FormSchema, answers: Sequence[Mapping[str, Any]]) -> list[Question]:
    """Each question that can be counted, in the order of the form."""
    return [_question(one, answers) for one in schema if one.type in {T.CHOICE, T.MULTICHOICE, T.SCORE}]


def _question(one: Field, answers: Sequence[Mapping[str, Any]]) -> Question:
    given = [value for answer in answers if (value := answer.get(one.key)) is not None]
    counts = Counter(str(each) for value in given for each in (value if isinstance(value, list) else [value]))
    if one.type == T.SCORE:
        rows = [(text, counts[text]) for text in sorted(counts, key=Decimal, reverse=True)]
    else:
        rows = [(str(choice.label), counts[choice.value]) for choice in one.choices]
    points = [said for value in given if is_marked(one) and (said := points_of(one, value)) is not None]
    return Question(str(one.label), rows, len(given), result(points))


def is_fast(schema: FormSchema, seconds: int) -> bool:
    """Whether it was filled in faster than anybody reads."""
    return seconds < SECONDS_A_QUESTION * sum(1 for one in schema if one.answered)


def long_texts(schema: FormSchema, values: Mapping[str, Any]) -> list[str]:
    """What somebody wrote in their own words, where it is long enough to be recognised."""
    texts = (str(values.get(one.key) or "").strip() for one in schema if one.type in {T.TEXT, T.LONGTEXT})
    return [text for text in texts if len(text) >= LONG_TEXT]


def _points(text: str) -> Decimal | None:
    is_number = text.isascii() and text.isdecimal() and len(text) <= len(str(FULL))
    return Decimal(text) if is_number and int(text) <= FULL else None
