"""Who may take a receipt: whoever sees records, and of what an app names also whoever sees the row that the record is about."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evidence.models import Entry
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.registry import Panel, ReceiptSource

MOST = 50  # records that the panel of one row shows, the newest


def offer_receipts(grant: str, offered: Mapping[str, tuple[str, ...]]) -> None:
    """Offer receipts of operations on the pages of models (`app.model` in small letters: events); from AppConfig.ready()."""
    for label, events in offered.items():
        registry.receipt_sources.add(label, _source(grant, events))
        registry.panels.add(label, [PANEL])


def receipts_on(page: Any, row: models.Model) -> dict[str, Any]:
    """The records of this row that receipts are taken of, the newest first."""
    return {"entries": entries_of(row), "may_take": page.actor.can(_source_of(row._meta.label).grant)}


PANEL = Panel(gettext_lazy("receipts of the record"), "evidence/_receipts.html", receipts_on, name="receipts")


def entries_of(row: models.Model) -> Sequence[Entry]:
    """One query."""
    label = row._meta.label
    found = Entry.objects.filter(subject_type=label, subject_id=str(row.pk), event__in=_source_of(label).events)
    return list(found.order_by("-pk")[:MOST])


def entry_seen(actor: Actor, pk: int) -> Entry | None:
    """The record, where the actor sees it or the row that it is about."""
    entry = Entry.objects.select_related("batch").filter(pk=pk).first()
    if entry is None or Entry.objects.visible_to(actor).filter(pk=pk).exists():
        return entry
    return entry if is_offered(entry) and _sees_subject(actor, entry) else None


def may_take(actor: Actor, entry: Entry) -> Verdict:
    """Of a record that the actor sees."""
    if Entry.objects.visible_to(actor).filter(pk=entry.pk).exists():
        return ALLOWED
    app = entry.subject_type.partition(".")[0]
    if not actor.has_module(app):
        return refused(registry.closed_module.get()(actor, app))
    if not actor.can(_source_of(entry.subject_type).grant):
        return refused(_("Your present post does not include this work. Switch posts in the page head."))
    return ALLOWED


def is_offered(entry: Entry) -> bool:
    """Whether an app offers receipts of this operation on the pages of what it was done to."""
    label = entry.subject_type.lower()
    return label in registry.receipt_sources and entry.event in registry.receipt_sources.get(label).events


@cache
def _source(grant: str, events: tuple[str, ...]) -> ReceiptSource:
    """The same thing for the same words: an app may be made ready twice."""
    return ReceiptSource(grant, events)


def _source_of(label: str) -> ReceiptSource:
    return registry.receipt_sources.get(label.lower())


def _sees_subject(actor: Actor, entry: Entry) -> bool:
    model: Any = apps.get_model(entry.subject_type)
    return bool(model.objects.visible_to(actor).filter(pk=entry.subject_id).exists())
