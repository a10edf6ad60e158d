"""What pages of monitoring and evaluation share: rows within the scope with what they point to, and forms about one row."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property

from imbudget.kit.errors import NotAllowed, RuleViolation
from imbudget.kit.views import FormPage
from imbudget.kit.views.base import Crumb

OF_YEAR = ("of__project", "of__region", "of__department", "of__unit", "region", "unit")


def crumbs_to(label: Any, name: str, row: Any = None) -> list[Crumb]:
    """The way back to a list, and to the row."""
    crumbs = [Crumb(label, reverse(f"performance:{name}"))]
    return crumbs if row is None else [*crumbs, Crumb(str(row), row.get_absolute_url())]


class RowForm(FormPage):
    """A form about one row of `model`, which the actor sees; 404 where they do not."""

    model: Any = None
    related: tuple[str, ...] = OF_YEAR
    grant = "performance.see"

    @cached_property
    def object(self) -> Any:
        rows = self.model.objects.visible_to(self.actor).select_related(*self.related)
        row = rows.filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Http404
        return row

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"object": self.object}


class FillPage(RowForm):
    """A form that is saved as often as its person likes, and handed in by its second button.

    What was saved stays saved where the hand-in is refused: the page comes back and says what is missing.
    """

    def keep(self, form: Any) -> None:
        raise NotImplementedError

    def hand_in(self) -> None:
        raise NotImplementedError

    def here(self) -> str:
        return self.request.path

    def save(self, form: Any) -> Any:
        self.keep(form)
        if self.request.POST.get("next") != "submit":
            return self.here()
        try:
            self.hand_in()
        except NotAllowed:
            raise
        except RuleViolation as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.here())
        return self.object.get_absolute_url()
