"""The security administrator's rules for the whole system: signatures that ask again, labels of roles."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.accounts import policies, services
from apps.accounts.forms import ClearancesForm, SignaturesForm
from imbudget.kit.errors import Verdict
from imbudget.kit.views import FormPage


class RulesPage(FormPage):
    grant = "security.administer"
    submit_label = gettext_lazy("save")
    success_message = gettext_lazy("Saved. It holds from now on, and stands in the record.")

    def allowed(self) -> Verdict:
        return policies.may_set_rules(self.actor)


class Signatures(RulesPage):
    form_class = SignaturesForm
    title = gettext_lazy("signatures that ask again")
    help_text = gettext_lazy(
        "Whoever gives a signature that is ticked here proves who they are once more, unless they did so a short while ago."
    )

    def save(self, form: SignaturesForm) -> str:
        services.set_signatures(self.actor, asked=form.cleaned_data["asked"])
        return reverse("accounts:signatures")


class Clearances(RulesPage):
    form_class = ClearancesForm
    title = gettext_lazy("security labels")

    help_text = gettext_lazy(
        "Each field of the database has a label (its class), each role one up to which protected values are shown to it"
        " in clear. Nobody is shown what is labelled above their role, whatever right their post holds."
    )

    def save(self, form: ClearancesForm) -> Any:
        services.set_clearances(self.actor, levels=form.cleaned_data)
        return reverse("accounts:clearances")
