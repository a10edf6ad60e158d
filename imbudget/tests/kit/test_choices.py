"""Choices of forms: an empty one is a dash, whoever made the field."""

from django import forms

from apps.performance.models import MonitoringForm
from apps.regions.models import Region


class _Form(forms.Form):
    region = forms.ModelChoiceField(Region.objects.none(), required=False)
    reason = MonitoringForm._meta.get_field("reason").formfield()
    own = forms.ChoiceField(choices=[("", "—"), ("a", "甲 & 乙")])


def test_an_empty_choice_is_a_dash():
    page = _Form({"own": "a"})
    text = page.as_p()
    assert "---------" not in text
    assert text.count(">—</option>") == 3
    assert '<option value="a" selected>甲 &amp; 乙</option>' in text
