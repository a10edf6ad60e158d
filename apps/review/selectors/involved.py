"""Who had a part in a result and therefore handles no objection to it."""

from apps.lowcode.models import CaseEvent
from apps.review.models import Objection

SUBJECT = "review.conclusion"


def involved_in(objection: Objection) -> set[int]:
    """Users: who organised the review, drew the conclusion up, acted on its approval, or published it."""
    publicity = objection.publicity
    conclusion = publicity.conclusion
    people = {publicity.author_id, conclusion.author_id, conclusion.review.organiser_id}
    events = CaseEvent.objects.filter(case__subject=SUBJECT, case__document_id=conclusion.pk).exclude(user=None)
    people.update(events.values_list("user_id", flat=True))
    experts = conclusion.review.members.exclude(expert__user=None).values_list("expert__user_id", flat=True)
    return {pk for pk in (*people, *experts) if pk is not None}
