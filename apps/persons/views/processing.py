"""Records of processing: the list, one of them, a new one, the end of an agreement."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.persons import policies, services
from apps.persons.forms import EndForm, ProcessingForm
from apps.persons.models import Processing
from apps.persons.tables import ProcessingTable
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def crumbs_of(processing: Processing | None = None) -> list[Crumb]:
    """The way back to the records, and to one of them."""
    crumbs = [Crumb(_("records of processing"), reverse("persons:processings"))]
    return crumbs if processing is None else [*crumbs, Crumb(str(processing), processing.get_absolute_url())]


class ProcessingList(ListPage):
    model = Processing
    table = ProcessingTable
    grant = "persons.inspect"
    title = gettext_lazy("records of processing")
    empty_text = gettext_lazy("Nothing has been recorded yet: impact assessments and who gets data stand here.")

    def get_actions(self) -> list[tuple[Any, str]]:
        may = policies.may_file_incident(self.actor)
        return [(_("record a processing"), reverse("persons:processing_new"))] if may else []


class ProcessingDetail(DetailPage):
    model = Processing
    grant = "persons.inspect"
    tabs = (Tab("text", gettext_lazy("result"), "persons/_processing.html"), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "author")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        return [
            (_("kind of record"), one.get_kind_display()),
            (_("region"), one.region),
            (_("purpose"), one.purpose_name),
            (_("who gets the data, or who assessed"), one.party),
            (_("agreement or basis"), one.basis),
            (pgettext("processing", "from"), one.since),
            (pgettext("processing", "until"), one.until or "–"),
            (_("author"), one.author),
        ]

    def get_acts(self) -> list[Act]:
        may = policies.may_end_processing(self.actor, self.object)
        end = Act(_("write down the end"), reverse("persons:processing_end", args=[self.object.pk]), may)
        return [end] if may else []


class ProcessingNew(FormPage):
    form_class = ProcessingForm
    grant = "persons.inspect"
    title = gettext_lazy("record a processing")
    submit_label = gettext_lazy("save")
    help_text = gettext_lazy("A record stays as it is and is kept for three years at least: nobody removes it.")

    def allowed(self) -> Verdict:
        return policies.may_file_incident(self.actor)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def get_cancel_url(self) -> str:
        return reverse("persons:processings")

    def save(self, form: ProcessingForm) -> str:
        return services.record_processing(self.actor, form.cleaned_data).get_absolute_url()


class ProcessingEnd(ActionPage):
    model = Processing
    grant = "persons.inspect"
    form_class = EndForm
    title = gettext_lazy("write down the end")
    question = gettext_lazy("Write down the last day of this agreement?")
    submit_label = gettext_lazy("save")

    def allowed(self, obj: Processing) -> Verdict:
        return policies.may_end_processing(self.actor, obj)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of(self.object)

    def act(self, obj: Processing, form: Any) -> None:
        services.end_processing(self.actor, obj, until=form.cleaned_data["until"])
