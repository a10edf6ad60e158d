"""Versions of rows of other apps: what each row of a chained table was after each change, as a digest."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.evidence.models.entries import XidField
from apps.evidence.rowlines import shape_digest


class Op(models.TextChoices):
    """What became of a row."""

    INSERTED = "I", _("inserted")
    UPDATED = "U", _("changed")
    DELETED = "D", _("deleted")
    TAKEN_IN = "B", _("taken in")


class RowShape(models.Model):
    """The columns that a table had when versions of its rows were digested; never changed, a changed table gets another."""

    table = models.CharField(_("table"), max_length=63)
    columns = models.JSONField(default=list)

    class Meta:
        verbose_name = _("columns of a chained table")
        verbose_name_plural = _("columns of chained tables")

    def __str__(self) -> str:
        return f"{self.table} № {self.pk}"

    @property
    def digest(self) -> str:
        """What a version says of its columns."""
        return shape_digest(self.table, self.columns)


class RowChange(models.Model):
    """A change that waits to be sealed: a trigger writes it in the transaction that makes it, the sealer takes it away.

    `body` is the row as PostgreSQL prints it as jsonb, empty where it was deleted; `act` is what the transaction showed to prove
    that it was ours (`kit.integrity.act_token`).
    """

    table = models.CharField(max_length=63)
    key = models.BigIntegerField()
    op = models.CharField(max_length=1, choices=Op)
    body = models.TextField(blank=True)
    at = models.DateTimeField()
    xid = XidField()
    act = models.TextField(null=True)  # noqa: DJ001 - written by a trigger from a setting that may be missing

    class Meta:
        verbose_name = _("change of a chained row")
        verbose_name_plural = _("changes of chained rows")

    def __str__(self) -> str:
        return f"{self.table} {self.key} {self.op}"


class RowVersion(models.Model):
    """A sealed change: `digest` is the SM3 of the row, `batch` the number of the entry in evidence that keeps its digest.

    `act` is the number of the transaction, empty where it could not prove that it was ours.
    """

    table = models.CharField(max_length=63)
    key = models.BigIntegerField()
    op = models.CharField(max_length=1, choices=Op)
    at = models.DateTimeField()
    xid = models.BigIntegerField()
    act = models.BigIntegerField(null=True)
    shape = models.ForeignKey(RowShape, null=True, on_delete=models.PROTECT, db_index=False, db_constraint=False)
    digest = models.BinaryField(max_length=32)
    batch = models.BigIntegerField()

    class Meta:
        verbose_name = _("version of a chained row")
        verbose_name_plural = _("versions of chained rows")
        indexes = [
            models.Index(fields=["table", "key", "id"], name="evidence_rowversion_row"),
            models.Index(fields=["batch", "id"], name="evidence_rowversion_batch"),
            models.Index(fields=["table", "key"], condition=models.Q(act=None), name="evidence_rowversion_strange"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.key} {self.op}"
