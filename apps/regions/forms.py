"""Forms of the administration about the roll-out."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.regions.models import Region, RegionPhase, RolloutPhase
from apps.regions.modules import MODULES


class PhaseForm(forms.ModelForm):
    """A phase, its modules as boxes to tick."""

    modules = forms.MultipleChoiceField(
        label=_("modules opened"),
        choices=[(name, label) for name, label in MODULES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    class Meta:
        model = RolloutPhase
        fields = ("number", "name", "starts_on", "modules", "basis")


class SwitchForm(forms.ModelForm):
    """One region that enters a phase, or all that are planned for it and have not entered it."""

    planned = forms.BooleanField(
        label=_("all regions planned for this phase"),
        required=False,
        help_text=_("Those whose own page names the number of this phase and that have not entered it yet."),
    )

    class Meta:
        model = RegionPhase
        fields = ("phase", "region", "planned", "since", "basis")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.regions: list[Region] = []
        if "region" in self.fields:
            self.fields["region"].required = False

    def clean(self) -> Any:
        cleaned = super().clean() or self.cleaned_data
        phase, region = cleaned.get("phase"), cleaned.get("region")
        if not phase:
            return cleaned
        if cleaned.get("planned"):
            waiting = Region.objects.filter(phase=phase.number).exclude(phases__phase=phase)
            self.regions = list(waiting.order_by("code"))
        else:
            self.regions = [region] if region else []
        if not self.regions:
            self.add_error("region", _("Name a region, or tick that all planned for this phase enter it."))
        return cleaned
