"""Requests of persons about their data, and the periods after which data is done away with."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.fields import BlindIndexField, EncryptedTextField
from imbudget.kit.personal import Sort
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class RequestKind(models.TextChoices):
    """What a person asks for; the article of the law on personal information (PIPL)."""

    ACCESS = "access", _("to see and get a copy of their data (PIPL 45)")
    CORRECTION = "correct", _("to have their data corrected (PIPL 46)")
    ERASURE = "erase", _("to have their data deleted, or no longer used (PIPL 47)")
    EXPLANATION = "explain", _("to have the rules explained to them (PIPL 48)")


class RequestState(models.TextChoices):
    """Whether the person has been answered."""

    OPEN = "open", _("waits for an answer")
    DONE = "done", pgettext_lazy("request of a person", "done as asked")
    DECLINED = "declined", pgettext_lazy("request of a person", "declined, with the reason")


class RequestQuerySet(ScopedQuerySet):
    """Requests: the security administrator answers for the whole system, an auditor sees their own region's."""

    unit_field = None

    def visible_to(self, actor: Actor) -> "RequestQuerySet":
        if not actor.can("persons.inspect"):
            return self.none()
        return self.all() if actor.can("security.administer") else super().visible_to(actor)

    def for_list(self) -> "RequestQuerySet":
        return self.select_related("region", "author")


class PersonRequest(Stateful):
    """What a person asked about their own data, and what they were told; name and number are sealed.

    `number` is the identity number, account or telephone (`sort`) by which the data is found; `due_on` the day by which the person
    is told (30 days, GB/T 35273 8.7).
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("asks"), max_length=8, choices=RequestKind)
    person = EncryptedTextField(_("name of the person"))
    sort = models.CharField(
        _("kind of number"),
        max_length=8,
        default=Sort.ID,
        choices=[(Sort.ID, _("identity number")), (Sort.ACCOUNT, _("account or card")), (Sort.PHONE, _("telephone"))],
    )
    number = EncryptedTextField(_("number to find the data by"))
    number_index = BlindIndexField(source="number")
    text = models.TextField(pgettext_lazy("request of a person", "what is asked"), max_length=2000)
    received_on = models.DateField(pgettext_lazy("request of a person", "received on"))
    due_on = models.DateField(_("answer due on"), editable=False)
    state = models.CharField(_("state"), max_length=8, choices=RequestState, default=RequestState.OPEN, editable=False)
    answer = models.TextField(pgettext_lazy("review", "answer"), max_length=2000, blank=True, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("answered at"), null=True, editable=False)
    closer = models.ForeignKey(
        User, verbose_name=_("answered by"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of a person")
        verbose_name_plural = _("requests of persons")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | Q(closed_at__isnull=False) & ~Q(answer=""),
                name="person_request_answered",
                violation_error_message=_("A request is closed with an answer."),
            )
        ]

    def __str__(self) -> str:
        return f"№ {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("persons:request", args=[self.pk])


class Period(models.Model):
    """How long one kind of data is kept: after `days` days it is done away with, by the clock, as its holder defines.

    `key` names the holder's rule (`registry.retention`). Nothing that the archive law keeps has a rule: vouchers, ledgers and what
    proves them stay 30 years (Measures for Accounting Archives, 2016, 14).
    """

    key = models.CharField(_("kind of data"), max_length=60, unique=True, editable=False)
    days = models.PositiveIntegerField(_("kept for days"), validators=[MinValueValidator(1)])
    basis = models.CharField(_("basis"), max_length=300)
    is_active = models.BooleanField(_("carried out by the clock"), default=True)

    class Meta:
        verbose_name = _("period of keeping")
        verbose_name_plural = _("periods of keeping")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=1),
                name="period_of_a_day_at_least",
                violation_error_message=_("A period is a day at least."),
            )
        ]

    def __str__(self) -> str:
        return self.key


class PeriodRun(models.Model):
    """One run of a period that did away with something: how many rows, and the SM3 digest of their keys in order."""

    period = models.ForeignKey(
        Period, verbose_name=_("period of keeping"), on_delete=models.PROTECT, related_name="runs"
    )
    ran_at = models.DateTimeField(_("done at"), auto_now_add=True)
    before = models.DateTimeField(_("everything from before"))
    count = models.PositiveIntegerField(_("rows"))
    digest = models.CharField(_("digest of their keys"), max_length=64)

    class Meta:
        verbose_name = _("run of a period")
        verbose_name_plural = _("runs of periods")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.period} {self.before:%Y-%m-%d}: {self.count}"
