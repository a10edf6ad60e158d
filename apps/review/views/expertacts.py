"""Acts on an expert of the pool, each with its reason: admission and its end, what is masked, the mark of their work."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.submitting import SubmitPage
from apps.review.forms.experts import RatingForm, ReasonForm
from apps.review.models import Expert, PanelMember, Review
from apps.review.policies import experts as policies
from apps.review.services import admission, experts
from apps.review.views.experts import pool_crumbs
from imbudget.kit.errors import Verdict, require
from imbudget.kit.views import ActionPage
from imbudget.kit.views.base import Crumb


class ExpertAction(ActionPage):
    model = Expert
    grant = "review.experts"
    form_class = ReasonForm

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "user")

    def get_crumbs(self) -> list[Crumb]:
        return pool_crumbs(self.object)


class ExpertSubmit(SubmitPage, ExpertAction):
    title = gettext_lazy("submit for admission")
    question = gettext_lazy("Hand the admission of this expert in for approval?")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def subject(self, obj: Expert) -> str:
        return admission.SUBJECT

    def allowed(self, obj: Expert) -> Verdict:
        return policies.may_submit_expert(self.actor, obj)

    def act(self, obj: Expert, form: Any) -> str:
        admission.submit_expert(self.actor, obj, chosen=form.chosen())
        return f"{obj.get_absolute_url()}?tab=approval"


class ExpertDecline(ExpertAction):
    title = gettext_lazy("turn down")
    question = gettext_lazy("Turn this application down?")
    consequence = gettext_lazy("It needs no approval. It can be handed in for admission later all the same.")
    submit_label = gettext_lazy("turn down")
    success_message = gettext_lazy("The application is turned down.")
    danger = True

    def allowed(self, obj: Expert) -> Verdict:
        return policies.may_decline_expert(self.actor, obj)

    def act(self, obj: Expert, form: Any) -> None:
        admission.decline_expert(self.actor, obj, reason=form.cleaned_data["reason"])


class ExpertSuspend(ExpertAction):
    title = gettext_lazy("suspend")
    question = gettext_lazy("Suspend this expert?")
    consequence = gettext_lazy("They are not drawn any more. Seats on panels they have now stay with them.")
    submit_label = gettext_lazy("suspend")
    success_message = gettext_lazy("The expert is suspended.")
    danger = True

    def allowed(self, obj: Expert) -> Verdict:
        return policies.may_suspend_expert(self.actor, obj)

    def act(self, obj: Expert, form: Any) -> None:
        admission.suspend_expert(self.actor, obj, reason=form.cleaned_data["reason"])


class ExpertResume(ExpertAction):
    title = gettext_lazy("take back into the pool")
    question = gettext_lazy("Let this expert be drawn again?")
    submit_label = gettext_lazy("take back into the pool")
    success_message = gettext_lazy("The expert can be drawn again.")

    def allowed(self, obj: Expert) -> Verdict:
        return policies.may_resume_expert(self.actor, obj)

    def act(self, obj: Expert, form: Any) -> None:
        admission.resume_expert(self.actor, obj, reason=form.cleaned_data["reason"])


class ExpertRemove(ExpertAction):
    title = gettext_lazy("remove from the pool")
    question = gettext_lazy("Remove this expert from the pool for good?")
    consequence = gettext_lazy("The post as an expert ends at once. Panels of the past keep their sheets.")
    submit_label = gettext_lazy("remove from the pool")
    success_message = gettext_lazy("The expert is removed from the pool.")
    danger = True

    def allowed(self, obj: Expert) -> Verdict:
        return policies.may_remove_expert(self.actor, obj)

    def act(self, obj: Expert, form: Any) -> None:
        admission.remove_expert(self.actor, obj, reason=form.cleaned_data["reason"])


class ExpertUnmask(ExpertAction):
    """What is masked stands in the answer to the reason, and nowhere else."""

    title = gettext_lazy("show what is masked")
    question = gettext_lazy("Show telephone, e-mail, identity number and kin of this expert?")
    consequence = gettext_lazy("That you looked, and why, stays in the record of key operations.")
    submit_label = gettext_lazy("show what is masked")

    def allowed(self, obj: Expert) -> Verdict:
        return policies.may_unmask_expert(self.actor, obj)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        expert = self.get_object()
        form = self.form_class(request.POST)
        if not form.is_valid():
            require(self.allowed(expert))
            return self.show(expert, form, status=422)
        labels = {"phone": _("telephone"), "email": _("e-mail"), "id_number": _("identity number"), "kin": _("kin")}
        shown = experts.unmask_expert(self.actor, expert, reason=form.cleaned_data["reason"])
        context = {
            "title": expert.name,
            "crumbs": pool_crumbs(expert),
            "facts": [(labels[name], value) for name, value in shown],
            "back": expert.get_absolute_url(),
        }
        response = TemplateResponse(request, "review/expert_unmasked.html", context)
        response["Cache-Control"] = "no-store"
        return response


class ExpertRate(ActionPage):
    model = PanelMember
    grant = "review.organise"
    form_class = RatingForm
    title = gettext_lazy("rate the work")
    question = gettext_lazy("How did this expert do the work of the panel?")
    submit_label = gettext_lazy("rate the work")
    success_message = gettext_lazy("The mark is kept.")

    def get_queryset(self) -> Any:
        """Members of the reviews in sight: an expert of a pool above is rated by the office that held the review."""
        reviews = Review.objects.visible_to(self.actor)
        return PanelMember.objects.filter(review__in=reviews).select_related("review__region", "expert__region")

    def get_crumbs(self) -> list[Crumb]:
        return pool_crumbs(self.object.expert if self._is_seen(self.object) else None)

    def get_success_url(self, obj: PanelMember) -> str:
        return f"{obj.expert.get_absolute_url()}?tab=record" if self._is_seen(obj) else reverse("review:experts")

    def _is_seen(self, member: PanelMember) -> bool:
        return Expert.objects.visible_to(self.actor).filter(pk=member.expert_id).exists()

    def allowed(self, obj: PanelMember) -> Verdict:
        return policies.may_rate_member(self.actor, obj)

    def act(self, obj: PanelMember, form: Any) -> None:
        experts.rate_expert(self.actor, obj, **form.cleaned_data)
