"""Forms of surveys: opening one, and the public form that its version describes."""

import time
from typing import Any

from django import forms
from django.core import signing
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from apps.lowcode.models import FormVersion
from apps.lowcode.rendering import AnswerForm
from apps.lowcode.selectors.forms import schema_of
from apps.performance.forms.values import day_field
from apps.performance.models import ProjectYear, Survey
from apps.performance.models.survey import USUAL_MINIMUM
from apps.performance.selectors.surveys import forms_for
from apps.performance.services import Plan
from imbudget.kit.errors import RuleViolation
from imbudget.kit.forms import TextField

SALT = "performance.survey.begun"
OPEN_AT_MOST = 24 * 60 * 60  # seconds between opening the page and sending it


class SurveyForm(forms.Form):
    """What a unit settles when it opens a survey."""

    version = forms.ModelChoiceField(
        FormVersion.objects.none(),
        label=_("form"),
        help_text=_("A published survey form; scores and choices whose values are points make the result."),
    )
    title = TextField(label=_("title"), max_length=120, help_text=_("As people read it on their phones."))
    opens_on = day_field(_("first day"))
    closes_on = day_field(_("last day"))
    minimum = forms.IntegerField(
        label=_("answers needed"),
        initial=USUAL_MINIMUM,
        validators=[MinValueValidator(1), MaxValueValidator(100000)],
        help_text=_("With fewer answers there is no result, and nothing is scored."),
    )

    def __init__(self, data: Any = None, files: Any = None, *, of: ProjectYear, **kwargs: Any) -> None:
        super().__init__(data=data, files=files, **kwargs)
        self.fields["version"].queryset = forms_for(of)

    @property
    def plan(self) -> Plan:
        return Plan(**self.cleaned_data)


class PublicSurveyForm(AnswerForm):
    """The questions, with what keeps machines out: the work done, and when the page was opened."""

    def __init__(self, data: Any = None, files: Any = None, *, survey: Survey) -> None:
        super().__init__(schema_of(survey.version), data=data, prefix="a")
        self.code = survey.code
        self.fields["altcha"] = forms.CharField(required=False, widget=forms.HiddenInput)
        self.fields["begun"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=self.now())

    def now(self) -> str:
        """The moment the page was opened, signed."""
        return signing.dumps([self.code, int(time.time())], salt=SALT)

    @property
    def seconds(self) -> int:
        """How long the page stood open. Raises RuleViolation for a mark that is not ours, or too old."""
        try:
            code, begun = signing.loads(self.cleaned_data["begun"], salt=SALT, max_age=OPEN_AT_MOST)
        except signing.BadSignature as error:
            raise RuleViolation(_now("The page stood open too long. Open it again.")) from error
        if code != self.code:
            raise RuleViolation(_now("The page stood open too long. Open it again."))
        return max(0, int(time.time()) - begun)
