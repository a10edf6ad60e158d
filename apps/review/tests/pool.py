"""What the tests of the expert pool stand on: facts, people, the flow of admission."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command

from apps.lowcode.models import Task, TaskState
from apps.review.expertfacts import SIGNS, WEIGHTS, ExpertFacts
from apps.review.tests.factories import ExpertFieldFactory
from imbudget.kit.actor import Actor

FLOW = Path(settings.BASE_DIR) / "fixtures" / "flows" / "review.admission.json"


def id_number(number: int = 1, born: date = date(1975, 3, 8)) -> str:
    """A number of an identity card whose places tie."""
    body = f"150102{born:%Y%m%d}{number:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return body + SIGNS[total % 11]


def facts(number: int = 1, **values: Any) -> ExpertFacts:
    """Facts that can be kept at a banner."""
    ExpertFieldFactory(code="grassland")
    given: dict[str, Any] = {
        "name": f"其其格{number}", "employer": "内蒙古农业大学", "title_rank": "senior", "level": 2,
        "id_number": id_number(number), "phone": "13800000000", "fields": ("grassland",),
    }  # fmt: skip
    return ExpertFacts(**(given | values))


def publish_flow() -> None:
    """The shipped flow of admission, in use for the whole region."""
    call_command("load_flows", str(FLOW), verbosity=0)


def task_of(actor: Actor) -> Task:
    """The open task of a person."""
    return Task.objects.get(user_id=actor.user_id, state=TaskState.OPEN)
