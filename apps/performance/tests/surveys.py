"""A survey that is open, and answers as phones send them."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.conf import settings

from apps.lowcode.jsontext import read_json
from apps.lowcode.models import FormVersion
from apps.lowcode.services.forms import Place, import_form, publish_form
from apps.performance import services
from apps.performance.models import ProjectYear, Survey, SurveyAnswer
from apps.performance.tests.collecting import DAY, clerk_of, target_of
from apps.regions.models import Region
from apps.review.services.objections import public_actor
from imbudget.kit.actor import system_actor

SYSTEM = system_actor("tests")
FILE = settings.BASE_DIR / "fixtures" / "forms" / "survey.json"
CONTENT = {"overall": "100", "quality": "80"}
PATIENT = 60  # seconds
numbers = count(1)


def load_form(region: Region, **changes: Any) -> FormVersion:
    """The shipped form, published at a region."""
    version = import_form(SYSTEM, place=Place(region), data=read_json(FILE.read_bytes()) | changes)
    publish_form(SYSTEM, version.definition)
    version.refresh_from_db()
    return version


def plan_of(version: FormVersion, minimum: int = 2, **changes: Any) -> services.Plan:
    values = {
        "version": version,
        "title": "2027年草原生态修复满意度调查",
        "opens_on": DAY,
        "closes_on": DAY + timedelta(days=20),
        "minimum": minimum,
    }
    return services.Plan(**(values | changes))


def make_survey(of: ProjectYear, minimum: int = 2, **changes: Any) -> Survey:
    """Open for the satisfaction of a project's year."""
    version = load_form(of.region.get_root())
    target = target_of(of, kind="satisfaction")
    made = services.open_survey(clerk_of(of), target, plan_of(version, minimum, **changes))
    return Survey.objects.select_related("target__of", "version").get(pk=made.pk)


def send(survey: Survey, values: dict[str, Any] | None = None, seconds: int = PATIENT, **sender: str) -> SurveyAnswer:
    """An answer from another phone at another place each time, unless `device` or `address` is named."""
    number = next(numbers)
    known = {"device": f"device {number}", "address": f"10.9.{number // 250}.{number % 250}"} | sender
    given = services.Sender(seconds=seconds, proof=f"proof {number}", **known)
    return services.take_answer(public_actor(known["address"]), survey, values or CONTENT, given)
