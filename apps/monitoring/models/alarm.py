"""Alarms: one hit of one rule with the figures as they stood, and what became of it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.disbursement.models import PaymentRequest
from apps.files.models import StoredFile
from apps.ledger.models import Authority
from apps.monitoring.models.rule import Level, Mode, Phase, Rule, RuleVersion
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


def money(label: str, **kwargs: object) -> models.DecimalField:
    """An amount in yuan."""
    return models.DecimalField(label, max_digits=20, decimal_places=2, **kwargs)  # type: ignore[arg-type]


class AlarmState(models.TextChoices):
    """疑点 → 认定正常 / 认定违规 → 下发单位 → 单位反馈 → 销号 or 再退回."""

    SUSPECTED = "suspected", _("suspicion")
    NORMAL = "normal", _("judged in order")
    VIOLATION = "violation", _("judged a violation")
    ISSUED = "with_unit", pgettext_lazy("alarm", "sent to the unit")
    ANSWERED = "answered", _("answer to be examined")
    RETURNED = "returned", pgettext_lazy("alarm", "sent back to the unit")
    CLOSED = "closed", pgettext_lazy("alarm", "settled")


OPEN_ALARMS = (
    AlarmState.SUSPECTED,
    AlarmState.VIOLATION,
    AlarmState.ISSUED,
    AlarmState.ANSWERED,
    AlarmState.RETURNED,
)


class ViolationType(models.Model):
    """违规类型: what a confirmed alarm is called (财政部 动态监控 and 直达资金 lists)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    is_direct = models.BooleanField(_("of direct funds"), default=False)
    is_current = models.BooleanField(_("in use"), default=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("type of violation")
        verbose_name_plural = _("types of violation")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class AlarmQuerySet(ScopedQuerySet):
    """Alarms; a unit sees those of its own payments."""

    def for_list(self) -> "AlarmQuerySet":
        return self.select_related("rule", "version", "region", "unit", "request")

    def open(self) -> "AlarmQuerySet":
        return self.filter(state__in=OPEN_ALARMS)


class Alarm(Stateful):
    """A hit of a rule: `figures` and `rows` are what was seen then and never change; what follows is the finding (认定单).

    `key` names what was hit (a hand-in, a unit in a month), so that no run and no repetition raises it twice. `mode`
    and `level` are those of the version, but for timed rules whose measure grades them.
    """

    rule = models.ForeignKey(Rule, verbose_name=_("rule"), on_delete=models.PROTECT, related_name="alarms")
    version = models.ForeignKey(
        RuleVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=120, editable=False)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    league = models.ForeignKey(
        Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    request = models.ForeignKey(
        PaymentRequest,
        verbose_name=_("payment request"),
        null=True,
        on_delete=models.PROTECT,
        related_name="alarms",
    )
    authority = models.ForeignKey(
        Authority, verbose_name=_("authority"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    phase = models.CharField(_("phase"), max_length=5, choices=Phase)
    mode = models.CharField(_("what it does"), max_length=5, choices=Mode)
    level = models.CharField(_("level of warning"), max_length=6, choices=Level)
    amount = money(_("amount concerned"), default=0)
    figures = models.JSONField(_("figures"), default=dict)
    rows = models.JSONField(default=list)
    raised_at = models.DateTimeField(_("raised at"), auto_now_add=True)
    state = models.CharField(_("state"), max_length=9, choices=AlarmState, default=AlarmState.SUSPECTED, editable=False)
    violation = models.ForeignKey(
        ViolationType,
        verbose_name=_("type of violation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    finding = models.CharField(_("description of the facts"), max_length=2000, blank=True)
    demands = models.CharField(_("what is demanded"), max_length=2000, blank=True)
    refund = money(_("to be refunded"), default=0)
    adjust = money(_("to be adjusted in the books"), default=0)
    other = money(_("other amount"), default=0)
    due = models.DateField(_("to be answered by"), null=True, blank=True)
    judged_by = models.ForeignKey(
        User, verbose_name=_("judged by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    judged_at = models.DateTimeField(_("judged at"), null=True)
    escalated_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(_("settled at"), null=True)

    objects = AlarmQuerySet.as_manager()

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(fields=["rule", "key"], name="alarm_once"),
            models.CheckConstraint(
                condition=Q(refund__gte=0) & Q(adjust__gte=0) & Q(other__gte=0), name="alarm_amounts_not_below_zero"
            ),
        ]
        indexes = [
            models.Index(fields=["region", "state", "-id"], name="alarm_region"),
            models.Index(fields=["league", "state", "-id"], name="alarm_league"),
            models.Index(fields=["unit", "state", "-id"], name="alarm_unit"),
            models.Index(fields=["due"], condition=Q(state__in=["with_unit", "returned"]), name="alarm_due"),
        ]

    def __str__(self) -> str:
        return f"{self.rule.code} № {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("monitoring:alarm", args=[self.pk])


class AlarmStep(models.Model):
    """One thing that was done about an alarm; never changed."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(_("what was done"), max_length=10)
    state = models.CharField(_("state"), max_length=9, choices=AlarmState)
    text = models.CharField(_("words"), max_length=2000, blank=True)
    amount = money(_("amount"), null=True)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=150, blank=True)
    post_label = models.CharField(_("post"), max_length=250, blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("step of an alarm")
        verbose_name_plural = _("steps of alarms")
        ordering = ["alarm", "pk"]

    def __str__(self) -> str:
        return f"{self.alarm_id}: {self.act}"


class AlarmFile(models.Model):
    """A file that belongs to the finding or to the unit's answer."""

    alarm = models.ForeignKey(Alarm, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")
    of_unit = models.BooleanField(_("of the unit"), default=False)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    added_at = models.DateTimeField(_("attached at"), auto_now_add=True)

    class Meta:
        verbose_name = _("file of an alarm")
        verbose_name_plural = _("files of alarms")
        ordering = ["alarm", "pk"]

    def __str__(self) -> str:
        return str(self.file)
