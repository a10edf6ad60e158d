"""Personal data of reviews that has an end; draws, sheets and conclusions are archives and have none."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.persons.retention import Ending, blanking, holding_any
from apps.review.models import Expert, ExpertState, Kinship, Objection


def _decided(before: datetime) -> Any:
    return holding_any(Objection.objects.filter(decided_at__lt=before), "name", "contact", "source")


def _refused(before: datetime) -> Any:
    refused = Expert.objects.filter(state=ExpertState.REFUSED, updated_at__lt=before)
    return holding_any(refused, "phone", "email", "id_number")


def _forget_applicants(keys: Iterable[Any]) -> None:
    """Numbers and contact of who was not admitted, and what they said of their kin."""
    keys = list(keys)
    blanking(Kinship, {"note": ""})(Kinship.objects.filter(expert__in=keys).values_list("pk", flat=True))
    emptied = {
        "phone": "",
        "phone_index": b"",
        "email": "",
        "id_number": "",
        "id_number_index": b"",
        "introduction": "",
    }
    blanking(Expert, emptied)(keys)


ENDINGS = {
    "review.objectors": Ending(
        table="review.objection",
        purpose="objection",
        label=_("who objected to results of reviews"),
        what=_("name, contact and address are emptied, objection and answer stay"),
        due=_decided,
        # The index of the address cannot be changed any more (0002_triggers); without its key it tells nothing.
        end=blanking(Objection, {"name": "", "contact": "", "source": ""}),
        days=365,
        basis=_("Personal Information Protection Law, articles 19 and 47: the purpose is reached with the answer"),
    ),
    "review.applicants": Ending(
        table="review.expert",
        purpose="expert",
        label=_("experts who were not admitted"),
        what=_("numbers, contact, introduction and kin are emptied, the application stays"),
        due=_refused,
        end=_forget_applicants,
        days=180,
        basis=_("Personal Information Protection Law, article 47(1): the purpose cannot be reached any more"),
    ),
}
