"""Forms of the expert pool: an expert with employments and kin, the public application, a mark, an import."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.regions.models import Region
from apps.regions.pickers import unit_picker
from apps.review.expertfacts import LEVELS, LONGEST, MOST_ROWS, ExpertFacts, Relative, Tie, mask_email, mistakes, tidy
from apps.review.models import (
    Employment,
    EmploymentKind,
    Expert,
    ExpertField,
    Kinship,
    KinshipKind,
    Language,
    TitleRank,
)
from apps.review.selectors.pool import facts_of
from imbudget.kit.actor import NOBODY, Actor
from imbudget.kit.fields import mask_id, mask_phone
from imbudget.kit.forms import TableFileField, TextField
from imbudget.kit.pickers import PickerField

SPARE = 2  # empty rows of each list; a script adds more
MASKS = {"id_number": mask_id, "phone": mask_phone, "email": mask_email}


def _label(name: str, model: Any = Expert) -> Any:
    return model._meta.get_field(name).verbose_name


class RowForm(forms.Form):
    """One row of a list; it is none while `filled` columns are empty."""

    filled: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        return any(self.data.get(self.add_prefix(name), "").strip() for name in self.filled)


class TieForm(RowForm):
    filled = ("employer", "since", "until")
    employer = TextField(label=_label("employer", Employment), max_length=LONGEST["employer"])
    kind = forms.ChoiceField(
        label=_label("kind", Employment), choices=EmploymentKind.choices, initial=EmploymentKind.EMPLOYEE
    )
    since = forms.DateField(label=_label("since", Employment), widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_label("until", Employment), widget=forms.DateInput(attrs={"type": "date"}))


class RelativeForm(RowForm):
    filled = ("employer", "note")
    kind = forms.ChoiceField(label=_label("kind", Kinship), choices=KinshipKind.choices)
    employer = TextField(label=_label("employer", Kinship), max_length=LONGEST["employer"])
    note = TextField(label=_label("note", Kinship), max_length=LONGEST["note"])


class Rows(forms.BaseFormSet):
    """Rows of a list: what is sent replaces what was there, an emptied row is gone."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.required = False
            field.widget.attrs |= {"aria-label": f"{field.label}, {(index or 0) + 1}", "autocomplete": "off"}

    def filled_forms(self) -> list[RowForm]:
        return [form for form in self.forms if form.has_changed()]


def _rows(form: type[RowForm], prefix: str, data: Any, initial: list[Mapping[str, Any]]) -> Any:
    made = forms.formset_factory(form, formset=Rows, extra=SPARE, max_num=MOST_ROWS + SPARE, absolute_max=100)
    return made(data, prefix=prefix) if data is not None else made(prefix=prefix, initial=initial)


class ExpertForm(forms.Form):
    """What is written down of an expert, with two lists beside it; `facts()` is what the services take."""

    name = TextField(label=_label("name"), max_length=LONGEST["name"])
    id_number = TextField(
        label=_label("id_number"), max_length=20, widget=forms.TextInput(attrs={"class": "code", "autocomplete": "off"})
    )
    phone = TextField(label=_label("phone"), max_length=30, widget=forms.TextInput(attrs={"inputmode": "tel"}))
    email = TextField(label=_label("email"), max_length=LONGEST["email"], required=False)
    title_rank = forms.ChoiceField(label=_label("title_rank"), choices=TitleRank.choices)
    title = TextField(label=_label("title"), max_length=LONGEST["title"], required=False)
    employer = TextField(label=_label("employer"), max_length=LONGEST["employer"])
    employer_unit = PickerField(
        unit_picker,
        label=_label("employer_unit"),
        required=False,
        help_text=gettext_lazy("Where the employer is a budget unit: the expert is kept from its projects."),
    )
    level = forms.TypedChoiceField(label=_label("level"), coerce=int)
    languages = forms.MultipleChoiceField(
        label=_label("languages"), choices=Language.choices, widget=forms.CheckboxSelectMultiple
    )
    specialities = forms.MultipleChoiceField(
        label=gettext_lazy("fields of expertise"), widget=forms.CheckboxSelectMultiple(attrs={"class": "many"})
    )
    introduction = TextField(
        label=_label("introduction"),
        max_length=LONGEST["introduction"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    seen = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        region: Region,
        actor: Actor = NOBODY,
        expert: Expert | None = None,
    ) -> None:
        facts = facts_of(expert) if expert else None
        super().__init__(data, initial=self._initial(expert, facts, region))
        self.region, self.held = region, facts
        ties = [_as_row(tie, ("employer", "kind", "since", "until")) for tie in facts.employments] if facts else []
        kin = [_as_row(relative, ("kind", "employer")) for relative in facts.kin] if facts else []
        self.employments = _rows(TieForm, "employments", data, ties)
        self.kin = _rows(RelativeForm, "kin", data, kin)
        self._offer(facts)
        self._hide(facts)
        if "employer_unit" in self.fields:
            self.fields["employer_unit"].scope(actor)
            self.fields["employer_unit"].widget.label = str((expert and expert.employer_unit) or "")

    def _initial(self, expert: Expert | None, facts: ExpertFacts | None, region: Region) -> dict[str, Any]:
        if expert is None or facts is None:
            return {"level": region.level, "languages": [Language.CHINESE]}
        names = [name for name in self.base_fields if hasattr(facts, name) and name not in MASKS]
        values = {name: getattr(facts, name) for name in names}
        return values | {"specialities": list(facts.fields), "seen": expert.updated_at.isoformat()}

    def _offer(self, facts: ExpertFacts | None) -> None:
        """The levels that the region's pool serves, and the fields in use with those the expert has."""
        if "level" in self.fields:
            self.fields["level"].choices = [(level, label) for level, label in LEVELS if level >= self.region.level]
        held = set(facts.fields) if facts else set()
        rows = [row for row in ExpertField.objects.all() if row.is_active or row.code in held]
        self.fields["specialities"].choices = [(row.code, row.name) for row in rows]

    def _hide(self, facts: ExpertFacts | None) -> None:
        """What is masked on the expert's page is not shown here either: an empty field leaves it as it is."""
        for name, mask in MASKS.items():
            held = getattr(facts, name) if facts else ""
            if held:
                self.fields[name].required = False
                text = _("Now %(masked)s. Leave it empty to keep it.") % {"masked": mask(held)}
                self.fields[name].help_text = escape(text)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not (self.employments.is_valid() and self.kin.is_valid()):
            raise ValidationError(_("Some cells cannot be read; it stands below them."))
        if not self.errors:
            self.take(mistakes(tidy(self.facts())))
        return values

    def is_valid(self) -> bool:
        return super().is_valid() and self.employments.is_valid() and self.kin.is_valid()

    def facts(self) -> ExpertFacts:
        """What was written; for a form whose cells could be read."""
        values = self.cleaned_data
        kept = {name: values[name] for name in values if name in ExpertFacts.__dataclass_fields__}
        ties = [Tie(**form.cleaned_data) for form in self.employments.filled_forms()]
        kin = [self._relative(form.cleaned_data) for form in self.kin.filled_forms()]
        for name in MASKS:
            kept[name] = kept[name] or (getattr(self.held, name) if self.held else "")
        given = {"level": self.region.level, **kept, "fields": tuple(values["specialities"])}
        return ExpertFacts(
            **(given | {"languages": tuple(values["languages"]), "employments": tuple(ties), "kin": tuple(kin)})
        )

    def _relative(self, values: dict[str, Any]) -> Relative:
        """A row whose note was left empty keeps the one it has."""
        notes = {(row.kind, row.employer): row.note for row in self.held.kin} if self.held else {}
        note = values["note"] or notes.get((values["kind"], values["employer"]), "")
        return Relative(values["kind"], values["employer"], note)

    def take(self, errors: Mapping[str, str]) -> None:
        """Say each mistake where it was made."""
        for place, text in errors.items():
            name, _dot, number = place.partition(".")
            if number:
                rows = self.employments if name == "employments" else self.kin
                rows.filled_forms()[int(number) - 1].add_error("employer", text)
                self.add_error(None, text)
            else:
                field = {"fields": "specialities"}.get(name, name)
                self.add_error(field if field in self.fields else None, text)


def _as_row(row: Tie | Relative, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


class ApplicationForm(ExpertForm):
    """What a person sends from the public page to stand in the pool of a region."""

    employer_unit = None
    level = None
    seen = None
    agrees = forms.BooleanField(
        label=gettext_lazy(
            "I agree that these data are kept for the expert pool and that I am asked to judge projects."
        )
    )


class RatingForm(forms.Form):
    """How an expert did the work of a panel."""

    score = forms.TypedChoiceField(
        label=gettext_lazy("mark"), coerce=int, choices=[(mark, str(mark)) for mark in range(5, 0, -1)]
    )
    comment = TextField(
        label=gettext_lazy("remark"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Needed below 3."),
    )


class ReasonForm(forms.Form):
    """Why; kept with the expert."""

    reason = TextField(label=gettext_lazy("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class ExpertImportForm(forms.Form):
    """A file of experts."""

    file = TableFileField()
    partial = forms.BooleanField(
        label=gettext_lazy("import the good rows even if others are wrong"),
        required=False,
        help_text=gettext_lazy("Otherwise one bad cell refuses the whole file."),
    )
    dry_run = forms.BooleanField(label=gettext_lazy("only check, do not import"), required=False)
