"""The approval (批复) of a region's compiled budget: which document of the ledger issues it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.budget.models.compilation import Compilation
from apps.ledger.models import AuthorityDocument


class BudgetApproval(models.Model):
    """What a compilation was approved by; the document's own state says how far it is."""

    compilation = models.ForeignKey(
        Compilation, verbose_name=_("compilation"), on_delete=models.PROTECT, related_name="approvals"
    )
    document = models.OneToOneField(
        AuthorityDocument, verbose_name=_("authority document"), on_delete=models.PROTECT, related_name="approval"
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("approval of a budget")
        verbose_name_plural = _("approvals of budgets")

    def __str__(self) -> str:
        return f"{self.compilation} {self.document}"
