"""The organiser's page of a panel: who is waited for, who is late, urging, vacating a seat, the discussion."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.review.forms.panel import NoteForm
from apps.review.models import PanelMember, Review
from apps.review.policies import panel as policies
from apps.review.selectors.progress import Progress, far_off, last_sheets, progress_of
from apps.review.selectors.readiness import sheets_missing_in
from apps.review.services import discussion, panel
from apps.review.views.cards import sheet_card
from imbudget.kit.actor import Actor
from imbudget.kit.errors import Verdict, refused
from imbudget.kit.views import ActionPage, FormPage, KitView, ScopedMixin, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act, act_when_ready


def panel_url(review: Review) -> str:
    """The page of a review's panel."""
    return reverse("review:panel", args=[review.pk])


def panel_context(actor: Actor, review: Review) -> dict[str, Any]:
    """What `review/_panel.html` shows; scores only once all sheets of round 1 are in."""
    progress = progress_of(review)
    return {
        "review": review,
        "progress": progress,
        "vacate": {row.member.pk for row in progress.rows if policies.may_vacate(actor, row.member)},
        "panel_acts": _acts(actor, review, progress),
        "cards": _cards(review) if progress.all_in else [],
        "notes": review.notes.select_related("member", "item__project") if progress.all_in else [],
    }


def _cards(review: Review) -> list[dict[str, Any]]:
    """Project by project the sheets that count, and the dissents."""
    found = last_sheets(review)
    far = far_off(review, found)
    items = review.items.select_related("project").prefetch_related("findings", "dissents__member")
    return [
        {
            "item": item,
            "sheets": [sheet_card(review, sheet, far, item.findings.all()) for sheet in found.get(item.pk, [])],
            "dissents": item.dissents.all(),
        }
        for item in items
    ]


def _acts(actor: Actor, review: Review, progress: Progress) -> list[Act]:
    """What the organiser can do now, and what is missing for the discussion."""

    def act(label: str, name: str, verdict: Verdict, missing: str = "", **look: bool) -> Act:
        return act_when_ready(label, reverse(f"review:{name}", args=[review.pk]), verdict, missing, **look)

    urging = policies.may_urge(actor, review) if progress.waited_for else refused(_("Nobody is waited for now."))
    acts = [
        act(_("urge all who are waited for"), "panel_urge", urging, primary=True),
        act(
            _("open the discussion"),
            "discussion_open",
            policies.may_open_discussion(actor, review),
            sheets_missing_in(progress),
        ),
        act(_("write a note"), "panel_note", policies.may_moderate(actor, review)),
    ]
    return [act for act in acts if act.verdict or act.soon]


# The tab of a review's page.
panel_tab = Tab(
    "panel", gettext_lazy("panel"), "review/_panel.html", lambda page, review: panel_context(page.actor, review)
)


class OfReview:
    """Pages about the panel of a review in sight."""

    model = Review
    object: Review

    def get_queryset(self) -> Any:
        return Review.objects.visible_to(self.request.actor).select_related("region", "form_version")  # type: ignore[attr-defined]

    def get_crumbs(self) -> list[Crumb]:
        review = self.object
        return [Crumb(review.title, review.get_absolute_url()), Crumb(_("panel"), panel_url(review))]

    def get_success_url(self, obj: Review) -> str:
        return panel_url(obj)


class PanelPage(OfReview, ScopedMixin, KitView):
    """Progress of a panel by itself."""

    grant = "review.see"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = review = self.get_object()
        context = {"title": review.title, "crumbs": self.get_crumbs()[:1], **panel_context(self.actor, review)}
        return TemplateResponse(request, "review/panel.html", context)


class PanelUrge(OfReview, ActionPage):
    """One click: the button of the panel's page posts here."""

    grant = "review.organise"
    title = gettext_lazy("urge")
    question = gettext_lazy("Urge all who are waited for?")
    submit_label = gettext_lazy("urge")

    def allowed(self, obj: Review) -> Verdict:
        return policies.may_urge(self.actor, obj)

    def act(self, obj: Review, form: Any) -> None:
        told = panel.urge(self.actor, obj)
        text = ngettext("%(count)d expert was urged.", "%(count)d experts were urged.", told)
        messages.success(self.request, text % {"count": told})


class DiscussionOpen(OfReview, ActionPage):
    grant = "review.organise"
    title = gettext_lazy("open the discussion")
    question = gettext_lazy("Open the discussion of this panel?")
    consequence = gettext_lazy("The members then see each other's sheets by their signs, and may change theirs once.")
    submit_label = gettext_lazy("open")
    success_message = gettext_lazy("The discussion is open.")

    def allowed(self, obj: Review) -> Verdict:
        return policies.may_open_discussion(self.actor, obj)

    def act(self, obj: Review, form: Any) -> None:
        discussion.open_discussion(self.actor, obj)


class PanelNote(OfReview, ScopedMixin, FormPage):
    grant = "review.organise"
    title = gettext_lazy("write a note")
    submit_label = gettext_lazy("write")
    help_text = gettext_lazy("All members of the panel read it, and it stays.")

    def setup_page(self) -> None:
        self.object = self.get_object()

    def allowed(self) -> Verdict:
        return policies.may_moderate(self.actor, self.object)

    def get_form(self, data: Any = None, files: Any = None) -> NoteForm:
        return NoteForm(data, files, items=self.object.items.select_related("project"))

    def get_cancel_url(self) -> str:
        return panel_url(self.object)

    def save(self, form: Any) -> str:
        discussion.moderate(self.actor, self.object, form.cleaned_data["text"], form.cleaned_data["item"])
        return panel_url(self.object)


class PanelMiss(ActionPage):
    """Vacate a seat."""

    model = PanelMember
    grant = "review.organise"
    form_class = ReasonForm
    title = gettext_lazy("vacate the seat")
    question = gettext_lazy("Vacate this seat?")
    consequence = gettext_lazy("What the expert has handed in counts no more. Another one has to be drawn.")
    submit_label = gettext_lazy("vacate")
    success_message = gettext_lazy("The seat is free.")
    danger = True

    def get_queryset(self) -> Any:
        rows = PanelMember.objects.filter(review__in=Review.objects.visible_to(self.actor))
        return rows.select_related("review__region", "expert")

    def allowed(self, obj: PanelMember) -> Verdict:
        return policies.may_vacate(self.actor, obj)

    def act(self, obj: PanelMember, form: Any) -> None:
        panel.miss(self.actor, obj, form.cleaned_data["reason"])

    def get_success_url(self, obj: PanelMember) -> str:
        return panel_url(obj.review)

    def get_crumbs(self) -> list[Crumb]:
        review = self.object.review
        return [Crumb(review.title, review.get_absolute_url()), Crumb(_("panel"), panel_url(review))]
