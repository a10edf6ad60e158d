"""Incidents with personal data (PIPL 57; Cybersecurity Law 25): what happened, who was told, and what was done."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.persons.models.requests import RequestQuerySet
from apps.regions.models import Region
from imbudget.kit.transitions import Stateful


class IncidentKind(models.TextChoices):
    """What the law names: leaked, falsified, lost."""

    LEAKED = "leaked", pgettext_lazy("incident", "leaked")
    FALSIFIED = "falsified", pgettext_lazy("incident", "falsified")
    LOST = "lost", pgettext_lazy("incident", "lost")


class IncidentState(models.TextChoices):
    """How far the duties are done."""

    OPEN = "open", pgettext_lazy("incident", "being dealt with")
    CLOSED = "closed", pgettext_lazy("incident", "closed")


class Incident(Stateful):
    """One incident: personal data that was, or may have been, leaked, falsified or lost.

    `tables` are the kinds of personal data concerned (`registry.personal_data`), `suspect` the account through which it
    happened, where that is known: then only the rows that it was shown in clear are concerned. `cause`, `harm`, `measures`, `advice` and
    `contact` are what the notice to authority and persons has to say (PIPL 57). It closes once the authority was told, and the
    persons were told or it is written down why they need not be.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of incident"), max_length=10, choices=IncidentKind)
    title = models.CharField(pgettext_lazy("incident", "what happened"), max_length=200)
    tables = models.JSONField(_("kinds of personal data concerned"), default=list)
    suspect = models.ForeignKey(
        User,
        verbose_name=_("account through which it happened"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    begun_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(pgettext_lazy("incident", "ended at"))
    found_at = models.DateTimeField(_("found at"))
    cause = models.TextField(_("cause"), max_length=2000)
    harm = models.TextField(_("harm that may follow"), max_length=2000)
    measures = models.TextField(_("what is done about it"), max_length=2000)
    advice = models.TextField(_("what persons can do against harm"), max_length=2000)
    contact = models.CharField(_("whom to ask"), max_length=200)
    author = models.ForeignKey(
        User, verbose_name=_("author"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    authority = models.CharField(_("authority that was told"), max_length=200, blank=True, editable=False)
    authority_told_at = models.DateTimeField(_("authority told at"), null=True, editable=False)
    persons_told_at = models.DateTimeField(_("persons told at"), null=True, editable=False)
    persons_told_how = models.TextField(
        _("how persons were told, or why not"), max_length=2000, blank=True, editable=False
    )
    state = models.CharField(
        _("state"), max_length=8, choices=IncidentState, default=IncidentState.OPEN, editable=False
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident with personal data")
        verbose_name_plural = _("incidents with personal data")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(begun_at__lte=F("ended_at")),
                name="person_incident_begins_first",
                violation_error_message=_("An incident ends after it began."),
            ),
            models.CheckConstraint(
                condition=Q(state="open")
                | (Q(closed_at__isnull=False, authority_told_at__isnull=False) & ~Q(persons_told_how="")),
                name="person_incident_told",
                violation_error_message=_("An incident closes once authority and persons were told."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("persons:incident", args=[self.pk])
