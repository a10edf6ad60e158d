"""Pages of the record: the trail that an auditor reads."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evidence.models import Entry
from apps.evidence.selectors.shown import shown_in_log
from apps.evidence.tables import EntryTable
from apps.evidence.vocabulary import all_events, facts_in_words
from imbudget.kit.actor import Actor
from imbudget.kit.filters import FilterForm
from imbudget.kit.views import KitView, ListPage, ScopedMixin
from imbudget.kit.views.base import Crumb


class EntryFilter(FilterForm):
    event = forms.ChoiceField(label=gettext_lazy("operation"))
    since = forms.DateField(label=gettext_lazy("from"), widget=forms.DateInput(attrs={"placeholder": "2027-01-01"}))
    until = forms.DateField(label=gettext_lazy("until"), widget=forms.DateInput(attrs={"placeholder": "2027-12-31"}))
    lookups = {"event": "event", "since": "recorded_at__date__gte", "until": "recorded_at__date__lte"}

    def setup(self, actor: Actor) -> None:
        self.fields["event"].choices = [("", "—"), *all_events()]


class EntryList(ListPage):
    model = Entry
    table = EntryTable
    filters = EntryFilter
    grant = "evidence.see"
    title = gettext_lazy("recorded operations")
    empty_text = gettext_lazy("Nothing has been recorded in your region yet.")


class EntryPage(ScopedMixin, KitView):
    """One entry with its facts and its place in the chain."""

    model = Entry
    grant = "evidence.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("batch")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = self.get_object()
        context = {
            "title": entry.event_label,
            "crumbs": [Crumb(_("recorded operations"), reverse("evidence:entries"))],
            "entry": entry,
            "facts": facts_in_words(entry.facts),
            "leaf": bytes(entry.leaf).hex(),
            "head": bytes(entry.batch.head).hex() if entry.batch else "",
            "shown": shown_in_log(entry),
        }
        return TemplateResponse(request, "evidence/entry_detail.html", context)
