"""Requests of persons, as the pages file them."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.persons import services
from apps.persons.models import Period, PersonRequest
from apps.regions.models import Region
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


def incident_facts(region: Any, **values: Any) -> dict[str, Any]:
    """What is known of an incident."""
    now = timezone.now()
    return {
        "region": region,
        "kind": "leaked",
        "title": "账号被盗用",
        "tables": ["disbursement.payee"],
        "suspect": None,
        "begun_at": now - timedelta(hours=2),
        "ended_at": now + timedelta(hours=1),
        "found_at": now - timedelta(minutes=5),
        "cause": "口令泄露",
        "harm": "可能被用于诈骗",
        "measures": "已停用账号",
        "advice": "留意陌生来电",
        "contact": "财政局办公室 0471-0000000",
    } | values


def processing_facts(region: Any, **values: Any) -> dict[str, Any]:
    """An agreement by which somebody works on our behalf."""
    return {
        "region": region,
        "kind": "entrusted",
        "title": "一卡通运维",
        "purpose": "subsidy",
        "party": "某软件公司",
        "basis": "合同2027-8号",
        "since": timezone.localdate(),
        "until": None,
        "text": "不得留存数据",
    } | values


def by_address(region: Any, payee: Any) -> dict[str, Any]:
    """One of each for the sweep, by the beginning of the addresses."""
    period = Period.objects.create(key="persons.notices", days=730, basis="个人信息保护法第十九条")
    request = asked(make_actor("auditor", region), region)
    security = make_actor("security_admin", Region.objects.get(level=0))
    return {
        "persons:period": period,
        "persons:request": request,
        "persons:show": payee,
        "persons:incident": services.file_incident(security, incident_facts(region)),
        "persons:processing": services.record_processing(security, processing_facts(region)),
    }
