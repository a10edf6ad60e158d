"""How a model's history is kept: simple-history's tables, written by triggers (`kit.history`), users by id.

The user is a plain number, not a foreign key: the history of the lowest floors must not point up at accounts,
and it outlives the user.
"""

from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history import register


class HistoryBase(models.Model):
    """Where the act came from; written by the trigger from the transaction's settings."""

    history_address = models.CharField(_("address"), max_length=45, blank=True, null=True)  # noqa: DJ001 (trigger)

    class Meta:
        abstract = True


def keep_history(
    model: type[models.Model], app: str, excluded: tuple[str, ...] = (), unindexed: tuple[str, ...] = ()
) -> None:
    """Register a model's history; its migration then adds `HistoryTriggers`.

    `unindexed` names keys by which nobody looks for a past row: their indexes would only cost each write.

    Called in translation.py, after the translated columns exist: `history = HistoricalRecords()` in a translated
    model would miss them and fail at each save.
    """
    register(
        model,
        app=app,
        bases=[HistoryBase],
        excluded_fields=list(excluded),
        no_db_index=list(unindexed),
        history_user_id_field=models.BigIntegerField(null=True, blank=True),
        history_user_getter=_user_of,
        history_user_setter=_set_user,
    )


def _user_of(historical: Any) -> Any:
    return get_user_model().objects.filter(pk=historical.history_user_id).first()


def _set_user(historical: Any, user: Any) -> None:
    historical.history_user_id = user.pk if user else None
