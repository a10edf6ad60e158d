"""The form of a rule: its words, when it is hit, and on what basis."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.lowcode.errors import DefinitionErrors
from apps.lowcode.jsontext import read_json
from apps.monitoring.judging import condition_of
from apps.monitoring.measures import MEASURES
from apps.monitoring.models import Exemption, ExemptionKind, Phase, Rule, RuleVersion
from apps.monitoring.models.rule import FOR_EVER
from imbudget.kit.errors import RuleViolation
from imbudget.kit.forms import TextField

MONGOLIAN = {"lang": "mn-Mong-CN"}
LINE = re.compile(r"\s*([a-z_]{1,40})\s*[=:：]\s*([0-9.]{1,20})\s*", re.ASCII)


def _choice(name: str) -> forms.ChoiceField:
    field = RuleVersion._meta.get_field(name)
    return forms.ChoiceField(label=field.verbose_name, choices=field.choices)


def _day(name: str, **kwargs: Any) -> forms.DateField:
    label = RuleVersion._meta.get_field(name).verbose_name
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **kwargs)


class RuleForm(forms.Form):
    """A version of a rule; the condition is built on the page and goes out as JSON."""

    code = forms.RegexField(
        r"^[A-Z0-9][A-Z0-9-]{1,19}$",
        label=_("code of the rule"),
        help_text=_("Capital letters, digits and hyphens, such as BQ01."),
    )
    upper = forms.ModelChoiceField(
        Rule.objects.none(),
        label=_("tightens"),
        required=False,
        help_text=_("A rule of an upper level; it goes on watching, and this one may only be stricter."),
    )
    name_zh_hans = TextField(label=_("name in Chinese"), max_length=120)
    name_mvf = TextField(
        label=_("name in Mongolian"), max_length=120, required=False, widget=forms.TextInput(attrs=MONGOLIAN)
    )
    theme_zh_hans = TextField(label=_("theme"), max_length=120, required=False)
    flow = _choice("flow")
    mode = _choice("mode")
    level = _choice("level")
    phase = _choice("phase")
    condition = TextField(
        label=_("hit when"), required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    measure = forms.ChoiceField(label=_("measure of a timed rule"), required=False)
    parameters = TextField(
        label=_("parameters"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line, such as share = 50."),
    )
    text_zh_hans = TextField(
        label=_("what people are told"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("What is wrong, and what the maker of the payment is to do."),
    )
    text_mvf = TextField(
        label=_("the same in Mongolian"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, **MONGOLIAN}),
    )
    basis_zh_hans = TextField(label=_("regulation"), max_length=200)
    clause_zh_hans = TextField(label=_("clause"), max_length=300, required=False)
    valid_from = _day("valid_from")
    valid_to = _day("valid_to", required=False)
    needs_evidence = forms.BooleanField(label=_("answers need a file"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def __init__(
        self, data: Any = None, files: Any = None, *, version: RuleVersion | None = None, uppers: Any = None
    ) -> None:
        super().__init__(data=data, initial=_initial(version))
        choices = [(key, one.label) for key, one in MEASURES.items()]
        self.fields["measure"].choices = [("", "—"), *choices]
        if version is None:
            self.fields["upper"].queryset = Rule.objects.none() if uppers is None else uppers
        else:
            del self.fields["code"], self.fields["upper"]

    def clean_condition(self) -> Any:
        text = self.cleaned_data["condition"]
        if not text.strip() or text.strip() == "null":
            return None
        try:
            found = read_json(text)
            condition_of(found)
        except DefinitionErrors as wrong:
            raise ValidationError([one.message for one in wrong]) from wrong
        except RuleViolation as wrong:
            raise ValidationError(str(wrong)) from wrong
        return found

    def clean_parameters(self) -> dict[str, str]:
        found = {}
        for line in self.cleaned_data["parameters"].splitlines():
            if not line.strip():
                continue
            read = LINE.fullmatch(line)
            if read is None:
                raise ValidationError(
                    _("“%(line)s” is no parameter: write it as share = 50."), params={"line": line[:40]}
                )
            found[read[1]] = read[2]
        return found

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("phase") == Phase.TIMED and not given.get("measure"):
            self.add_error("measure", _("A timed rule names its measure."))
        if given.get("measure") and "parameters" in given:
            try:
                MEASURES[given["measure"]].read(given["parameters"])
            except RuleViolation as wrong:
                self.add_error("parameters", str(wrong))
        return given

    def values(self) -> dict[str, Any]:
        """What the service takes: what belongs to the other phase is left out."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in {"code", "upper", "revision"}}
        given["valid_to"] = given["valid_to"] or FOR_EVER
        if given["phase"] == Phase.TIMED:
            return given | {"condition": None}
        return given | {"measure": "", "parameters": {}}


def _initial(version: RuleVersion | None) -> dict[str, Any]:
    if version is None:
        return {"valid_from": timezone.localdate(), "level": "yellow", "mode": "warn", "phase": "act"}
    names = ("flow", "mode", "level", "phase", "measure", "valid_from", "needs_evidence", "revision")
    words = ("name_zh_hans", "name_mvf", "theme_zh_hans", "text_zh_hans", "text_mvf", "basis_zh_hans", "clause_zh_hans")
    return {name: getattr(version, name) for name in (*names, *words)} | {
        "valid_to": None if version.valid_to == FOR_EVER else version.valid_to,
        "condition": json.dumps(version.condition, ensure_ascii=False, indent=1) if version.condition else "",
        "parameters": "\n".join(f"{key} = {value}" for key, value in version.parameters.items()),
    }


class TrialForm(forms.Form):
    """Which year of payments a rule is tried on."""

    year = forms.TypedChoiceField(label=_("fiscal year"), coerce=int)

    def __init__(self, *args: Any, years: Any = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["year"].choices = [(year, str(year)) for year in years]


class ExemptionForm(forms.Form):
    """An exception with its basis."""

    kind = forms.ChoiceField(label=_("by what"), choices=ExemptionKind.choices)
    value = TextField(
        label=Exemption._meta.get_field("value").verbose_name,
        max_length=140,
        help_text=_(
            "Codes match by their beginning, payees whole, purposes by a part. Account numbers are kept sealed."
        ),
    )
    basis = TextField(label=_("basis"), max_length=300)
    valid_from = forms.DateField(label=_("valid from"), widget=forms.DateInput(attrs={"type": "date"}))
    valid_to = forms.DateField(label=_("valid to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        return self.cleaned_data | {"valid_to": self.cleaned_data["valid_to"] or FOR_EVER}
