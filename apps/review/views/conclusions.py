"""The conclusion of a review: its page, writing it project by project, and handing it in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.panels import timeline_tab
from apps.lowcode.rendering import display
from apps.lowcode.selectors.forms import schema_of
from apps.lowcode.submitting import SubmitPage
from apps.review.forms.reviews import ItemForm, WordsForm
from apps.review.models import Conclusion, Dissent, PanelMember, Review, ScoreSheet, SheetState
from apps.review.policies import publicity as publishing
from apps.review.policies import reviews as policies
from apps.review.scoring import reduction_rate
from apps.review.selectors.progress import far_off, last_sheets
from apps.review.selectors.readiness import missing_for_confirmation
from apps.review.selectors.results import dropped_sheets, dropped_words, panel_of, tied_ranks
from apps.review.services import conclusions
from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict, require
from imbudget.kit.views import DetailPage, HistoryTab, KitView, ScopedMixin, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act, act_when_ready


def result_context(review: Review) -> dict[str, Any]:
    """The computed and the decided result, with the score of every expert under their sign."""
    conclusion = Conclusion.objects.filter(review=review).first()
    if conclusion is None:
        return {"conclusion": None}
    panel, sheets = panel_of(review), last_sheets(review)
    far, dropped = far_off(review, sheets), dropped_sheets(review, sheets)
    fallen = {sheet.pk for ends in dropped.values() for sheet in ends}
    items = list(review.items.select_related("project", "unit").prefetch_related("findings"))
    submitted = sum(item.submitted for item in items)
    approved = sum(item.amount or 0 for item in items)
    return {
        "conclusion": conclusion,
        "review": review,
        "panel": panel,
        "rows": [(item, _by_seat(panel, sheets.get(item.pk, []), far, fallen)) for item in items],
        "cut": [item for item in items if item.findings.all()],
        "dropped": dropped_words(review, items, sheets),
        "ties": tied_ranks(items),
        "dissents": Dissent.objects.filter(item__review=review).select_related("member", "item"),
        "reasons": [sheet for given in sheets.values() for sheet in given if sheet.pk in far],
        "submitted": submitted,
        "approved": approved,
        "rate": reduction_rate(submitted, approved),
    }


class SheetPage(ScopedMixin, KitView):
    """What one expert handed in, under their sign; open to the office once the result has been computed."""

    model = Review
    grant = "review.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(conclusion__isnull=False).select_related("form_version")

    def get(self, request: HttpRequest, pk: int, sheet: int) -> HttpResponse:
        review = self.get_object()
        rows = ScoreSheet.objects.filter(item__review=review, state=SheetState.SUBMITTED)
        found = rows.select_related("member", "item__project__unit").filter(pk=sheet).first()
        if found is None:
            raise Http404
        item = found.item
        context = {
            "title": _("score sheet of expert %(expert)s") % {"expert": found.member.alias},
            "crumbs": conclusion_crumbs(review),
            "item": item,
            "sheet": found,
            "answers": display(schema_of(review.form_version), found.values),
            "lines": [(line, found.lines.get(str(line.number), {})) for line in item.findings.order_by("number")],
        }
        return TemplateResponse(request, "review/desk_sheet_kept.html", context)


def _by_seat(
    panel: list[PanelMember], sheets: list[ScoreSheet], far: set[int], fallen: set[int]
) -> list[tuple[ScoreSheet | None, bool, bool]]:
    """Each member's sheet, whether it lies far off, and whether its score fell away."""
    own = {sheet.member_id: sheet for sheet in sheets}
    given = [own.get(member.pk) for member in panel]
    return [(sheet, sheet is not None and sheet.pk in far, sheet is not None and sheet.pk in fallen) for sheet in given]


def _of_review(page: DetailPage, review: Review) -> dict[str, Any]:
    return result_context(review) | {"leads_on": True}


def _of_conclusion(page: DetailPage, conclusion: Conclusion) -> dict[str, Any]:
    return result_context(conclusion.review) | {"leads_on": False}


RESULT_TAB = Tab("result", gettext_lazy("result"), "review/_result.html", _of_review)


class ConclusionDetail(DetailPage):
    model = Conclusion
    grant = "review.see"
    template_name = "review/conclusion.html"
    tabs = (
        Tab("result", gettext_lazy("result"), "review/_result.html", _of_conclusion),
        timeline_tab(conclusions.SUBJECT),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("review__region", "author")

    def get_crumbs(self) -> list[Crumb]:
        return conclusion_crumbs(self.object.review)

    def get_facts(self) -> list[tuple[Any, Any]]:
        conclusion, review = self.object, self.object.review
        facts = [
            (_("kind of review"), review.get_kind_display()),
            (_("number"), f"{review.year}-{review.number}"),
            (_("region"), review.region),
            (_("author"), conclusion.author or "–"),
        ]
        if conclusion.confirmed_at:
            facts += [(_("confirmed at"), conclusion.confirmed_at), (_("SM3 digest"), conclusion.digest)]
        return facts

    def get_acts(self) -> list[Act]:
        conclusion, actor = self.object, self.actor
        handing = policies.may_submit_conclusion(actor, conclusion)
        acts = [
            act_when_ready(
                _("hand in"),
                reverse("review:conclusion_submit", args=[conclusion.pk]),
                handing,
                " ".join(missing_for_confirmation(conclusion)) if handing else "",
                primary=True,
            ),
            Act(
                _("edit"),
                reverse("review:conclusion_edit", args=[conclusion.pk]),
                policies.may_edit_conclusion(actor, conclusion),
            ),
            Act(
                _("publish"),
                reverse("review:publish", args=[conclusion.pk]),
                publishing.may_publish(actor, conclusion),
                primary=True,
            ),
        ]
        return [act for act in acts if act.verdict or act.soon]


def conclusion_crumbs(review: Review) -> list[Crumb]:
    """The way to the conclusion of a review."""
    return [Crumb(_("reviews"), reverse("review:reviews")), Crumb(str(review), review.get_absolute_url())]


class ConclusionEdit(ScopedMixin, KitView):
    """The words, and a decision for each project with its cost lines; all of it is kept, or nothing."""

    model = Conclusion
    grant = "review.organise"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("review__region")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        conclusion = self.get_object()
        require(policies.may_edit_conclusion(self.actor, conclusion))
        words = {name: getattr(conclusion, name) for name in ("text", "advice", "revision")}
        return self.show(conclusion, WordsForm(initial=words), self.item_forms(conclusion))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        conclusion = self.get_object()
        require(policies.may_edit_conclusion(self.actor, conclusion))
        words, items = WordsForm(request.POST), self.item_forms(conclusion, request.POST)
        if not all([words.is_valid(), *(form.is_valid() for form in items)]):
            return self.show(conclusion, words, items, status=422)
        try:
            conclusions.save(
                self.actor,
                conclusion,
                decisions={form.item.pk: form.decision() for form in items},
                **words.cleaned_data,
            )
        except NotAllowed:
            raise
        except conclusions.BadDecisions as bad:
            self.put_beside(bad.errors, words, items)
            return self.show(conclusion, words, items, status=422)
        except RuleViolation as refusal:
            words.add_error(None, str(refusal))
            return self.show(conclusion, words, items, status=422)
        messages.success(request, _("The conclusion is kept. Look it through, then hand it in."))
        return redirect(conclusion.get_absolute_url())

    def item_forms(self, conclusion: Conclusion, data: Any = None) -> list[ItemForm]:
        items = conclusion.review.items.select_related("project", "unit").prefetch_related("findings")
        return [ItemForm(data, item) for item in items]

    def put_beside(self, errors: dict[str, str], words: WordsForm, items: list[ItemForm]) -> None:
        """Each error beside its cell; what belongs to no cell stands above."""
        by_item = {str(form.item.pk): form for form in items}
        for place, text in errors.items():
            key, _dot, rest = place.partition(".")
            if key in by_item:
                by_item[key].refuse(rest, text)
            else:
                words.add_error(None, text)
        if not words.errors:
            words.add_error(None, _("Some decisions cannot be kept; it stands below them."))

    def show(self, conclusion: Conclusion, words: WordsForm, items: list[ItemForm], status: int = 200) -> HttpResponse:
        context = {
            "title": _("write the conclusion"),
            "crumbs": [
                *conclusion_crumbs(conclusion.review),
                Crumb(_("conclusion"), conclusion.get_absolute_url()),
            ],
            "conclusion": conclusion,
            "form": words,
            "items": items,
            "cancel_url": conclusion.get_absolute_url(),
        }
        return TemplateResponse(self.request, "review/conclusion_edit.html", context, status=status)


class ConclusionSubmit(SubmitPage):
    model = Conclusion
    title = gettext_lazy("hand in")
    question = gettext_lazy("Hand this conclusion in for confirmation?")
    consequence = gettext_lazy("You cannot change it any more until it is returned.")
    submit_label = gettext_lazy("hand in")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("review__region")

    def get_crumbs(self) -> list[Crumb]:
        return conclusion_crumbs(self.object.review)

    def allowed(self, obj: Conclusion) -> Verdict:
        return policies.may_submit_conclusion(self.actor, obj)

    def act(self, obj: Conclusion, form: Any) -> None:
        conclusions.submit_conclusion(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: Conclusion) -> str:
        return conclusions.SUBJECT

    def get_success_url(self, obj: Conclusion) -> str:
        return f"{obj.get_absolute_url()}?tab=approval"
