"""Authorities (指标) and what is left of each."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.ledger.models.elements import Elements
from apps.regions.models import Region
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class AuthorityState(models.TextChoices):
    """Whose hands the money is in: 待分配, 待下达, 可执行 are states of the same money."""

    UNALLOCATED = "unallocated", _("not yet allocated")
    PENDING = "pending", _("not yet issued")
    EXECUTABLE = "executable", _("executable")
    SENT = "sent", _("issued to a lower level")


class AuthorityQuerySet(ScopedQuerySet):
    """Authorities; what finance has not issued is not shown to units."""

    def visible_to(self, actor: Actor) -> "AuthorityQuerySet":
        rows = super().visible_to(actor)
        return rows.filter(state=AuthorityState.EXECUTABLE) if actor.reach == Reach.UNITS else rows

    def for_list(self) -> "AuthorityQuerySet":
        return self.select_related("balance", "unit", "region", "fund", "function", "department_economic")


class Authority(Elements, Stateful):
    """One line of spending authority (指标 BA_BGT_INFO): its elements never change, what is left stands in its Balance.

    `origin` is the line it was made out of (ORI_BGT_ID), `uid` its name in exchanges (BGT_ID).
    """

    uid = models.UUIDField(_("business key"), default=uuid.uuid4, editable=False, unique=True)
    league = models.ForeignKey(
        Region,
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    state = models.CharField(_("state"), max_length=11, choices=AuthorityState, editable=False)
    origin = models.ForeignKey(
        "self",
        verbose_name=_("made out of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="made",
        db_constraint=False,
    )
    document = models.ForeignKey(
        "AuthorityDocument",
        verbose_name=_("document"),
        on_delete=models.PROTECT,
        related_name="authorities",
        db_constraint=False,
    )
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        indexes = [
            models.Index(fields=["year", "-id"], name="authority_year"),
            models.Index(fields=["league", "year", "-id"], name="authority_league_year"),
            models.Index(fields=["region", "year", "-id"], name="authority_region_year"),
            models.Index(fields=["unit", "year", "-id"], name="authority_unit_year"),
            models.Index(fields=["project_code", "year"], name="authority_project", condition=~Q(project_code="")),
            models.Index(
                fields=["upper_document_number"],
                name="authority_upper_document",
                condition=~Q(upper_document_number=""),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=AuthorityState.EXECUTABLE)
                | Q(unit__isnull=False, function__isnull=False, fund__isnull=False),
                name="executable_has_unit_and_function",
                violation_error_message=_("Executable authority names its unit and its function."),
            ),
            models.CheckConstraint(
                condition=~Q(state=AuthorityState.SENT) | Q(receiving_region__isnull=False),
                name="sent_has_receiver",
                violation_error_message=_("A transfer names the region that receives it."),
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk} {self.summary}".rstrip()

    def get_absolute_url(self) -> str:
        return reverse("ledger:authority", args=[self.pk])


def money(label: str, **kwargs: object) -> models.DecimalField:
    """An amount in yuan."""
    return models.DecimalField(label, max_digits=20, decimal_places=2, **kwargs)  # type: ignore[arg-type]


SUMS = ("increased", "decreased", "reserved", "spent", "available")


class Balance(models.Model):
    """What has become of an authority: amount + 调增 − 调减 = 已付 + 在途 + 可用 at every moment, none of them below zero.

    A table of its own, because it moves with every payment and its past is the entries.
    """

    authority = models.OneToOneField(
        Authority, verbose_name=_("authority"), on_delete=models.PROTECT, primary_key=True, related_name="balance"
    )
    amount = money(_("amount"))
    increased = money(_("increased"), default=0)
    decreased = money(_("decreased"), default=0)
    reserved = money(_("applied for"), default=0)
    spent = money(_("paid"), default=0)
    available = money(_("available"))

    class Meta:
        verbose_name = _("balance")
        verbose_name_plural = _("balances")
        constraints = [
            models.CheckConstraint(condition=Q(**{f"{name}__gte": 0}), name=f"balance_{name}_not_below_zero")
            for name in ("amount", *SUMS)
        ] + [
            models.CheckConstraint(
                condition=Q(available=F("amount") + F("increased") - F("decreased") - F("reserved") - F("spent")),
                name="balance_adds_up",
            )
        ]

    def __str__(self) -> str:
        return f"{self.authority_id}: {self.available}"

    @property
    def current(self) -> object:
        """The authority after adjustments (变动后数)."""
        return self.amount + self.increased - self.decreased
