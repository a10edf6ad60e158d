"""Requests of persons, as the pages file them."""

from typing import Any

from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.persons import services
from apps.persons.models import Period, PersonRequest
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


def by_address(region: Any, payee: Any) -> dict[str, Any]:
    """One of each for the sweep, by the beginning of the addresses."""
    period = Period.objects.create(key="persons.notices", days=730, basis="个人信息保护法第十九条")
    request = asked(make_actor("auditor", region), region)
    return {"persons:period": period, "persons:request": request, "persons:show": payee}
