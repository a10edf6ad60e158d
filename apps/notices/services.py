"""Tell people, mark what they have read, and sum up once a working day what waits for them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.notices import kinds
from apps.notices.models import Notice
from apps.notices.selectors import people_at_work
from imbudget.kit import registry
from imbudget.kit.actor import Actor
from imbudget.kit.registry import Line

PEOPLE_AT_ONCE = 1000


def notify(user_ids: Iterable[int], kind: str, /, url: str = "", **params: str | kinds.Named) -> int:
    """Tell people something, in the transaction of the act that they are told of. Returns how many were told.

    A param may be a `kinds.word(label)` or a `kinds.Named(zh, mn)`: each reader gets it in their language. `url` is an address of ours.
    """
    return notify_each(dict.fromkeys(user_ids, url), kind, **params)


def notify_each(pages: Mapping[int, str], kind: str, /, **params: str | kinds.Named) -> int:
    """Tell people the same, with a page for each: {user: address}. Returns how many were told."""
    values = kinds.kept(kind, params)
    notices = [Notice(user_id=user_id, kind=kind, params=values, url=url) for user_id, url in pages.items()]
    return len(Notice.objects.bulk_create(notices, batch_size=PEOPLE_AT_ONCE))


def notify_all(letters: Iterable[tuple[int, str, str, Mapping[str, str | kinds.Named]]]) -> int:
    """Tell many people different things at once: (user, kind, address, params). Returns how many were told."""
    notices = [
        Notice(user_id=user_id, kind=kind, params=kinds.kept(kind, params), url=url)
        for user_id, kind, url, params in letters
    ]
    return len(Notice.objects.bulk_create(notices, batch_size=PEOPLE_AT_ONCE))


def mark_read(actor: Actor, ids: Collection[int] | None = None, *, until: int | None = None) -> int:
    """Mark the person's own notices as read: these, or all up to the newest one they have seen."""
    notices = Notice.objects.visible_to(actor).unread()
    if ids is not None:
        notices = notices.filter(pk__in=ids)
    if until is not None:
        notices = notices.filter(pk__lte=until)
    return notices.update(read_at=timezone.now())


def write_digests(day: date | None = None) -> int:
    """One notice to each person at work for whom something waits; a second run on a day adds nothing."""
    day = day or timezone.localdate()
    people = people_at_work(day)
    parts = [people[start : start + PEOPLE_AT_ONCE] for start in range(0, len(people), PEOPLE_AT_ONCE)]
    return sum(_write_digests(part, day) for part in parts)


@transaction.atomic
def _write_digests(people: list[int], day: date) -> int:
    told = set(Notice.objects.filter(user_id__in=people, day=day).values_list("user_id", flat=True))
    waiting = _what_waits([user_id for user_id in people if user_id not in told])
    digests = [
        Notice(user_id=user_id, kind=kinds.DIGEST, params=_params(lines), url=_url(lines), day=day)
        for user_id, lines in waiting.items()
    ]
    Notice.objects.bulk_create(digests, ignore_conflicts=True)  # another run at this moment has told them
    return len(digests)


def _what_waits(people: list[int]) -> dict[int, list[Line]]:
    waiting: dict[int, list[Line]] = {}
    for _name, source in registry.digest_sources.items():
        for user_id, lines in source(people).items():
            if lines:
                waiting.setdefault(user_id, []).extend(lines)
    return waiting


def _params(lines: list[Line]) -> dict[str, list[dict[str, object]]]:
    return {"lines": [{"kind": line.kind, "params": kinds.kept(line.kind, line.params)} for line in lines]}


def _url(lines: list[Line]) -> str:
    """Where most is to be done first; the home page when no line says where."""
    return next((line.url for line in lines if line.url), "/")


def clear_old() -> int:
    """Delete notices that were read long ago; what happened stands in the record and the history."""
    limit = timezone.now() - timedelta(days=settings.NOTICES_KEEP_DAYS)
    return Notice.objects.filter(read_at__lt=limit).delete()[0]
