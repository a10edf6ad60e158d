"""Draws: fixing the seed, drawing, replacing, asking for another panel, and the record that anybody can check."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.review.drawing import lines_of
from apps.review.forms.draws import CriteriaForm, ReplaceForm
from apps.review.models import Draw, DrawKind, DrawState, Review, ReviewState
from apps.review.policies import draws as policies
from apps.review.selectors.draws import SHOWN, avoided_in, criteria_lines, draws_of, steps_of
from apps.review.selectors.readiness import draw_under_way, judged_already, seats_missing
from apps.review.selectors.settings import setting_of
from apps.review.selectors.verifying import verify_draw
from apps.review.services import draws, seating
from apps.review.signatures import ALLOW, DRAW
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, ScopedMixin, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act, act_when_ready


def draws_tab() -> Tab:
    """The draws of a review, as a tab of its page."""
    return Tab("draws", gettext_lazy("draws"), "review/_draws.html", lambda page, review: {"draws": draws_of(review)})


def draw_acts(actor: Any, review: Review) -> list[Act]:
    """What may be done about the panel now, or what is missing for it: for the buttons of the review's page."""
    acts = []
    if verdict := policies.may_commit(actor, review):
        acts.append(_act(_("draw experts"), "draw_new", review, verdict, draw_under_way(review), primary=True))
    if verdict := policies.may_replace(actor, review):
        acts.append(_filling(review, verdict))
    if verdict := policies.may_request_redraw(actor, review):
        missing = judged_already(review) or draw_under_way(review)
        acts.append(_act(_("ask for another panel"), "draw_redraw", review, verdict, missing))
    return acts


def _act(label: Any, name: str, review: Review, verdict: Verdict, missing: str, **look: bool) -> Act:
    return act_when_ready(label, reverse(f"review:{name}", args=[review.pk]), verdict, missing, **look)


def _filling(review: Review, verdict: Verdict) -> Act:
    """Going on in the sequence of the last draw; where that has come to its end, a draw with a seed of its own."""
    missing = seats_missing(review) or draw_under_way(review)
    if missing or (
        review.members.exists() and seating.go_on(review, seating.origin_of(review), setting_of(review.region))
    ):
        return _act(_("fill a free seat"), "draw_replace", review, verdict, missing)
    return _act(DrawKind.REPLACEMENT.label, "draw_new", review, verdict, "")


def _crumbs(review: Review) -> list[Crumb]:
    return [Crumb(str(review), f"{review.get_absolute_url()}?tab=draws")]


class CriteriaPage(ScopedMixin, FormPage):
    """Criteria of a draw of one review."""

    model = Review
    grant = "review.organise"
    form_class = CriteriaForm

    def setup_page(self) -> None:
        self.review = self.get_object()

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region")

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs(self.review)

    def get_cancel_url(self) -> str:
        return self.review.get_absolute_url()

    def get_form_kwargs(self) -> dict[str, Any]:
        levels = [str(level) for level in range(self.review.region.level + 1)]
        initial = {"levels": levels, "languages": ["zh"]}
        return {"review": self.review, "with_reason": self.with_reason, "initial": initial}

    @property
    def with_reason(self) -> bool:
        return True


class DrawNew(CriteriaPage):
    """The first draw of a review; once there is a panel, one for a free seat whose sequence has come to its end."""

    title = gettext_lazy("draw experts")
    submit_label = gettext_lazy("fix the seed and the candidates")
    success_message = gettext_lazy("The seed is committed to in the evidence. The draw can be made now.")

    @property
    def help_text(self) -> str:
        return _(
            "The panel has %(size)s seats. The system makes a secret seed now and puts its hash into the evidence with"
            " the criteria and the candidates; nobody can choose or foresee who will be drawn."
        ) % {"size": self.review.panel_size}

    @property
    def with_reason(self) -> bool:
        return self.review.state != ReviewState.PREPARING

    def allowed(self) -> Verdict:
        if self.with_reason:
            return policies.may_replace(self.actor, self.review)
        return policies.may_commit(self.actor, self.review)

    def save(self, form: CriteriaForm) -> str:
        kind = DrawKind.REPLACEMENT if self.with_reason else DrawKind.FIRST
        reason = form.cleaned_data.get("reason", "")
        return draws.commit_draw(self.actor, self.review, form.criteria, kind, reason).get_absolute_url()


class RedrawRequest(CriteriaPage):
    title = gettext_lazy("ask for another panel")
    submit_label = gettext_lazy("ask for another draw")
    help_text = gettext_lazy(
        "A second person decides. Both draws, the reason and who decided stay in the evidence for ever."
    )
    success_message = gettext_lazy("Asked. A second person decides whether to draw again.")

    def allowed(self) -> Verdict:
        return policies.may_request_redraw(self.actor, self.review)

    def save(self, form: CriteriaForm) -> str:
        reason = form.cleaned_data["reason"]
        return draws.request_redraw(self.actor, self.review, form.criteria, reason).get_absolute_url()


class DrawReplace(ActionPage):
    model = Review
    grant = "review.organise"
    form_class = ReplaceForm
    title = gettext_lazy("fill a free seat")
    question = gettext_lazy("Fill the free seats with those who come next in the sequence of the draw?")
    consequence = gettext_lazy("Who comes next is fixed already; the reason stays in the record.")
    submit_label = gettext_lazy("fill the free seats")
    success_message = gettext_lazy("The free seats are filled; the experts are invited.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region")

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs(self.object)

    def allowed(self, obj: Review) -> Verdict:
        return policies.may_replace(self.actor, obj)

    def act(self, obj: Review, form: Any) -> str:
        return draws.replace(self.actor, obj, form.cleaned_data["reason"]).get_absolute_url()


def _steps(page: DetailPage, draw: Draw) -> dict[str, Any]:
    steps = draw.result.get("steps", [])
    return {"steps": steps_of(draw), "more": max(0, len(steps) - SHOWN)}


def _proof(page: DetailPage, draw: Draw) -> dict[str, Any]:
    """The draw is repeated each time the tab is opened."""
    if draw.state not in {DrawState.COMMITTED, DrawState.DRAWN}:
        return {"verification": None}
    return {
        "verification": verify_draw(draw),
        "candidates": len(lines_of((draw.origin or draw).pool)),
        "avoided": avoided_in(draw),
    }


class DrawDetail(DetailPage):
    model = Draw
    grant = "review.see"
    template_name = "review/draw.html"
    tabs = (
        Tab("steps", gettext_lazy("course of the draw"), "review/_draw_steps.html", _steps),
        Tab("proof", gettext_lazy("proof"), "review/_draw_proof.html", _proof),
    )

    def get_queryset(self) -> Any:
        return (
            super().get_queryset().for_verifying().select_related("review__region", "origin", "operator", "supervisor")
        )

    def get_crumbs(self) -> list[Crumb]:
        return _crumbs(self.object.review)

    def get_title(self) -> str:
        return _("%(kind)s no. %(number)s") % {
            "kind": self.object.get_kind_display(),
            "number": self.object.number,
        }

    def get_facts(self) -> list[tuple[Any, Any]]:
        draw = self.object
        facts = [
            (_("review"), draw.review),
            (_("criteria"), ", ".join(criteria_lines(draw))),
            (_("operator"), draw.operator),
            (_("created at"), draw.created_at),
            (_("drawn at"), draw.drawn_at),
        ]
        if draw.supervisor:
            facts.append((_("second person"), draw.supervisor))
        return [*facts, (_("continues"), draw.origin.number)] if draw.origin else facts

    def get_acts(self) -> list[Act]:
        draw, actor = self.object, self.actor
        decide = policies.may_decide(actor, draw)
        acts = [
            Act(_("draw now"), self._to("draw_make"), policies.may_make(actor, draw), primary=True),
            Act(_("allow another draw"), self._to("draw_allow"), decide, primary=True),
            Act(_("refuse"), self._to("draw_refuse"), decide, danger=True),
            Act(_("give the draw up"), self._to("draw_void"), policies.may_void(actor, draw), danger=True),
        ]
        return [act for act in acts if act.verdict]

    def _to(self, name: str) -> str:
        return reverse(f"review:{name}", args=[self.object.pk])


class DrawAction(ActionPage):
    model = Draw

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("review__region")

    def get_crumbs(self) -> list[Crumb]:
        return [*_crumbs(self.object.review), Crumb(str(self.object.number), self.object.get_absolute_url())]


class DrawMake(DrawAction):
    grant = "review.organise"
    signs = DRAW
    title = gettext_lazy("draw now")
    question = gettext_lazy("Draw the panel now?")
    consequence = gettext_lazy("The seed is revealed, the result stands in the evidence, and the experts are invited.")
    submit_label = gettext_lazy("draw now")
    success_message = gettext_lazy("The panel is drawn; the experts are invited.")

    def allowed(self, obj: Draw) -> Verdict:
        return policies.may_make(self.actor, obj)

    def act(self, obj: Draw, form: Any) -> None:
        draws.make_draw(self.actor, obj)


class DrawAllow(DrawAction):
    grant = "review.supervise"
    signs = ALLOW
    title = gettext_lazy("allow another draw")
    question = gettext_lazy("Allow another panel to be drawn?")
    consequence = gettext_lazy("The present panel is dismissed when it is drawn. Your name stands in the record.")
    submit_label = gettext_lazy("allow another draw")
    success_message = gettext_lazy("Allowed. The organiser can draw now.")

    def allowed(self, obj: Draw) -> Verdict:
        return policies.may_decide(self.actor, obj)

    def act(self, obj: Draw, form: Any) -> None:
        draws.allow_redraw(self.actor, obj)


class DrawRefuse(DrawAction):
    grant = "review.supervise"
    form_class = ReasonForm
    title = gettext_lazy("refuse another draw")
    question = gettext_lazy("Refuse to draw another panel?")
    consequence = gettext_lazy("The present panel stays.")
    submit_label = gettext_lazy("refuse")
    success_message = gettext_lazy("Refused; the panel stays.")
    danger = True

    def allowed(self, obj: Draw) -> Verdict:
        return policies.may_decide(self.actor, obj)

    def act(self, obj: Draw, form: Any) -> None:
        draws.refuse_redraw(self.actor, obj, form.cleaned_data["reason"])


class DrawVoid(DrawAction):
    grant = "review.supervise"
    form_class = ReasonForm
    title = gettext_lazy("give the draw up")
    question = gettext_lazy("Give this draw up?")
    consequence = gettext_lazy("Its seed stays secret for ever; the reason and your name stand in the evidence.")
    submit_label = gettext_lazy("give the draw up")
    success_message = gettext_lazy("Given up. The review can go on.")
    danger = True

    def allowed(self, obj: Draw) -> Verdict:
        return policies.may_void(self.actor, obj)

    def act(self, obj: Draw, form: Any) -> None:
        draws.void_draw(self.actor, obj, form.cleaned_data["reason"])
