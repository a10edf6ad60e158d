"""Attached files."""

import uuid

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.files.storage import attachments
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet


class StoredFile(models.Model):
    """One file as it came in; it never changes (a trigger holds it), a new version is another file.

    `subject_label` and `subject_id` name the document that it belongs to, for people and searches; what refers to a
    file for its work does so by a foreign key or through `holders`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name of the file"), max_length=200)
    kind = models.CharField(_("type by content"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    digest = models.CharField(_("SM3 digest"), max_length=64)
    file = models.FileField(_("file"), storage=attachments, max_length=100)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("attached by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("attached at"), auto_now_add=True)
    subject_label = models.CharField(_("type of document"), max_length=100, blank=True)
    subject_id = models.CharField(_("document"), max_length=40, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("attached file")
        verbose_name_plural = _("attached files")
        indexes = [
            models.Index(fields=["subject_label", "subject_id"], name="files_of_a_document"),
            models.Index(fields=["file"], name="files_by_place"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("files:file", args=[self.pk])
