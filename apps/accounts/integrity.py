"""Rows that say who may do what bear a stamp (HMAC-SM3) over what they say: written past the product they count for nothing."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from imbudget.kit.errors import RuleViolation
from imbudget.kit.integrity import is_current, is_genuine, stamp

USER, POST = "user", "post"


class StampedQuerySet(models.QuerySet[Any]):
    """An `update()` of what is stamped stamps anew as well; what was forged stays so."""

    def update(self, **values: Any) -> int:
        model: Any = self.model
        names = {*values, *(f"{name}_id" for name in values)}
        if not names & {*model.PROVEN}:
            return super().update(**values)
        with transaction.atomic():
            before: list[Any] = list(self.order_by())
            count = super().update(**values)
            for row in model._base_manager.filter(pk__in=[row.pk for row in before if row.is_genuine]):
                model._base_manager.filter(pk=row.pk).update(mac=stamp(model.PURPOSE, *row._proven()))
        return count


class Stamped(models.Model):
    """Has a `mac` over its key and the columns that `PROVEN` names; each save that writes one of them stamps anew."""

    PURPOSE: ClassVar[str]
    PROVEN: ClassVar[tuple[str, ...]]

    mac = models.CharField(max_length=120, blank=True, editable=False, db_default="")

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Stamp and save. Raises RuleViolation: the row in the database was written past the product."""
        if self._state.adding:
            self.pk = self.pk or next_key(type(self))
            kwargs["force_insert"] = True
            self.mac = stamp(self.PURPOSE, *self._proven())
        elif update_fields is None:
            self._refuse_forged()
            self.mac = stamp(self.PURPOSE, *self._proven())
        elif written := {name for name in self.PROVEN if {name, name.removesuffix("_id")} & {*update_fields}}:
            stored = self._refuse_forged()
            kept = zip(self.PROVEN, self._proven()[1:], stored._proven()[1:], strict=True)
            self.mac = stamp(self.PURPOSE, self.pk, *(mine if name in written else its for name, mine, its in kept))
            update_fields = {*update_fields, "mac"}
        super().save(*args, update_fields=update_fields, **kwargs)

    @property
    def is_genuine(self) -> bool:
        """Whether the product wrote it so."""
        return is_genuine(self.PURPOSE, self.mac, *self._proven())

    @property
    def is_stamped_now(self) -> bool:
        """Whether its stamp is under the key that stamps now."""
        return is_current(self.mac)

    def _proven(self) -> list[Any]:
        return [self.pk, *(getattr(self, name) for name in self.PROVEN)]

    def _refuse_forged(self) -> "Stamped":
        """The row as it is stored: what was forged must not be stamped along with an honest change of something else."""
        rows = type(self)._base_manager.filter(pk=self.pk)
        stored: Stamped = (rows.select_for_update(no_key=True) if connection.in_atomic_block else rows).get()
        if not stored.is_genuine:
            raise RuleViolation(_("This record was changed past the system: it cannot be changed any further."))
        return stored


def next_key(model: type[models.Model]) -> int:
    """A key for a new row, before it is written: the stamp is over it too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, %s))", [model._meta.db_table, "id"])
        return int(cursor.fetchone()[0])
