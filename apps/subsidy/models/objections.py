"""Objections to rosters that stand before the public."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.regions.models import Region, Unit
from apps.subsidy.models.lines import RosterLine
from apps.subsidy.models.rosters import Roster, RosterQuerySet
from imbudget.kit.fields import BlindIndexField, EncryptedTextField
from imbudget.kit.transitions import Stateful


class ObjectionState(models.TextChoices):
    """How far an objection is."""

    OPEN = "open", _("waits for an answer")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("refused")


class RosterObjection(Stateful):
    """What somebody objects to a published roster or a line of it; the roster goes on when all are answered.

    `author` is who of the unit recorded it; one that was filed on the public page has none, and its `proof`. Whoever
    objects follows it by `code`; name, contact and the address it came from are sealed.
    """

    roster = models.ForeignKey(Roster, verbose_name=_("roster"), on_delete=models.PROTECT, related_name="objections")
    region = models.ForeignKey(Region, editable=False, on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, editable=False, on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(
        RosterLine, verbose_name=_("line"), null=True, blank=True, on_delete=models.PROTECT, related_name="objections"
    )
    ground = models.TextField(_("objection and its grounds"), max_length=2000)
    code = models.CharField(_("code to follow it"), max_length=20, blank=True, editable=False)
    person = EncryptedTextField(_("who objects"), blank=True)
    contact = EncryptedTextField(_("contact"), blank=True)
    source = EncryptedTextField(_("address"), blank=True)
    source_index = BlindIndexField(source="source")
    proof = models.CharField(max_length=200, blank=True, editable=False)  # the work done counts once
    state = models.CharField(_("state"), max_length=9, choices=ObjectionState, default=ObjectionState.OPEN)
    answer = models.TextField(pgettext_lazy("review", "answer"), max_length=2000, blank=True, editable=False)
    filed_at = models.DateTimeField(_("filed at"), auto_now_add=True)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    answered_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    answerer = models.ForeignKey(
        User, verbose_name=_("answered by"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection to a roster")
        verbose_name_plural = _("objections to rosters")
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=~Q(code=""), name="roster_objection_code_once"),
            models.UniqueConstraint(fields=["proof"], condition=~Q(proof=""), name="roster_objection_proof_once"),
            models.CheckConstraint(
                condition=Q(answerer__isnull=True) | ~Q(answerer=F("author")), name="roster_objection_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster} № {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("subsidy:objection", args=[self.pk])

    @property
    def is_of_public(self) -> bool:
        """Whether it was filed on the public page."""
        return self.author_id is None
