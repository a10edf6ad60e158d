"""What is recorded of processing personal data: assessments, who gets data, who works on our behalf (PIPL 21, 23, 55, 56)."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.persons.models.requests import RequestQuerySet
from apps.regions.models import Region
from imbudget.kit.classification import purposes


class ProcessingKind(models.TextChoices):
    """Which duty the record is of."""

    ASSESSMENT = "pia", _("impact assessment (PIPL 55, 56)")
    PROVIDED = "provided", _("data provided to another body (PIPL 23)")
    ENTRUSTED = "entrusted", _("processing entrusted to somebody (PIPL 21)")
    RISK = "risk", _("yearly risk assessment of data (Data Security Law 30)")
    TRAINING = "training", _("training and drill (PIPL 51)")


class Processing(models.Model):
    """One record: an assessment with its result, or an agreement by which somebody gets data until a day.

    `purpose` is a code of `fixtures/security/purposes.csv`. Records are kept for three years at least (PIPL 56; regulations on network
    data of 2025): a trigger lets none be removed, and of an agreement only its end be changed.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of record"), max_length=10, choices=ProcessingKind)
    title = models.CharField(_("subject"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=20, blank=True)
    party = models.CharField(_("who gets the data, or who assessed"), max_length=200)
    basis = models.CharField(_("agreement or basis"), max_length=300)
    since = models.DateField(pgettext_lazy("processing", "from"))
    until = models.DateField(pgettext_lazy("processing", "until"), null=True, blank=True)
    text = models.TextField(_("result: risks, measures, what was agreed"), max_length=5000)
    author = models.ForeignKey(
        User, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of processing")
        verbose_name_plural = _("records of processing")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="person_processing_ends_last",
                violation_error_message=_("The last day is not before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("persons:processing", args=[self.pk])

    @property
    def purpose_name(self) -> str:
        """The purpose in words."""
        found = purposes().get(self.purpose)
        return found.name if found else "–"
