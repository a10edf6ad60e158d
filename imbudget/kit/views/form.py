"""The one form page: errors beside the field and summed up above, a rule's no brings the form back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise

from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict
from imbudget.kit.views.base import KitView


class FormPage(KitView):
    """A form that calls one service in `save(form)`; what save returns is where the page goes next."""

    form_class: type[BaseForm]
    template_name = "kit/form.html"
    submit_label: str | Promise = ""
    success_message: str | Promise = ""
    help_text: str | Promise = ""
    multipart = False

    def allowed(self) -> Verdict | bool:
        """The policy asked before the form is shown."""
        return True

    def save(self, form: Any) -> Any:
        raise NotImplementedError

    def get_form(self, data: Any = None, files: Any = None) -> Any:
        return self.form_class(data=data, files=files, **self.get_form_kwargs())

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def get_cancel_url(self) -> str:
        return ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.setup_page()
        return super().dispatch(request, *args, **kwargs)

    def setup_page(self) -> None:
        """Load what the form is about (404 when out of scope)."""

    def check_allowed(self) -> None:
        verdict = self.allowed()
        if not verdict:
            raise PermissionDenied(getattr(verdict, "reason", ""))

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check_allowed()
        return self.show(self.get_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check_allowed()
        form = self.get_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, status=422)
        try:
            goal = self.save(form)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(form, status=422)
        if self.success_message:
            messages.success(request, str(self.success_message))
        return goal if isinstance(goal, HttpResponseBase) else redirect(goal)

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        return TemplateResponse(self.request, self.template_name, self.get_context_data(form), status=status)

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return {
            "title": self.get_title(),
            "crumbs": self.get_crumbs(),
            "form": form,
            "submit_label": self.submit_label,
            "help_text": self.help_text,
            "cancel_url": self.get_cancel_url(),
            "multipart": self.multipart,
        }
