"""Notices to people."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.notices import kinds
from imbudget.kit.actor import Actor


class NoticeQuerySet(models.QuerySet):
    """Notices; each person sees their own, whatever the post they act in."""

    def visible_to(self, actor: Actor) -> "NoticeQuerySet":
        return self.filter(user_id=actor.user_id) if actor.user_id else self.none()

    def unread(self) -> "NoticeQuerySet":
        return self.filter(read_at=None)

    def for_list(self) -> "NoticeQuerySet":
        return self


class Notice(models.Model):
    """One thing that one person is told; its text is made when it is read, in the reader's language."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("user"), on_delete=models.CASCADE, related_name="+"
    )  # told to the person alone: goes with the person
    kind = models.CharField(_("kind of notice"), max_length=60)
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=500, blank=True)
    day = models.DateField(_("day of the digest"), null=True, editable=False)
    created_at = models.DateTimeField(_("told at"), auto_now_add=True)
    read_at = models.DateTimeField(_("read at"), null=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["user", "-id"], name="notices_of_a_person"),
            models.Index(fields=["user"], condition=Q(read_at=None), name="notices_unread"),
        ]
        constraints = [
            # Only digests have a day: rows without one do not count against each other.
            models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_day"),
            models.CheckConstraint(condition=Q(url="") | Q(url__startswith="/"), name="notice_leads_to_our_pages"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """What the person is told, in the language in force."""
        return kinds.text_of(self.kind, self.params)
