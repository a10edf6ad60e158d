"""Rules that watch payments: a head that stays, versions that are approved, and exceptions with their basis (白名单)."""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.regions.models import Region
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.fields import BlindIndexField, EncryptedTextField, mask_account
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful

FOR_EVER = date(9999, 12, 31)


class Setter(models.TextChoices):
    """设置主体: a rule of the system holds everywhere, that of a finance office in its region and below."""

    SYSTEM = "system", _("system")
    FINANCE = "finance", _("finance office")
    DEPARTMENT = "department", _("competent department")


class Flow(models.TextChoices):
    """预警类别: what about the money the rule looks at."""

    DIRECTION = "direction", _("where money goes")
    SPEED = "speed", _("how fast money goes")
    VOLUME = "volume", _("how much money goes")
    OTHER = "other", pgettext_lazy("class of a rule", "other")


class Mode(models.TextChoices):
    """监控处理方式, the strictest first."""

    BLOCK = "block", pgettext_lazy("mode of a rule", "forbid")
    WARN = "warn", pgettext_lazy("mode of a rule", "warn")
    HINT = "hint", pgettext_lazy("mode of a rule", "hint")


class Level(models.TextChoices):
    """预警级别, the gravest first."""

    RED = "red", _("red")
    ORANGE = "orange", _("orange")
    YELLOW = "yellow", _("yellow")
    BLUE = "blue", _("blue")


class Phase(models.TextChoices):
    """监控阶段."""

    ACT = "act", _("at the act")
    TIMED = "timed", _("timed")


class VersionState(models.TextChoices):
    """How far a version is; a rule has one in force at most."""

    DRAFT = "draft", pgettext_lazy("version of a rule", "draft")
    SUBMITTED = "submitted", _("under approval")
    RETURNED = "returned", pgettext_lazy("version of a rule", "returned")
    IN_FORCE = "in_force", _("in force")
    ENDED = "ended", pgettext_lazy("version of a rule", "ended")


EDITABLE = frozenset({VersionState.DRAFT, VersionState.RETURNED})


class RuleQuerySet(ScopedQuerySet):
    """Rules: everybody reads those that bind them, and offices those of the regions below."""

    unit_field = None

    def visible_to(self, actor: Actor) -> "RuleQuerySet":
        if actor.reach in {Reach.NOTHING, Reach.EVERYTHING}:
            return super().visible_to(actor)
        above = Q(region__level=0) | Q(region_id__in=[actor.region_id, actor.league_id])
        below = Q(league_id=actor.league_id) if actor.reach == Reach.LEAGUE else Q()
        return self.filter(above | below)

    def for_list(self) -> "RuleQuerySet":
        return self.select_related("region", "current")


class Rule(models.Model):
    """The head of a rule: what it is called by, who set it, and the version that people see (in force, else the newest).

    `upper` is the rule of an upper level that this one tightens; the upper one goes on watching, so that nothing
    below can loosen it. `gap` says what is missing for a rule that cannot be looked at (未覆盖); such a rule never runs.
    """

    code = models.CharField(
        _("code of the rule"), max_length=20, validators=[RegexValidator(r"^[A-Z0-9][A-Z0-9-]{1,19}$")]
    )
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    setter = models.CharField(_("set by"), max_length=10, choices=Setter, default=Setter.FINANCE)
    upper = models.ForeignKey(
        "self",
        verbose_name=_("tightens"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="tightened",
    )
    current = models.ForeignKey(
        "RuleVersion", verbose_name=_("version"), null=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    gap = models.CharField(_("what is missing"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("monitoring rule")
        verbose_name_plural = _("monitoring rules")
        ordering = ["code", "region"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "region"],
                name="monitoring_rule_once",
                violation_error_message=_("The region has a rule with this code already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.current.name}" if self.current is not None else self.code

    def get_absolute_url(self) -> str:
        return reverse("monitoring:rule", args=[self.pk])


class VersionQuerySet(RuleQuerySet):
    """Versions stand in the scope of their rules."""

    def for_list(self) -> "VersionQuerySet":
        return self.select_related("rule", "author")


class RuleVersion(Stateful):
    """What a rule says for a time. One in force never changes: another version replaces it.

    At the act `condition` (a tree of `lowcode.conditions`) is asked of the facts of a payment; a timed rule names the
    `measure` that looks for it and gives `parameters`. `text` tells people what is wrong and what to do.
    """

    rule = models.ForeignKey(Rule, verbose_name=_("rule"), on_delete=models.PROTECT, related_name="versions")
    region = models.ForeignKey(
        Region, verbose_name=_("region"), editable=False, on_delete=models.PROTECT, related_name="+"
    )
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField(_("version"), editable=False)
    name = models.CharField(_("name"), max_length=120)
    theme = models.CharField(_("theme"), max_length=120, blank=True)
    flow = models.CharField(_("class of warning"), max_length=9, choices=Flow, default=Flow.DIRECTION)
    mode = models.CharField(_("what it does"), max_length=5, choices=Mode, default=Mode.WARN)
    level = models.CharField(_("level of warning"), max_length=6, choices=Level, default=Level.YELLOW)
    phase = models.CharField(_("phase"), max_length=5, choices=Phase, default=Phase.ACT)
    measure = models.CharField(_("measure"), max_length=40, blank=True)
    condition = models.JSONField(_("condition"), null=True, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    text = models.CharField(_("what people are told"), max_length=500)
    basis = models.CharField(_("regulation"), max_length=200)
    clause = models.CharField(_("clause"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), default=FOR_EVER)
    needs_evidence = models.BooleanField(_("answers need a file"), default=False)
    state = models.CharField(_("state"), max_length=9, choices=VersionState, default=VersionState.DRAFT, editable=False)
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    in_force_at = models.DateTimeField(_("in force since"), null=True, editable=False)

    objects = VersionQuerySet.as_manager()
    unit_id = None  # a rule belongs to no unit; the approval engine asks

    class Meta:
        verbose_name = _("version of a monitoring rule")
        verbose_name_plural = _("versions of monitoring rules")
        ordering = ["rule", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["rule", "number"], name="rule_version_once"),
            models.UniqueConstraint(fields=["rule"], condition=Q(state="in_force"), name="one_version_in_force"),
            models.UniqueConstraint(
                fields=["rule"], condition=Q(state__in=["draft", "submitted", "returned"]), name="one_version_under_way"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="rule_version_days_in_order",
                violation_error_message=_("The last day lies before the first one."),
            ),
        ]
        indexes = [models.Index(fields=["region", "phase"], condition=Q(state="in_force"), name="rule_in_force")]

    def __str__(self) -> str:
        return f"{self.rule.code} {self.name} v{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("monitoring:rule", args=[self.rule_id])

    @property
    def clause_text(self) -> str:
        """The regulation with its clause, as an alarm quotes it."""
        return f"{self.basis} {self.clause}".strip()


class ExemptionKind(models.TextChoices):
    """By what a payment is let pass."""

    UNIT = "unit", _("budget unit")
    PROJECT = "project", _("project code")
    FUNCTION = "function", _("function")
    DEPARTMENT_ECONOMIC = "economic", _("department economic class")
    DOCUMENT = "document", _("document number of the authority")
    PAYEE = "payee", _("payee")
    ACCOUNT = "account", _("account of the payee")
    PURPOSE = "purpose", _("purpose")


class Exemption(models.Model):
    """An exception from a rule with its basis (白名单): codes match by their beginning, payees whole, purposes by a part.

    An account number is kept sealed; `value` then holds what people may read of it.
    """

    rule = models.ForeignKey(Rule, verbose_name=_("rule"), on_delete=models.PROTECT, related_name="exemptions")
    kind = models.CharField(_("by what"), max_length=8, choices=ExemptionKind)
    value = models.CharField(_("value"), max_length=140)
    account = EncryptedTextField(_("account of the payee"), blank=True)
    account_index = BlindIndexField(source="account")
    basis = models.CharField(_("basis"), max_length=300)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), default=FOR_EVER)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("exception from a rule")
        verbose_name_plural = _("exceptions from rules")
        ordering = ["rule", "kind", "value"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="exemption_days_in_order",
                violation_error_message=_("The last day lies before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"

    def hide_account(self) -> None:
        """Seal an account number and keep of it what may be shown."""
        if self.kind == ExemptionKind.ACCOUNT and self.value and not self.account:
            self.account, self.value = self.value, mask_account(self.value)
