"""Incidents with personal data: the list, one of them, its steps, and the list of those concerned."""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.persons import policies, services
from apps.persons.affected import count_of, files_of
from apps.persons.copies import affected_book
from apps.persons.forms import AuthorityForm, IncidentForm, PersonsToldForm
from apps.persons.models import Incident
from apps.persons.tables import IncidentTable
from imbudget.kit import registry
from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict
from imbudget.kit.export import MIME
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act
from imbudget.kit.views.list import content_disposition
from imbudget.kit.views.public import private


def crumbs_of(incident: Incident | None = None) -> list[Crumb]:
    """The way back to the incidents, and to one of them."""
    crumbs = [Crumb(_("incidents with personal data"), reverse("persons:incidents"))]
    return crumbs if incident is None else [*crumbs, Crumb(str(incident), incident.get_absolute_url())]


class IncidentList(ListPage):
    model = Incident
    table = IncidentTable
    grant = "persons.inspect"
    title = gettext_lazy("incidents with personal data")
    empty_text = gettext_lazy("No incident has been written down.")

    def get_actions(self) -> list[tuple[Any, str]]:
        may = policies.may_file_incident(self.actor)
        return [(_("write an incident down"), reverse("persons:incident_new"))] if may else []


def _notice(page: DetailPage, incident: Incident) -> dict[str, Any]:
    """What authority and persons are told, and how many are concerned."""
    counts = count_of(incident, page.actor)
    held = [(registry.personal_data.get(label).label, count) for label, count in counts.items()]
    return {"incident": incident, "held": held, "files": files_of(incident)}


class IncidentDetail(DetailPage):
    model = Incident
    grant = "persons.inspect"
    tabs = (Tab("notice", gettext_lazy("what is told of it"), "persons/_incident.html", _notice), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "author", "suspect")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        return [
            (_("kind of incident"), one.get_kind_display()),
            (_("region"), one.region),
            (_("began at"), one.begun_at),
            (pgettext("incident", "ended at"), one.ended_at),
            (_("found at"), one.found_at),
            (_("account through which it happened"), one.suspect or "–"),
            (_("authority that was told"), one.authority or "–"),
            (_("authority told at"), one.authority_told_at or "–"),
            (_("persons told at"), one.persons_told_at or "–"),
            (_("state"), one.get_state_display()),
            (_("author"), one.author),
        ]

    def get_acts(self) -> list[Act]:
        one, may = self.object, policies.may_handle_incident(self.actor, self.object)
        acts = [
            Act(_("authority was told"), self._to("authority"), may, primary=True),
            Act(_("persons were told"), self._to("persons"), may),
            Act(_("list of those concerned"), self._to("affected"), policies.may_list_affected(self.actor, one)),
            Act(_("edit"), self._to("edit"), may),
            Act(_("close the incident"), self._to("close"), may),
        ]
        return [act for act in acts if act.verdict]

    def _to(self, name: str) -> str:
        return reverse(f"persons:incident_{name}", args=[self.object.pk])


class IncidentNew(FormPage):
    form_class = IncidentForm
    grant = "persons.inspect"
    title = gettext_lazy("write an incident down")
    submit_label = gettext_lazy("save")
    help_text = gettext_lazy(
        "Authority and persons are told at once: what leaked, was falsified or lost, the cause and the harm, what is done and"
        " what persons can do themselves, and whom to ask (PIPL 57)."
    )

    def allowed(self) -> Verdict:
        return policies.may_file_incident(self.actor)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def get_cancel_url(self) -> str:
        return reverse("persons:incidents")

    def save(self, form: IncidentForm) -> str:
        return services.file_incident(self.actor, form.values).get_absolute_url()


class IncidentEdit(IncidentNew):
    title = gettext_lazy("edit")

    @cached_property
    def object(self) -> Incident:
        found = Incident.objects.visible_to(self.request.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def setup_page(self) -> None:
        if self.request.actor.can(self.grant):
            self.object  # noqa: B018 - out of scope is 404 before anything else

    def allowed(self) -> Verdict:
        return policies.may_handle_incident(self.actor, self.object)

    def get_form(self, data: Any = None, files: Any = None) -> IncidentForm:
        return IncidentForm(data=data, instance=self.object)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: IncidentForm) -> str:
        incident = Incident.objects.get(pk=self.object.pk)
        services.change_incident(self.actor, incident, form.values)
        return incident.get_absolute_url()


class IncidentAction(ActionPage):
    model = Incident
    grant = "persons.inspect"
    submit_label = gettext_lazy("save")

    def allowed(self, obj: Incident) -> Verdict:
        return policies.may_handle_incident(self.actor, obj)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of(self.object)


class AuthorityTold(IncidentAction):
    form_class = AuthorityForm
    title = gettext_lazy("authority was told")
    question = gettext_lazy("Write down that the authority was told?")

    def act(self, obj: Incident, form: Any) -> None:
        services.tell_authority(self.actor, obj, **form.cleaned_data)


class PersonsTold(IncidentAction):
    form_class = PersonsToldForm
    title = gettext_lazy("persons were told")
    question = gettext_lazy("Write down how the persons were told?")

    def act(self, obj: Incident, form: Any) -> None:
        services.tell_persons(self.actor, obj, **form.cleaned_data)


class IncidentClose(IncidentAction):
    title = gettext_lazy("close the incident")
    question = gettext_lazy("Close this incident?")
    consequence = gettext_lazy("A closed incident stays as it is.")
    submit_label = gettext_lazy("close the incident")

    def act(self, obj: Incident, form: Any) -> None:
        services.close_incident(self.actor, obj)


class AffectedList(IncidentAction):
    """The list leaves in the answer to the confirmation: a GET shows nothing and writes nothing."""

    title = gettext_lazy("list of those concerned")
    question = gettext_lazy("Make the list of all whom this incident concerns?")
    consequence = gettext_lazy("It holds names and masked numbers. That it was made stays in the audit log.")
    submit_label = gettext_lazy("download")

    def allowed(self, obj: Incident) -> Verdict:
        return policies.may_list_affected(self.actor, obj)

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        incident = self.get_object()
        try:
            rows = services.list_affected(self.actor, incident)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            form = self.form_class(request.POST)
            form.is_valid()
            form.add_error(None, str(refusal))
            return self.show(incident, form, status=422)
        response = HttpResponse(affected_book(rows, self.actor, incident), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition(f"个人信息安全事件受影响人员-{incident.pk}.xlsx")
        return private(response)
