"""What the pickers of disbursement ask."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.disbursement import pickers
from apps.regions.views import Choices


class AuthorityChoices(Choices):
    grant = "disbursement.pay"
    template_name = "disbursement/choices.html"
    title = gettext_lazy("choose an authority")
    field = "authority"

    def choices(self, text: str) -> list[dict[str, Any]]:
        return pickers.authority_choices(pickers.authority_picker.rows(self.actor), text)


class PayeeChoices(Choices):
    grant = "disbursement.pay"
    template_name = "disbursement/choices.html"
    title = gettext_lazy("choose a payee")
    field = "payee"

    def choices(self, text: str) -> list[dict[str, Any]]:
        return pickers.payee_choices(pickers.payee_picker.rows(self.actor), text)
