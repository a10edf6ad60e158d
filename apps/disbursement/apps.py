from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DisbursementConfig(AppConfig):
    name = "apps.disbursement"
    verbose_name = _("disbursement")

    def ready(self) -> None:
        from apps.disbursement.bindings import contract_binding, plan_binding, request_binding
        from apps.disbursement.events import EVENTS, RECEIPTS
        from apps.disbursement.services.payees import register_paid
        from apps.evidence.receipts.access import offer_receipts
        from apps.evidence.vocabulary import register_events
        from apps.lowcode.bindings import bind
        from imbudget.kit import registry

        register_events("disbursement", EVENTS)
        offer_receipts("disbursement.see", RECEIPTS)
        for binding in (request_binding(), contract_binding(), plan_binding()):
            bind(binding)
        registry.settled_payments.add("disbursement.payees", register_paid)
