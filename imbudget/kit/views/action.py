"""The one action page: a confirmation where an act cannot be undone, then one service call."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from imbudget.kit.errors import NotAllowed, RuleViolation, Verdict, require
from imbudget.kit.forms import TextField
from imbudget.kit.signatures import proof_before
from imbudget.kit.views.base import KitView, ScopedMixin


class ConfirmForm(forms.Form):
    """Nothing to fill in: the confirmation is the button."""


class ReasonForm(forms.Form):
    """A reason that the other side will read."""

    reason = TextField(label=_("reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}))


class ActionPage(ScopedMixin, KitView):
    """GET asks for confirmation (and a reason when `form_class` wants one); POST calls `act(obj, form)`.

    The service checks the policy again: `allowed` only spares the reader a form they cannot use.
    """

    form_class: type[forms.Form] = ConfirmForm
    template_name = "kit/confirm.html"
    question: str | Promise = ""
    consequence: str | Promise = ""
    submit_label: str | Promise = _("confirm")
    success_message: str | Promise = ""
    danger = False
    signs = (
        ""  # the key of the signature that this is (kit.signatures): whoever gives it may be asked again who they are
    )

    def act(self, obj: Any, form: Any) -> Any:
        """Call the service; may return an address to go to instead of the row's page."""
        raise NotImplementedError

    def allowed(self, obj: Any) -> Verdict:
        raise NotImplementedError

    def get_initial(self, obj: Any) -> dict[str, Any]:
        """What the form begins with."""
        return {}

    def get_success_url(self, obj: Any) -> str:
        return obj.get_absolute_url()

    def say_done(self, obj: Any) -> None:
        """What is said on the next page; a page whose act may end in several ways says how it ended."""
        if self.success_message:
            messages.success(self.request, str(self.success_message))

    def get_more(self, obj: Any, form: Any) -> dict[str, Any]:
        """What the page says besides, for its template."""
        return {}

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        require(self.allowed(obj))
        return self.show(obj, self.form_class(initial=self.get_initial(obj)))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        obj = self.get_object()
        form = self.form_class(request.POST)
        if not form.is_valid():
            require(self.allowed(obj))  # who may not do it is not told how to
            return self.show(obj, form, status=422)
        if self.signs:
            require(self.allowed(obj))
            page = proof_before(request, self.signs)
            if page is not None:
                return page
        try:
            goal = self.act(obj, form)
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(obj, form, status=422)
        self.say_done(obj)
        return redirect(goal or self.get_success_url(obj))

    def show(self, obj: Any, form: Any, status: int = 200) -> HttpResponse:
        self.object = obj
        context = {
            "title": self.get_title(),
            "crumbs": self.get_crumbs(),
            "object": obj,
            "form": form,
            "question": self.question,
            "consequence": self.consequence,
            "submit_label": self.submit_label,
            "danger": self.danger,
            "cancel_url": self.get_success_url(obj),
            **self.get_more(obj, form),
        }
        return TemplateResponse(self.request, self.template_name, context, status=status)
