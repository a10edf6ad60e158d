"""Forms of control figures: one figure, the split of a figure, the document by which figures are issued."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.budget.forms.sheets import ImportForm
from apps.budget.models import ControlFigure, ExpenditureKind
from apps.budget.selectors.control import written_of
from apps.budget.services.control import FigureInput, Share
from apps.codes.models import Catalog
from apps.codes.selectors import leaves
from apps.regions.models import Department, Region, Unit
from apps.regions.pickers import unit_picker
from imbudget.kit.actor import Actor
from imbudget.kit.forms import AmountField, TextField
from imbudget.kit.money import parse_amount
from imbudget.kit.pickers import PickerField

POOL = ("", _("pool of the region"))


def departments_of(region: Region) -> list[tuple[int, str]]:
    """The departments of a region's top level, which have figures, for a choice."""
    rows = Department.objects.filter(region=region, parent=None).order_by("code")
    return [(row.pk, f"{row.code} {row.name}") for row in rows]


def funds_of(year: int) -> list[tuple[int, str]]:
    return [(code.pk, str(code)) for code in leaves(year, Catalog.FUND)]


class FigureForm(forms.Form):
    """One figure: of the region's pool, of a department or of a unit."""

    department = forms.TypedChoiceField(
        label=_("competent department"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=_("Leave it empty for the region's pool, or where you choose a unit."),
    )
    unit = PickerField(unit_picker, label=_("budget unit"), required=False)
    fund = forms.TypedChoiceField(label=_("fund type"), coerce=int)
    kind = forms.ChoiceField(label=_("kind of expenditure"), choices=ExpenditureKind.choices)
    amount = AmountField(label=_("control figure"))
    reason = TextField(label=_("reason of the cut"), max_length=2000, required=False)
    seen = forms.CharField(required=False, max_length=2100, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Actor, region: Region, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].choices = [POOL, *departments_of(region)]
        self.fields["fund"].choices = funds_of(year)
        self.fields["unit"].scope(actor)

    def as_input(self) -> FigureInput:
        data = self.cleaned_data
        return FigureInput(
            data["fund"],
            data["kind"],
            data["amount"],
            department_id=None if data["unit"] else data["department"],
            unit_id=data["unit"],
            reason=data["reason"],
            seen=data["seen"],
        )

    def show(self, seen: str) -> None:
        """The figure that stands there is before the person's eyes now: the next save may replace it."""
        self.data = {**self.data.dict(), "seen": seen}


class SplitForm(forms.Form):
    """An amount and a reason for each part of a figure; a part left empty stays as it is.

    Each row carries what it showed (`base`). What somebody else has written since is taken over where this person
    changed nothing; where both did, the form comes back and shows both.
    """

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        parts: Iterable[Department | Unit],
        held: Mapping[int, ControlFigure],
    ) -> None:
        self.parts, self.held = list(parts), held
        self.changed: set[int] = set()  # parts that two people have written
        super().__init__(data=None if data is None else self._merged(data.dict()))
        for part in self.parts:
            given = held.get(part.pk)
            self.fields[f"amount_{part.pk}"] = AmountField(
                label=str(part), required=False, initial=given.amount if given else None
            )
            self.fields[f"reason_{part.pk}"] = TextField(
                label=_("reason of the cut"),
                max_length=2000,
                required=False,
                initial=given.reason if given else "",
            )

    def _merged(self, data: dict[str, Any]) -> dict[str, Any]:
        for part in self.parts:
            base, amount, reason = (data.get(f"{name}_{part.pk}") for name in ("base", "amount", "reason"))
            now = self.held.get(part.pk)
            if base is None or base == written_of(now):
                continue
            if _plain(amount, reason) == base:
                data[f"amount_{part.pk}"] = now.amount if now else ""
                data[f"reason_{part.pk}"] = now.reason if now else ""
            elif now is not None:
                self.changed.add(part.pk)
        return data

    def clean(self) -> dict[str, Any]:
        for pk in self.changed:
            text = _("Meanwhile %(amount)s was written here. Save again if yours is to take its place.")
            self.add_error(f"amount_{pk}", text % {"amount": f"{self.held[pk].amount:,.2f}"})
        return self.cleaned_data

    def rows(self) -> list[dict[str, Any]]:
        held = {pk: f"{figure.amount:.2f}" for pk, figure in self.held.items()}
        return [
            {
                "part": part,
                "given": self.held.get(part.pk),
                "held": held.get(part.pk, ""),
                "base": written_of(self.held.get(part.pk)),
                "amount": self[f"amount_{part.pk}"],
                "reason": self[f"reason_{part.pk}"],
            }
            for part in self.parts
        ]

    def shares(self) -> list[Share]:
        amounts: dict[int, Decimal | None] = {part.pk: self.cleaned_data[f"amount_{part.pk}"] for part in self.parts}
        return [
            Share(pk, amount, self.cleaned_data[f"reason_{pk}"], written_of(self.held.get(pk)))
            for pk, amount in amounts.items()
            if amount is not None
        ]


def _plain(amount: Any, reason: Any) -> str:
    """What a row of the form says, as `written_of` says it of a figure; empty where the row is empty."""
    if not amount:
        return ""
    try:
        return f"{parse_amount(str(amount)):.2f}|{reason or ''}"
    except ValueError:
        return str(amount)


class IssueForm(forms.Form):
    """The document by which figures come into force."""

    document = TextField(label=_("document number"), max_length=200)


class ControlImportForm(ImportForm):
    """A file of control figures; it is taken whole or not at all."""

    partial = None
