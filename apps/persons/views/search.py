"""What is held about a person: asked for by the exact number, shown in the answer only."""

from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from apps.persons import policies, selectors, services
from apps.persons.forms import SearchForm
from imbudget.kit.errors import Verdict
from imbudget.kit.views import FormPage
from imbudget.kit.views.public import private


class Search(FormPage):
    form_class = SearchForm
    grant = "persons.inspect"
    title = _("what is held about a person")
    submit_label = _("search")
    help_text = _(
        "Only whole numbers find anything. That you looked, and why, stays in the audit log; the number does not."
    )

    def allowed(self) -> Verdict:
        return policies.may_inspect(self.actor)

    def save(self, form: Any) -> HttpResponse:
        found = services.inspect_person(self.actor, **form.cleaned_data)
        context = {
            "title": self.get_title(),
            "crumbs": self.get_crumbs(),
            "found": found,
            "looks": selectors.looks_at(found),
        }
        return private(TemplateResponse(self.request, "persons/found.html", context))
