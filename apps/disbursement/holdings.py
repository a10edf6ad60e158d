"""Personal data that disbursement holds, and why."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.disbursement.models import Payee, PaymentRequest, PaymentRow
from imbudget.kit.actor import Actor
from imbudget.kit.fields import mask_account, mask_id
from imbudget.kit.personal import Holding, Item, Sort


def _payees(actor: Actor) -> object:
    return Payee.objects.visible_to(actor).select_related("region", "unit")


def _rows(actor: Actor) -> object:
    seen = PaymentRequest.objects.visible_to(actor)
    return PaymentRow.objects.filter(request__in=seen).select_related("request__region", "request__unit")


HOLDINGS = {
    "disbursement.payee": Holding(
        model=Payee,
        label=pgettext_lazy("register", "payees"),
        items=(
            Item("account", _("account of the payee"), mask_account, Sort.ACCOUNT, "account_index"),
            Item("id_number", _("ID number or unified social credit code"), mask_id, Sort.ID, "id_index"),
        ),
        person=lambda payee: payee.name,
        sight=_payees,
        page=lambda payee: payee.get_absolute_url(),
    ),
    "disbursement.paymentrow": Holding(
        model=PaymentRow,
        label=_("payees of a request"),
        items=(Item("payee_account", _("account of the payee"), mask_account, Sort.ACCOUNT, "payee_index"),),
        person=lambda row: row.payee_name,
        sight=_rows,
        page=lambda row: row.request.get_absolute_url(),
        scope=lambda row: row.request,
    ),
}
