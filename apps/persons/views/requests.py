"""Requests of persons about their data: the list, one of them, filing, answering, the copy for the person."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.persons import policies, services
from apps.persons.copies import book_of
from apps.persons.forms import AnswerForm, LockForm, RequestForm
from apps.persons.models import PersonRequest
from apps.persons.tables import RequestTable
from imbudget.kit.errors import Verdict, require
from imbudget.kit.export import MIME
from imbudget.kit.fields import mask_id
from imbudget.kit.lockedbook import locked
from imbudget.kit.views import ActionPage, DetailPage, FormPage, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act
from imbudget.kit.views.list import content_disposition
from imbudget.kit.views.public import private


def crumbs_of(request: PersonRequest | None = None) -> list[Crumb]:
    """The way back to the requests, and to one of them."""
    crumbs = [Crumb(_("requests of persons"), reverse("persons:requests"))]
    return crumbs if request is None else [*crumbs, Crumb(str(request), request.get_absolute_url())]


class RequestList(ListPage):
    model = PersonRequest
    table = RequestTable
    grant = "persons.inspect"
    title = gettext_lazy("requests of persons")
    empty_text = gettext_lazy("Nobody has asked about their data yet.")

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(_("file a request"), reverse("persons:request_new"))]


def _asked(page: DetailPage, request: PersonRequest) -> dict[str, Any]:
    return {"asked": request}


class RequestDetail(DetailPage):
    model = PersonRequest
    grant = "persons.inspect"
    tabs = (Tab("asked", gettext_lazy("what is asked"), "persons/_asked.html", _asked),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "author", "closer")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def get_facts(self) -> list[tuple[Any, Any]]:
        one = self.object
        return [
            (_("asks"), one.get_kind_display()),
            (_("name of the person"), one.person[:1] + "**"),
            (one.get_sort_display(), mask_id(one.number)),
            (_("region"), one.region),
            (_("received on"), one.received_on),
            (_("answer due on"), one.due_on),
            (_("state"), one.get_state_display()),
            (_("author"), one.author or "–"),
            (_("answered at"), one.closed_at or "–"),
            (_("answered by"), one.closer or "–"),
        ]

    def get_acts(self) -> list[Act]:
        may, pk = policies.may_answer(self.actor, self.object), self.object.pk
        acts = [
            Act(_("answer the person"), reverse("persons:request_close", args=[pk]), may, primary=True),
            Act(_("copy of the data for the person"), reverse("persons:request_copy", args=[pk]), may),
        ]
        return [act for act in acts if act.verdict]


class RequestNew(FormPage):
    form_class = RequestForm
    grant = "persons.inspect"
    title = gettext_lazy("file a request")
    submit_label = gettext_lazy("save")

    def allowed(self) -> Verdict:
        return policies.may_inspect(self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of()

    def get_cancel_url(self) -> str:
        return reverse("persons:requests")

    def save(self, form: RequestForm) -> str:
        return services.file_request(self.actor, form.cleaned_data).get_absolute_url()


class RequestAction(ActionPage):
    model = PersonRequest
    grant = "persons.inspect"

    def allowed(self, obj: PersonRequest) -> Verdict:
        return policies.may_answer(self.actor, obj)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_of(self.object)


class RequestClose(RequestAction):
    form_class = AnswerForm
    title = gettext_lazy("answer the person")
    question = gettext_lazy("Close this request with an answer?")
    consequence = gettext_lazy("A closed request stays as it is.")
    submit_label = gettext_lazy("save")

    def act(self, obj: PersonRequest, form: Any) -> None:
        services.close_request(self.actor, obj, **form.cleaned_data)


class RequestCopy(RequestAction):
    """The copy leaves in the answer to the confirmation: a GET shows nothing and writes nothing."""

    form_class = LockForm
    title = gettext_lazy("copy of the data for the person")
    question = gettext_lazy("Make the copy of all that is held about this person?")
    consequence = gettext_lazy(
        "It holds whole numbers: hand it over against an identity document only. It stays in the audit log."
    )
    submit_label = gettext_lazy("download")

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        asked, form = self.get_object(), LockForm(request.POST)
        require(self.allowed(asked))
        if not form.is_valid():
            return self.show(asked, form, status=422)
        book = book_of(services.copy_for_person(self.actor, asked), self.actor, asked)
        response = HttpResponse(locked(book, form.cleaned_data["password"]), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition(f"个人信息副本-{asked.pk}.xlsx")
        return private(response)
