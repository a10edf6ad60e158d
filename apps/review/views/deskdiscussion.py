"""The discussion at an expert's desk: all sheets by their signs, notes, dissent, reasons of scores far off."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.review.forms.panel import DissentForm, ExplainForm, NoteForm
from apps.review.models import PanelMember, ReviewItem, ScoreSheet
from apps.review.policies import panel as policies
from apps.review.selectors import desk
from apps.review.selectors.progress import all_in, far_off, last_sheets
from apps.review.services import discussion, sheets
from apps.review.views.cards import sheet_card
from apps.review.views.desk import OwnSeat, desk_crumbs
from imbudget.kit.errors import Verdict, refused, require
from imbudget.kit.views import FormPage, KitView
from imbudget.kit.views.base import Crumb


def discussion_url(member: PanelMember) -> str:
    """The discussion of one's own panel."""
    return reverse("review:desk_discussion", args=[member.pk])


def may_compare(page: Any, member: PanelMember) -> Verdict:
    """See the sheets of the others: nobody before all are in."""
    verdict = policies.may_read(page.actor, member)
    if verdict and not all_in(member.review):
        return refused(_("Nobody sees the scores of the others before all have handed in."))
    return verdict


class DeskDiscussion(OwnSeat, KitView):
    """Project by project what each member gave, without names, and what was said of it."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = member = self.get_object()
        require(may_compare(self, member))
        found = last_sheets(member.review)
        far = far_off(member.review, found)
        notes = list(member.review.notes.select_related("member"))
        dissents = {row.item_id for row in member.dissents.all()}
        items = [
            {
                "item": item,
                "sheets": self.cards(item, found.get(item.pk, []), far),
                "notes": [note for note in notes if note.item_id == item.pk],
                "has_dissent": item.pk in dissents,
            }
            for item in desk.items_of(member).prefetch_related("findings")
        ]
        context = {
            "title": _("scores of the panel"),
            "crumbs": desk_crumbs(member),
            "member": member,
            "review": member.review,
            "items": items,
            "notes": [note for note in notes if note.item_id is None],
            "may_talk": policies.may_talk(self.actor, member),
            "may_explain": policies.may_explain(self.actor, member),
            "may_dissent": policies.may_dissent(self.actor, member),
        }
        return TemplateResponse(request, "review/desk_discussion.html", context)

    def cards(self, item: ReviewItem, sheets_: list[ScoreSheet], far: set[int]) -> list[dict[str, Any]]:
        member = self.object
        return [sheet_card(member.review, sheet, far, item.findings.all(), own=member.pk) for sheet in sheets_]


class DeskForm(OwnSeat, FormPage):
    """A form that leads back to the discussion."""

    def setup_page(self) -> None:
        self.object = self.get_object()

    def get_cancel_url(self) -> str:
        return discussion_url(self.object)

    def get_crumbs(self) -> list[Crumb]:
        return [*desk_crumbs(self.object), Crumb(_("scores of the panel"), discussion_url(self.object))]


class DeskNote(DeskForm):
    title = gettext_lazy("say something")
    submit_label = gettext_lazy("say it")
    help_text = gettext_lazy("It stands under your sign and stays.")

    def allowed(self) -> Verdict:
        return policies.may_talk(self.actor, self.object)

    def get_form(self, data: Any = None, files: Any = None) -> NoteForm:
        return NoteForm(data, files, items=desk.items_of(self.object))

    def save(self, form: Any) -> str:
        discussion.note(self.actor, self.object, form.cleaned_data["text"], form.cleaned_data["item"])
        return discussion_url(self.object)


class DeskItemForm(DeskForm):
    """The same, of one project."""

    def setup_page(self) -> None:
        super().setup_page()
        self.item = self.get_item(self.object)


class DeskDissent(DeskItemForm):
    form_class = DissentForm
    title = gettext_lazy("record a dissent")
    submit_label = gettext_lazy("record")
    success_message = gettext_lazy("Your dissent is on record.")
    help_text = gettext_lazy("It stands in the report under your sign, and cannot be taken back.")

    def allowed(self) -> Verdict:
        return policies.may_dissent(self.actor, self.object)

    def save(self, form: Any) -> str:
        discussion.dissent(self.actor, self.object, self.item, form.cleaned_data["text"])
        return discussion_url(self.object)


class DeskExplain(DeskItemForm):
    form_class = ExplainForm
    title = gettext_lazy("reason of a score far off")
    submit_label = gettext_lazy("save")
    success_message = gettext_lazy("The reason is on record.")
    help_text = gettext_lazy("Your score lies far from the mean of the panel. Say why; the result waits for it.")

    def allowed(self) -> Verdict:
        return policies.may_explain(self.actor, self.object)

    def save(self, form: Any) -> str:
        sheets.explain_outlier(self.actor, self.object, self.item, form.cleaned_data["reason"])
        return discussion_url(self.object)
