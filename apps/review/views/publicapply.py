"""The public page on which people apply for the expert pool of a region."""

from typing import Any

from apps.review.forms.experts import ApplicationForm
from apps.review.services import experts
from apps.review.views.public import region_of
from imbudget.kit.proofs import checked
from imbudget.kit.views.public import PublicForm


class Apply(PublicForm):
    """The form of an application."""

    template_name = "public/apply.html"
    done_template = "public/applied.html"

    def load(self, **kwargs: Any) -> None:
        self.region = region_of(kwargs["region"])

    def content(self) -> dict[str, Any]:
        return {"region": self.region}

    def make_form(self, *args: Any) -> ApplicationForm:
        return ApplicationForm(*args[:1], region=self.region)

    def file(self, form: ApplicationForm) -> dict[str, Any]:
        proof = checked(self.request.POST.get("altcha", ""))
        experts.apply_for_pool(form.facts(), self.region, self.address, proof=proof)
        return {}
