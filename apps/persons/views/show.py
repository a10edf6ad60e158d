"""One row's personal data in clear: in the answer to a reason, and nowhere else."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.persons import policies, selectors, services
from apps.persons.forms import CauseForm
from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict, require
from imbudget.kit.personal import Holding
from imbudget.kit.views import ActionPage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.public import private


class Show(ActionPage):
    form_class = CauseForm
    title = _("show what is masked")
    question = _("Show this personal data in clear?")
    consequence = _("That you looked, at what, when and why stays in the audit log. The page keeps no copy.")
    submit_label = _("show what is masked")

    @cached_property
    def holding(self) -> Holding:
        holding = selectors.holding_of(self.kwargs["table"])
        if holding is None:
            raise Http404
        return holding

    def get_queryset(self) -> Any:
        return self.holding.sight(self.actor)

    def get_object(self) -> Any:
        self.model = self.get_queryset().model
        return super().get_object()

    def allowed(self, obj: Any) -> Verdict:
        return policies.may_unmask(self.actor, self.holding, obj)

    def get_success_url(self, obj: Any) -> str:
        return self.holding.page(obj)

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(str(self.object), self.holding.page(self.object))]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        obj, form = self.get_object(), self.form_class(request.POST)
        if not form.is_valid():
            require(self.allowed(obj))
            return self.show(obj, form, status=422)
        try:
            facts = services.show(self.actor, self.holding, obj, **form.cleaned_data)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(obj, form, status=422)
        self.object = obj
        back = self.get_success_url(obj)
        context = {"title": str(obj), "crumbs": self.get_crumbs(), "facts": facts, "back": back}
        return private(TemplateResponse(request, "persons/shown.html", context))

    def show(self, obj: Any, form: Any, status: int = 200) -> HttpResponse:
        return private(super().show(obj, form, status))
