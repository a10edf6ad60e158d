"""Cases and tasks written as rows, for pages that only read them; their histories are not told."""

from datetime import date
from typing import Any

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory
from apps.lowcode.models import Case, FlowDefinition, FlowVersion, Task
from apps.regions.models import Region, Unit

SUBJECT = "tests.document"
STEP = {"zh": "单位负责人审核", "mn": "ᠬᠢᠨᠠᠬᠤ"}


def make_version(region: Region, subject: str = SUBJECT, **values: Any) -> FlowVersion:
    """A draft of the region's flow, empty unless a body is given."""
    definition, _made = FlowDefinition.objects.get_or_create(
        region=region, subject=subject, defaults={"code": "flow", "name_zh_hans": "审批流程"}
    )
    number = definition.versions.count() + 1
    return FlowVersion.objects.create(
        definition=definition, **({"number": number, "body": {"format": 1, "steps": []}} | values)
    )


def make_case(unit: Unit, applicant: User | None = None, **values: Any) -> Case:
    """A running case of the unit; its documents are numbered."""
    definition = FlowDefinition.objects.filter(region=unit.region).first()
    version = definition.versions.first() if definition else make_version(unit.region)
    number = Case.objects.count() + 1
    given: dict[str, Any] = {
        "subject": SUBJECT,
        "document_id": number,
        "label": f"草原项目{number}",
        "url": "/",
        "version": version,
        "region": unit.region,
        "league_id": unit.region.league_id,
        "unit": unit,
        "applicant": applicant or UserFactory(),
        "amount": "1234567.80",
        "step": "unit_head",
    }
    return Case.objects.create(**(given | values))


def make_task(case: Case, user: User, due: date | None = None, **values: Any) -> Task:
    """An open task of the case's step."""
    number = case.tasks.count() + 1
    given: dict[str, Any] = {"key": f"1.unit_head.{number}", "step": "unit_head", "step_name": STEP, "due": due}
    return Task.objects.create(case=case, user=user, **(given | values))
