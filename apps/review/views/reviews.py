"""Reviews: the projects that wait for one, a new one, the list, the page of one, and calling it off."""

from functools import cached_property
from typing import Any

from django.db.models import Count
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.projects.models import Project
from apps.regions.models import Region
from apps.review.filters.reviews import ReviewFilter, WaitingFilter
from apps.review.forms.reviews import ReviewForm
from apps.review.models import Publicity, Review, ReviewKind
from apps.review.policies import reviews as policies
from apps.review.selectors.readiness import missing_for_result
from apps.review.selectors.results import count_of_items
from apps.review.selectors.waiting import needs_of, sheet_for, waiting
from apps.review.services import conclusions, reviews
from apps.review.tables.reviews import ReviewTable, WaitingTable
from apps.review.views.conclusions import RESULT_TAB
from apps.review.views.draws import draw_acts, draws_tab
from apps.review.views.panel import panel_tab
from imbudget.kit.bulk import BulkAct, chosen_keys
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act, act_when_ready


class WaitingList(ListPage):
    """The projects of one region that wait, with the reviews that its rules ask for."""

    model = Project
    table = WaitingTable
    filters = WaitingFilter
    grant = "review.see"
    title = gettext_lazy("projects that wait for review")
    empty_text = gettext_lazy("No project waits for review here.")
    frame = ("region",)
    bulk = (
        BulkAct(
            "review",
            gettext_lazy("put before a panel"),
            grant="review.organise",
            icon="people",
            page="review:review_new",
        ),
    )

    @cached_property
    def region(self) -> Region:
        region = Region.objects.visible_to(self.actor).filter(pk=self.filter_form.region_id).first()
        if region is None:
            raise Http404
        return region

    def get_queryset(self) -> Any:
        return waiting(self.actor, self.region)

    def bulk_acts(self) -> list[BulkAct]:
        """Only the finance office of the region puts its projects before a panel."""
        return super().bulk_acts() if policies.may_open(self.actor, self.region) else []

    def get_crumbs(self) -> list[Crumb]:
        return [] if self.actor.is_home(self.region.pk) else [Crumb(self.region.name)]


class ReviewNew(FormPage):
    """A new review of the projects that were chosen in the list (`row=…`), or of all that wait."""

    form_class = ReviewForm
    grant = "review.organise"
    title = gettext_lazy("new review")
    submit_label = gettext_lazy("begin the review")
    success_message = gettext_lazy("The review has begun. Draw its panel next.")
    help_text = gettext_lazy("The region's rules of computing are taken over as they stand now.")

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.actor.region_id).first()
        if self.region is None:
            raise Http404

    def allowed(self) -> Verdict:
        return policies.may_open(self.actor, self.region)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET
        chosen = chosen_keys(asked.getlist("row"))
        projects = waiting(self.actor, self.region)
        kind = self.kind_for(asked.get("kind", ""), chosen)
        words = {
            "year": timezone.localdate().year,
            "region": self.region.name,
            "kind": ReviewKind(kind).label,
        }
        title = _("%(region)s %(year)s: %(kind)s") % words
        return {
            "region": self.region,
            "projects": projects.filter(pk__in=chosen) if chosen else projects,
            "initial": {"kind": kind, "title": title, "projects": chosen, "form_version": sheet_for(self.region, kind)},
        }

    def kind_for(self, asked: str, chosen: list[int]) -> str:
        """The kind asked for, else the first that one of the chosen projects needs."""
        if asked in ReviewKind.values:
            return asked
        needs = [kind for row in needs_of(self.region, chosen).values() for kind, item in row if item is None]
        return next((kind for kind in ReviewKind.values if kind in needs), ReviewKind.EVALUATION)

    def save(self, form: ReviewForm) -> str:
        values = form.cleaned_data
        review = reviews.open_review(
            self.actor,
            self.region,
            values["kind"],
            list(values["projects"].select_related("region").order_by("code")),
            title=values["title"],
            form_version=values["form_version"],
            funds=values["funds"],
        )
        return review.get_absolute_url()

    def get_cancel_url(self) -> str:
        return reverse("review:waiting")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("projects that wait for review"), reverse("review:waiting"))]


class ReviewList(ListPage):
    model = Review
    table = ReviewTable
    filters = ReviewFilter
    grant = "review.see"
    title = gettext_lazy("reviews")
    empty_text = gettext_lazy("No review yet. Choose projects in the list of those that wait.")

    def get_queryset(self) -> Any:
        return super().get_queryset().annotate(size=count_of_items())

    def get_actions(self) -> list[tuple[Any, str]]:
        if self.actor.can("review.organise"):
            return [(_("new review"), reverse("review:waiting"))]
        return []


def _projects(page: DetailPage, review: Review) -> dict[str, Any]:
    items = review.items.select_related("project", "unit", "project__category", "dossier")
    return {"items": items, "total": sum(item.submitted for item in items)}


def _notices(page: DetailPage, review: Review) -> dict[str, Any]:
    notices = Publicity.objects.filter(conclusion__review=review).annotate(objected=Count("objections"))
    return {"notices": notices.order_by("-pk")}


class ReviewDetail(DetailPage):
    model = Review
    grant = "review.see"
    template_name = "review/review.html"
    tabs = (
        Tab("projects", gettext_lazy("projects"), "review/_projects.html", _projects),
        panel_tab,
        draws_tab(),
        RESULT_TAB,
        Tab("publicity", gettext_lazy("public notices"), "review/_notices.html", _notices),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "organiser", "form_version__definition", "conclusion")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("reviews"), reverse("review:reviews"))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        review = self.object
        trimming = _("from %(count)d sheets on") % {"count": review.trim_from} if review.trim_from else _("never")
        facts = [
            (_("number"), f"{review.year}-{review.number}"),
            (_("kind of review"), review.get_kind_display()),
            (_("region"), review.region),
            (_("organiser"), review.organiser),
            (_("score sheet"), review.form_version),
            (_("experts of the panel"), review.panel_size),
            (_("highest and lowest score fall away"), trimming),
            (_("a score is far off from"), f"{review.outlier_share:.0%}"),
            (_("pass mark"), f"{review.pass_mark:.2f}"),
        ]
        if review.funds is not None:
            facts.append((_("funds to be shared out"), review.funds))
        if review.scoring_until:
            facts.append((_("scores handed in until"), review.scoring_until))
        return facts

    def get_acts(self) -> list[Act]:
        """What the organiser can do now, and what is missing for what comes next."""
        review, actor = self.object, self.actor
        acts = [
            *draw_acts(actor, review),
            self._compute(),
            Act(_("call off"), self._to("review_cancel"), policies.may_cancel(actor, review), danger=True),
        ]
        return [act for act in acts if act.verdict or act.soon]

    def _compute(self) -> Act:
        may = policies.may_compute(self.actor, self.object)
        missing = " ".join(missing_for_result(self.object)) if may else ""
        return act_when_ready(_("compute the result"), self._to("review_compute"), may, missing, primary=True)

    def _to(self, name: str) -> str:
        return reverse(f"review:{name}", args=[self.object.pk])


class ReviewAction(ActionPage):
    model = Review

    def get_crumbs(self) -> list[Crumb]:
        review = self.object
        return [Crumb(_("reviews"), reverse("review:reviews")), Crumb(str(review), review.get_absolute_url())]


class ReviewCancel(ReviewAction):
    form_class = ReasonForm
    title = gettext_lazy("call off")
    question = gettext_lazy("Call this review off?")
    consequence = gettext_lazy("Its projects wait for another review; what the experts have written is kept.")
    submit_label = gettext_lazy("call off")
    success_message = gettext_lazy("The review is called off.")
    danger = True

    def allowed(self, obj: Review) -> Verdict:
        return policies.may_cancel(self.actor, obj)

    def act(self, obj: Review, form: Any) -> None:
        reviews.cancel(self.actor, obj, form.cleaned_data["reason"])


class ReviewCompute(ReviewAction):
    title = gettext_lazy("compute the result")
    question = gettext_lazy("Close the scoring and compute the result?")
    consequence = gettext_lazy("After that no expert changes a sheet any more.")
    submit_label = gettext_lazy("compute the result")
    success_message = gettext_lazy("Computed. Write the conclusion, then hand it in.")

    def allowed(self, obj: Review) -> Verdict:
        return policies.may_compute(self.actor, obj)

    def act(self, obj: Review, form: Any) -> str:
        return conclusions.compute(self.actor, obj).get_absolute_url()
