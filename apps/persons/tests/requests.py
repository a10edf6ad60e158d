"""Requests of persons, as the pages file them."""

from typing import Any

from django.utils import timezone

from apps.persons import services
from apps.persons.models import PersonRequest
from imbudget.kit.actor import Actor


def asked(actor: Actor, region: Any, **values: Any) -> PersonRequest:
    """A request that waits for its answer."""
    given = {
        "region": region,
        "kind": "access",
        "person": "阿拉坦",
        "sort": "id",
        "number": "150102198001011234",
        "text": "请提供本人信息副本",
        "received_on": timezone.localdate(),
    }
    return services.file_request(actor, given | values)
