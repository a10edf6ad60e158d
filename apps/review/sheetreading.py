"""Reading what an expert writes on a score sheet: answers, cost lines, opinion, amount, remark."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode.schema.answers import clean_answers
from apps.lowcode.selectors.forms import schema_of
from apps.lowcode.selectors.lookups import AnswerLookups
from apps.review.models import CostFinding, ReviewItem, ReviewKind, Verdict
from imbudget.kit.actor import Actor
from imbudget.kit.money import format_yuan, parse_with_unit
from imbudget.kit.text import clean, strip

LONGEST = {"comment": 4000, "reason": 500, "outlier_reason": 2000, "change_reason": 2000}
PARTS = ("values", "lines", "opinion", "amount", "comment")
Errors = dict[str, str]


@dataclass(slots=True)
class Read:
    """The parts of a sheet that were sent as they are kept, and a sentence for each place that could not be read."""

    parts: dict[str, Any] = field(default_factory=dict)
    errors: Errors = field(default_factory=dict)


def text_of(raw: Any, limit: int) -> str:
    """Clean text within its length. Raises ValueError with a sentence."""
    if raw is None:
        return ""
    if not isinstance(raw, str):
        raise ValueError(_("This is not text."))
    try:
        text = strip(clean(raw))
    except ValueError as error:
        raise ValueError(
            _("This text holds characters of an old Mongolian input method. Type it with a Unicode keyboard.")
        ) from error
    if len(text) > limit:
        words = {"length": len(text), "most": limit}
        raise ValueError(_("This text has %(length)s characters; at most %(most)s are allowed.") % words)
    return text


class SheetReader:
    """Reads sheets on one project. `draft` may lack what is needed; what cannot be read is left out and named."""

    def __init__(self, actor: Actor, item: ReviewItem, *, draft: bool) -> None:
        self.item, self.draft = item, draft
        self.review = item.review
        self.schema = schema_of(self.review.form_version)
        self.lookups = AnswerLookups(actor)
        is_budget = self.review.kind == ReviewKind.BUDGET
        self.findings: list[CostFinding] = list(item.findings.order_by("number")) if is_budget else []

    def read(self, patch: Mapping[str, Any]) -> Read:
        """The parts that a patch names."""
        found = Read()
        for name in PARTS:
            if name in patch:
                getattr(self, f"_{name}")(patch[name], found)
        if not self.draft:
            self._refuse_silence(found)
        return found

    def _values(self, raw: Any, found: Read) -> None:
        cleaned = clean_answers(self.schema, raw, lookups=self.lookups, draft=self.draft)
        found.parts["values"] = cleaned.values
        found.errors |= {f"values.{path}": text for path, text in cleaned.errors.items()}

    def _lines(self, raw: Any, found: Read) -> None:
        lines: dict[str, dict[str, str]] = {}
        sent = raw if isinstance(raw, Mapping) else {}
        for finding in self.findings:
            key = str(finding.number)
            line = sent.get(key)
            lines[key] = self._line(finding, line if isinstance(line, Mapping) else {}, found.errors)
        found.parts["lines"] = {key: line for key, line in lines.items() if line}
        if self.findings:
            amounts = [Decimal(line["amount"]) for line in lines.values() if "amount" in line]
            complete = len(amounts) == len(self.findings)
            found.parts["amount"] = sum(amounts, Decimal(0)) if complete else None

    def _line(self, finding: CostFinding, raw: Mapping[str, Any], errors: Errors) -> dict[str, str]:
        path, line = f"lines.{finding.number}", {}
        try:
            if reason := text_of(raw.get("reason"), LONGEST["reason"]):
                line["reason"] = reason
        except ValueError as error:
            errors[f"{path}.reason"] = str(error)
        try:
            amount = _amount(raw.get("amount"), finding.submitted)
        except ValueError as error:
            errors[f"{path}.amount"] = str(error)
            return line
        if amount is not None:
            line["amount"] = f"{amount:.2f}"
        elif not self.draft:
            errors[f"{path}.amount"] = _("Say what is left of this cost line.")
        if not self.draft and amount is not None and amount < finding.submitted and "reason" not in line:
            errors.setdefault(f"{path}.reason", _("Say why this line is cut."))
        return line

    def _opinion(self, raw: Any, found: Read) -> None:
        if raw in (None, ""):
            found.parts["opinion"] = ""
        elif isinstance(raw, str) and raw in Verdict.values:
            found.parts["opinion"] = raw
        else:
            found.errors["opinion"] = _("Choose one of the values offered.")

    def _amount(self, raw: Any, found: Read) -> None:
        if self.findings:
            return  # it is the sum of the lines
        try:
            found.parts["amount"] = _amount(raw, self.item.submitted)
        except ValueError as error:
            found.errors["amount"] = str(error)

    def _comment(self, raw: Any, found: Read) -> None:
        try:
            found.parts["comment"] = text_of(raw, LONGEST["comment"])
        except ValueError as error:
            found.errors["comment"] = str(error)

    def _refuse_silence(self, found: Read) -> None:
        """What a sheet must say by the kind of its review: whether, or how much."""
        opinion, amount = found.parts.get("opinion", ""), found.parts.get("amount")
        if self.review.kind == ReviewKind.EVALUATION and not opinion:
            found.errors.setdefault("opinion", _("Say whether the project should be supported."))
        if self.review.kind == ReviewKind.BUDGET and not self.findings and amount is None:
            found.errors.setdefault("amount", _("Say which amount is reasonable."))
        if opinion == Verdict.REJECT and not found.parts.get("comment"):
            found.errors.setdefault("comment", _("Say why the project should not be supported."))


def _amount(raw: Any, most: Decimal) -> Decimal | None:
    """An amount of at most what was submitted. Raises ValueError with a sentence."""
    if isinstance(raw, Decimal):
        raw = f"{raw:.2f}"
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    try:
        amount = parse_with_unit(raw) if isinstance(raw, str) else None
    except ValueError:
        amount = None
    if amount is None:
        raise ValueError(_("Write an amount in yuan, such as 12,345.60 or 1.2万元."))
    if amount < 0:
        raise ValueError(_("The amount must not be below zero."))
    if amount > most:
        raise ValueError(_("At most the amount submitted, %(amount)s, can be left.") % {"amount": format_yuan(most)})
    return amount
