"""The page on which anybody answers a survey: phone first, no signing in, no name; one answer from a device."""

import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.lowcode.services.answers import BadAnswers
from apps.performance import services
from apps.performance.forms.surveys import PublicSurveyForm
from apps.performance.selectors.surveys import survey_by_code
from apps.performance.services.surveys import is_answerable
from apps.review.services.objections import public_actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.proofs import checked
from imbudget.kit.views.public import PublicForm

COOKIE = "survey"
KEPT_FOR = 400 * 24 * 60 * 60  # seconds: longer than any survey runs
TOKEN = 32  # hexadecimal digits


class Answering(PublicForm):
    """One survey; outside of its days the page says so."""

    template_name = "public/survey.html"
    done_template = "public/survey_done.html"
    largest = 64 * 1024

    def load(self, **kwargs: Any) -> None:
        self.survey = survey_by_code(kwargs["survey"])
        if self.survey is None:
            raise Http404

    def content(self) -> dict[str, Any]:
        return {"survey": self.survey, "is_answerable": is_answerable(self.survey)}

    def make_form(self, *args: Any) -> PublicSurveyForm:
        return PublicSurveyForm(*args, survey=self.survey)

    def file(self, form: PublicSurveyForm) -> dict[str, Any]:
        device = self.request.COOKIES.get(COOKIE, "")
        if len(device) != TOKEN:
            raise RuleViolation(_("Your browser keeps no cookies. Allow them for this page and send it again."))
        sender = services.Sender(device, self.address, form.seconds, checked(form.cleaned_data["altcha"]))
        try:
            services.take_answer(public_actor(self.address), self.survey, form.raw, sender)
        except BadAnswers as refusal:
            form.refuse(refusal.errors)
            raise RuleViolation(_("Some questions need another look.")) from refusal
        return {}

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        response = super().show(form, status)
        if len(self.request.COOKIES.get(COOKIE, "")) != TOKEN:
            path = reverse("surveys:answer", args=[self.language, self.survey.code]).partition(f"/{self.language}/")[0]
            response.set_cookie(
                COOKIE,
                secrets.token_hex(TOKEN // 2),
                max_age=KEPT_FOR,
                path=f"{path}/",
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return response
