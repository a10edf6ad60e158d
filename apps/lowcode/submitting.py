"""Handing in where the flow leaves approvers to the applicant: the confirmation asks for them."""

from typing import Any

from apps.lowcode.forms import ApproversForm
from apps.lowcode.selectors.choosing import choices_to_make
from imbudget.kit.views import ActionPage


class SubmitPage(ActionPage):
    """An action page whose form has one field for each step that asks; mostly none."""

    def subject(self, obj: Any) -> str:
        """The type of document, as the flows know it."""
        raise NotImplementedError

    def get_object(self) -> Any:
        self.object = super().get_object()
        return self.object

    def form_class(self, data: Any = None, initial: Any = None) -> ApproversForm:  # type: ignore[override]
        return ApproversForm(data, choices=choices_to_make(self.subject(self.object), self.object, self.actor))
