"""The public page on which people apply for the expert pool of a region."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from apps.review.forms.experts import ApplicationForm
from apps.review.proofs import checked, new_challenge
from apps.review.services import experts
from apps.review.views.public import PublicPage, content_size, private, region_of
from imbudget.kit.errors import RuleViolation

LARGEST_FORM = 256 * 1024  # text alone


@method_decorator(csrf_exempt, name="dispatch")  # the token is checked once the size of the form is known
class Apply(PublicPage):
    """The form of an application; never kept as a copy."""

    template_name = "public/apply.html"

    def load(self, **kwargs: Any) -> None:
        self.region = region_of(kwargs["region"])

    def content(self) -> dict[str, Any]:
        return {"region": self.region}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.load(**kwargs)
        return self.show(ApplicationForm(region=self.region))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.load(**kwargs)
        if content_size(request) > LARGEST_FORM:
            response = self.show(ApplicationForm(region=self.region), 413)
            response.headers["Connection"] = "close"  # what is still coming is not read
            return response
        return csrf_protect(self.take)(request)

    def take(self, request: HttpRequest) -> HttpResponse:
        form = ApplicationForm(request.POST, region=self.region)
        if not form.is_valid():
            return self.show(form, 422)
        address = request.META.get("REMOTE_ADDR") or ""
        try:
            experts.apply_for_pool(form.facts(), self.region, address, proof=checked(request.POST.get("altcha", "")))
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(form, 422)
        self.template_name = "public/applied.html"
        return private(HttpResponse(self.render(self.content())))

    def show(self, form: ApplicationForm, status: int = 200) -> HttpResponse:
        context = self.content() | {"form": form, "challenge": new_challenge(), "too_large": status == 413}
        return private(HttpResponse(self.render(context, self.request), status=status))
