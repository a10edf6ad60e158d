"""The desk of an expert: own panels, invitations, declarations, documents. Everything of others is not there (404)."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.files.services import FileDamaged, open_file
from apps.projects.selectors.frozen import application_of
from apps.review.forms.panel import DeclarationForm
from apps.review.models import MemberState, PanelMember, ReviewItem, ReviewState
from apps.review.policies import panel as policies
from apps.review.selectors import desk
from apps.review.selectors.progress import all_in
from apps.review.services import panel as services
from imbudget.kit import registry
from imbudget.kit.errors import Verdict, require
from imbudget.kit.views import ActionPage, FormPage, KitView, TemplatePage
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

KNOWN = (MemberState.ACCEPTED, MemberState.DECLARED)  # to whom the projects are named


def desk_crumbs(member: PanelMember | None = None, item: ReviewItem | None = None) -> list[Crumb]:
    """The way back to the desk, to the panel, and to a project."""
    crumbs = [Crumb(_("my reviews"), reverse("review:desk"))]
    if member is not None:
        crumbs.append(Crumb(member.review.title, member_url(member)))
    if member is not None and item is not None:
        crumbs.append(Crumb(item.project.name, reverse("review:desk_project", args=[member.pk, item.pk])))
    return crumbs


def member_url(member: PanelMember) -> str:
    """The page of one's own seat."""
    return reverse("review:desk_review", args=[member.pk])


class OwnSeat:
    """A page about one of the actor's own seats; another's is not there."""

    model = PanelMember
    grant = "review.score"
    request: HttpRequest
    kwargs: dict[str, Any]
    object: PanelMember

    def get_queryset(self) -> Any:
        return desk.own_members(self.request.actor)

    def get_object(self) -> PanelMember:
        found = self.get_queryset().filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_item(self, member: PanelMember) -> ReviewItem:
        """The project of the address, which is before the panel of this seat."""
        found = desk.items_of(member).filter(pk=self.kwargs["item"]).first()
        if found is None:
            raise Http404
        found.review = member.review
        return found

    def get_crumbs(self) -> list[Crumb]:
        return desk_crumbs(self.object)

    def get_success_url(self, obj: PanelMember) -> str:
        return member_url(obj)


class Desk(TemplatePage):
    """All panels of the expert, the open ones first in sight."""

    grant = "review.score"
    title = gettext_lazy("my reviews")
    template_name = "review/desk.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = list(desk.desk_rows(self.actor))
        is_open = [row for row in rows if row.state in (*KNOWN, MemberState.INVITED) and row.review.state in OPEN]
        return super().get_context_data(**kwargs) | {
            "open": is_open,
            "past": [row for row in rows if row not in is_open],
        }


OPEN = (ReviewState.FORMING, ReviewState.SCORING, ReviewState.DISCUSSION, ReviewState.CONCLUDING)


class DeskReview(OwnSeat, KitView):
    """One panel: what is to be done next, and its projects once the invitation is accepted."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = member = self.get_object()
        named = member.state in KNOWN
        sheets = desk.sheets_of(member) if named else {}
        context = {
            "title": member.review.title,
            "crumbs": desk_crumbs(),
            "member": member,
            "review": member.review,
            "acts": [act for act in self.get_acts(member) if act.verdict],
            "items": [(item, sheets.get(item.pk)) for item in desk.items_of(member)] if named else [],
            "count": member.review.items.count(),
            "may_read": policies.may_read(self.actor, member),
            "may_score": policies.may_score(self.actor, member),
        }
        return TemplateResponse(request, "review/desk_review.html", context)

    def get_acts(self, member: PanelMember) -> list[Act]:
        actor = self.actor
        talk = policies.may_read(actor, member)
        if talk and not all_in(member.review):
            talk = Verdict(False)
        return [
            self._act(_("accept"), "accept", policies.may_answer(actor, member), primary=True),
            self._act(_("declare interests"), "declare", policies.may_declare(actor, member), primary=True),
            self._act(_("scores of the panel"), "discussion", talk, primary=True),
            self._act(_("decline"), "decline", policies.may_decline(actor, member), danger=True),
        ]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"review:desk_{name}", args=[self.object.pk]), verdict, **look)


class DeskAccept(OwnSeat, ActionPage):
    title = gettext_lazy("accept the invitation")
    question = gettext_lazy("Accept this invitation?")
    consequence = gettext_lazy(
        "You see then which projects there are, and declare whether you have an interest in any."
    )
    submit_label = gettext_lazy("accept")

    def allowed(self, obj: PanelMember) -> Verdict:
        return policies.may_answer(self.actor, obj)

    def act(self, obj: PanelMember, form: Any) -> str:
        services.accept(self.actor, obj)
        return reverse("review:desk_declare", args=[obj.pk])


class DeskDecline(OwnSeat, ActionPage):
    form_class = ReasonForm
    title = gettext_lazy("decline the invitation")
    question = gettext_lazy("Decline this invitation?")
    consequence = gettext_lazy("Another expert is drawn in your place. You cannot come back to this panel.")
    submit_label = gettext_lazy("decline")
    success_message = gettext_lazy("You have declined.")
    danger = True

    def allowed(self, obj: PanelMember) -> Verdict:
        return policies.may_decline(self.actor, obj)

    def act(self, obj: PanelMember, form: Any) -> None:
        services.decline(self.actor, obj, form.cleaned_data["reason"])


class DeskDeclare(OwnSeat, FormPage):
    """For each project by itself, before the first look at any document."""

    template_name = "review/declare.html"
    title = gettext_lazy("declaration of interest")
    submit_label = gettext_lazy("declare")
    help_text = gettext_lazy(
        "You have an interest when you or your near kin work for the unit or its department or have done so in the"
        " past three years, advise it or hold shares of it, when you took part in the application, or when anything"
        " else may keep you from judging fairly. Whoever has an interest leaves the panel; it is no fault."
    )

    def setup_page(self) -> None:
        self.object = self.get_object()

    def allowed(self) -> Verdict:
        return policies.may_declare(self.actor, self.object)

    def get_form(self, data: Any = None, files: Any = None) -> DeclarationForm:
        return DeclarationForm(data, files, items=desk.items_of(self.object))

    def get_cancel_url(self) -> str:
        return member_url(self.object)

    def save(self, form: DeclarationForm) -> str:
        services.declare(self.actor, self.object, form.interests())
        return member_url(self.object)


class DeskProject(OwnSeat, KitView):
    """The version that is judged, as it was handed in."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        member = self.get_object()
        item = self.get_item(member)
        require(policies.may_read(self.actor, member))
        context = {
            "title": item.project.name,
            "crumbs": desk_crumbs(member),
            "member": member,
            "item": item,
            "application": application_of(item.dossier.version.body),
            "version": item.dossier.version,
            "files": desk.files_of(item),
            "sheet": desk.sheets_of(member).get(item.pk),
            "may_score": policies.may_score(self.actor, member),
        }
        return TemplateResponse(request, "review/desk_project.html", context)


class DeskAttachment(OwnSeat, KitView):
    """A paper of a project before one's own panel, as a download that leaves a record."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        member = self.get_object()
        item = self.get_item(member)
        require(policies.may_read(self.actor, member))
        stored = desk.files_of(item).get(str(self.kwargs["file"]))
        if stored is None:
            raise Http404
        try:
            handle = open_file(self.actor, stored)
        except FileDamaged as damage:
            return TemplateResponse(request, "files/damaged.html", {"reason": str(damage)}, status=409)
        facts = {"what": stored.name, "file": str(stored.pk), "digest": stored.digest, "project": item.project.code}
        registry.download_record.get()(request, **facts)
        response = FileResponse(handle, as_attachment=True, filename=stored.name, content_type=stored.kind)
        response["X-Content-Type-Options"] = "nosniff"
        return response
