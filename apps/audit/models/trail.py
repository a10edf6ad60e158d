"""The two logs as one: what the audit desk searches."""

import json
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.models.records import RecordQuerySet
from apps.audit.vocabulary import label_of_any
from imbudget.kit.actor import Actor


class TrailQuerySet(RecordQuerySet):
    """Rows of both logs, scoped as each log alone is."""

    def of_others(self, actor: Actor, people: Iterable[int]) -> "TrailQuerySet":
        """What these people have done, the actor left out: what one administrator did is for the others to see."""
        return self.filter(actor_id__in=[str(pk) for pk in people if pk != actor.user_id])


class Trail(models.Model):
    """One row of the evidence or of the audit log (view `audit_trail`).

    `id` is twice the number of the row there, and one more for the audit log: unique, and in the order of each log.
    """

    EVIDENCE, AUDIT = "evidence", "audit"

    id = models.BigIntegerField(primary_key=True)
    log = models.CharField(
        pgettext_lazy("audit", "log"), max_length=8, choices=[(EVIDENCE, _("evidence")), (AUDIT, _("audit"))]
    )
    number = models.BigIntegerField(_("number"))
    recorded_at = models.DateTimeField(_("recorded at"))
    kind = models.CharField(_("operation"), max_length=80)
    succeeded = models.BooleanField(_("done"))
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(pgettext_lazy("operation", "person"), max_length=150)
    post_label = models.CharField(_("post"), max_length=250)
    address = models.CharField(_("address"), max_length=45)
    region_code = models.CharField(_("region"), max_length=9)
    subject_type = models.CharField(max_length=80)
    subject_id = models.CharField(max_length=40)
    subject_label = models.CharField(_("subject"), max_length=400)
    reason = models.CharField(_("reason"), max_length=400)
    facts: Any = models.JSONField(_("facts"))
    trace = models.CharField(_("request"), max_length=32)

    objects = TrailQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "audit_trail"
        verbose_name = _("row of the audit trail")
        verbose_name_plural = _("audit trail")
        ordering = ["-recorded_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_label}"

    def get_absolute_url(self) -> str:
        return reverse("audit:row", args=[self.pk])

    @property
    def kind_label(self) -> str:
        return label_of_any(self.kind)

    @property
    def outcome(self) -> str:
        return str(_("done") if self.succeeded else pgettext_lazy("operation", "refused or failed"))

    @property
    def facts_text(self) -> str:
        """The facts as they are kept."""
        return json.dumps(self.facts, ensure_ascii=False)
