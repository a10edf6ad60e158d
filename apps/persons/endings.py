"""Data of this app and of notices that has an end."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.notices.models import Notice
from apps.persons.models import PersonRequest, RequestState
from apps.persons.retention import Ending, blanking, holding_any


def _notices(before: datetime) -> Any:
    return Notice.objects.filter(created_at__lt=before)


def _delete_notices(keys: Iterable[Any]) -> None:
    Notice.objects.filter(pk__in=list(keys)).delete()


def _requests(before: datetime) -> Any:
    closed = PersonRequest.objects.exclude(state=RequestState.OPEN).filter(closed_at__lt=before)
    return holding_any(closed, "person", "number")


ENDINGS = {
    "persons.notices": Ending(
        table="notices.notice",
        purpose="account",
        label=_("notices, read or not"),
        what=_("deleted: what happened stands in the record"),
        due=_notices,
        end=_delete_notices,
        days=730,
        basis=_("Personal Information Protection Law, article 19: no longer than the purpose needs"),
    ),
    "persons.requests": Ending(
        table="persons.personrequest",
        purpose="request",
        label=_("answered requests of persons"),
        what=_("name and number are emptied, request and answer stay"),
        due=_requests,
        end=blanking(PersonRequest, {"person": "", "number": "", "number_index": b""}),
        days=1096,
        basis=_("Personal Information Protection Law, article 56: records of processing at least three years"),
    ),
}
