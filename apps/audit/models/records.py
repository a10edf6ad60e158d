"""The audit log (GB/T 22239 8.1.4.3): rows are inserted once, by month, and leave only with their whole month."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.audit.vocabulary import label_of
from imbudget.kit.actor import Actor, Reach


class RecordQuerySet(models.QuerySet):
    """Records, scoped by the code of the region they carry (they outlive the rows of the tree)."""

    def visible_to(self, actor: Actor) -> "RecordQuerySet":
        if actor.can("audit.administer"):
            return self.all()
        if not actor.can("evidence.see") or not actor.region_code:
            return self.none()
        if actor.reach == Reach.EVERYTHING:
            return self.all()
        if actor.reach == Reach.LEAGUE:
            return self.filter(region_code__startswith=actor.region_code[:4])
        return self.filter(region_code=actor.region_code)

    def for_list(self) -> "RecordQuerySet":
        return self


class Record(models.Model):
    """Who did or tried what, when, from where, in which post, to what, with which result; all as text.

    The table is partitioned by `recorded_at`; `id` is unique by its sequence. `subject_*` is what was looked at or changed,
    `facts` what else matters: filters, number of rows, the change. `trace` is the id of the request.
    """

    id = models.BigAutoField(primary_key=True)
    recorded_at = models.DateTimeField(_("recorded at"))
    kind = models.CharField(_("operation"), max_length=80)
    succeeded = models.BooleanField(_("done"), default=True)
    actor_id = models.CharField(max_length=40, blank=True)
    actor_name = models.CharField(pgettext_lazy("operation", "person"), max_length=150, blank=True)
    post_label = models.CharField(_("post"), max_length=250, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    region_code = models.CharField(_("region"), max_length=9, blank=True)
    subject_type = models.CharField(max_length=80, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    subject_label = models.CharField(_("subject"), max_length=400, blank=True)
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    facts = models.JSONField(_("facts"), default=dict)
    trace = models.CharField(max_length=32, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit record")
        verbose_name_plural = _("audit records")
        ordering = ["-recorded_at", "-id"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-recorded_at"], name="audit_subject"),
            models.Index(fields=["actor_id", "-recorded_at"], name="audit_actor"),
            models.Index(fields=["region_code", "-recorded_at"], name="audit_region"),
            models.Index(fields=["-recorded_at"], name="audit_time"),
            models.Index(fields=["kind", "-recorded_at"], name="audit_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_label}"

    @property
    def kind_label(self) -> str:
        return label_of(self.kind)
