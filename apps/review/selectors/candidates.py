"""Who may be drawn for a review: the snapshot of the pool, and what has come up against candidates since."""

from collections.abc import Iterable
from datetime import date

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from apps.review.drawing import Criteria, Entry
from apps.review.drawing.panel import COLLEAGUE, SEAT, SEEN
from apps.review.models import Expert, ExpertState, Review
from apps.review.selectors.avoidance import HITS, Avoidance, Cooling, facts_of, reasons
from apps.review.selectors.settings import setting_of


class PassedOver(models.TextChoices):
    """Why a candidate is passed over in a draw, besides the reasons of avoidance."""

    ORGANISER = "organiser", _("organises the review")
    GONE = "gone", _("not in the pool any more")
    CHANGED = "changed", _("has changed employers since")
    SEEN = SEEN, _("has been on this panel")
    COLLEAGUE = COLLEAGUE, _("somebody of the same employer is on the panel")
    SEAT = SEAT, _("no free seat for the fields of this expert")


LABELS = dict([*Avoidance.choices, *PassedOver.choices])

# A line for each in the order of the experts' numbers, which is the order that the sequence counts by.
POOL = (
    """WITH people AS (
    SELECT e.id, e.user_id, e.employer_key, e.employer_unit_id, e.phone_index, s.codes
    FROM review_expert e JOIN (
        SELECT x.expert_id, string_agg(f.code, ' ' ORDER BY f.code COLLATE "C") AS codes,
            bool_or(f.code = ANY(%(fields)s)) AS fits
        FROM review_expertspeciality x JOIN review_expertfield f ON f.id = x.field_id GROUP BY x.expert_id
    ) s ON s.expert_id = e.id
    WHERE e.state = 'admitted' AND e.region_id = ANY(%(regions)s) AND e.level = ANY(%(levels)s)
        AND e.languages @> %(languages)s::varchar(2)[] AND e.title_rank = ANY(%(ranks)s)
        AND (%(any_field)s OR s.fits)
), """  # noqa: S608 - text of our own
    + HITS
    + """, organiser (expert_id, code) AS (
    SELECT id, 'organiser' FROM people WHERE user_id = %(organiser)s
)
SELECT string_agg(concat_ws(E'\\t', p.id, p.employer_key, p.codes, coalesce(h.codes, '')), E'\\n' ORDER BY p.id)
FROM people p LEFT JOIN (
    SELECT expert_id, string_agg(DISTINCT code, ' ') AS codes
    FROM (SELECT * FROM hits UNION ALL SELECT * FROM organiser) a GROUP BY expert_id
) h ON h.expert_id = p.id"""
)


def pool_of(review: Review, criteria: Criteria, on: date | None = None) -> str:
    """The snapshot: expert, employer, fields and reasons of avoidance of everybody whom the criteria fit, line by line.

    They are admitted in the review's region or in one above it. One statement, however many there are.
    """
    cooling = Cooling(setting_of(review.region).cooling_draws, review.pk)
    values = facts_of(project_ids(review), on, cooling) | {
        "regions": list(review.region.get_ancestors(include_self=True).values_list("pk", flat=True)),
        "levels": list(criteria.levels),
        "languages": list(criteria.languages),
        "ranks": list(criteria.ranks),
        "fields": [code for code, _quota in criteria.fields],
        "any_field": criteria.is_open,
        "organiser": review.organiser_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(POOL, values)
        return cursor.fetchone()[0] or ""


def barred_now(review: Review, entries: Iterable[Entry], cooling: Cooling) -> dict[str, list[str]]:
    """What has come up against these candidates since the snapshot: {id as text: reasons}; who is fine is not in it.

    `cooling` is the region's rule of resting, as it counts for this review.
    """
    then = {entry.id: entry.employer for entry in entries}
    now = {expert.pk: expert for expert in Expert.objects.filter(pk__in=then).only("state", "employer_key")}
    ties = reasons(then, project_ids(review), cooling=cooling)
    found: dict[str, list[str]] = {}
    for pk, employer in then.items():
        against = list(ties[pk])
        if pk not in now or now[pk].state != ExpertState.ADMITTED:
            against.append(PassedOver.GONE.value)
        elif now[pk].employer_key != employer:
            against.append(PassedOver.CHANGED.value)
        if against:
            found[str(pk)] = against
    return found


def project_ids(review: Review) -> list[int]:
    """The projects before the panel."""
    return list(review.items.values_list("project_id", flat=True))
