"""What a draw asks for, as a form."""

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.review.models import ExpertField, Language, Review, TitleRank
from imbudget.kit.forms import TextField

LEVELS = [("0", _("autonomous region")), ("1", _("leagues and cities")), ("2", _("banners and counties"))]
QUOTA = "quota_"


class CriteriaForm(forms.Form):
    """Quotas of fields, levels of the pool, languages, lowest rank of title; `reason` where one is asked for."""

    levels = forms.MultipleChoiceField(
        label=_("levels of the pool"), choices=LEVELS, widget=forms.CheckboxSelectMultiple,
        help_text=_("Experts of the region itself and of those above it are in question."),
    )  # fmt: skip
    languages = forms.MultipleChoiceField(
        label=_("languages"), choices=Language.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each expert must master all of them."),
    )  # fmt: skip
    min_rank = forms.ChoiceField(
        label=_("at least with"), choices=[("", _("any title")), *TitleRank.choices], required=False
    )
    reason = TextField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, review: Review, with_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review = review
        if not with_reason:
            del self.fields["reason"]
        quotas = {f"{QUOTA}{field.code}": self.quota_of(field) for field in self.offered}
        self.fields = quotas | self.fields
        first = next(iter(quotas), None)
        if first:
            self.fields[first].help_text = _("Experts of each field; seats that are left over are open to every field.")

    @cached_property
    def offered(self) -> list[ExpertField]:
        return list(ExpertField.objects.filter(is_active=True))

    def quota_of(self, field: ExpertField) -> forms.IntegerField:
        most = self.review.panel_size
        return forms.IntegerField(label=field.name, min_value=0, max_value=most, required=False)

    @property
    def criteria(self) -> dict[str, Any]:
        """What the service takes."""
        values = self.cleaned_data
        quotas = {field.code: values.get(f"{QUOTA}{field.code}") for field in self.offered}
        return {
            "size": self.review.panel_size,
            "fields": {code: quota for code, quota in quotas.items() if quota},
            "levels": [int(level) for level in values["levels"]],
            "languages": values["languages"],
            "min_rank": values["min_rank"] or None,
        }


class ReplaceForm(forms.Form):
    """Why a seat is filled anew; it stands in the record."""

    reason = TextField(label=_("reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
