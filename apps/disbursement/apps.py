from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from imbudget.kit import registry


class DisbursementConfig(AppConfig):
    name = "apps.disbursement"
    verbose_name = _("disbursement")

    def ready(self) -> None:
        self._chain()
        from apps.disbursement.bindings import contract_binding, plan_binding, request_binding
        from apps.disbursement.events import EVENTS, RECEIPTS
        from apps.disbursement.holdings import HOLDINGS
        from apps.disbursement.services.payees import register_paid
        from apps.disbursement.signatures import signatures
        from apps.evidence.receipts.access import offer_receipts
        from apps.evidence.vocabulary import register_events
        from apps.lowcode.bindings import bind

        register_events("disbursement", EVENTS)
        for table, holding in HOLDINGS.items():
            registry.personal_data.add(table, holding)
        offer_receipts("disbursement.see", RECEIPTS)
        for binding in (request_binding(), contract_binding(), plan_binding()):
            bind(binding)
        registry.settled_payments.add("disbursement.payees", register_paid)
        registry.signatures.add("disbursement", signatures)

    def _chain(self) -> None:
        """Tables whose every version is chained in evidence."""
        for name in ("PaymentRequest", "PaymentRow", "Voucher"):
            model = self.get_model(name)
            registry.chained_tables.add(model._meta.db_table, model)
