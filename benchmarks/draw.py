"""Drawing a panel from a pool of experts, with avoidance, against the one query that reads the pool.

    python -m benchmarks.draw [--experts 20000]

`draw.total` is the whole draw: criteria, the pool with all reasons of avoidance, seed, digests, the snapshot stored, the
evidence, then head, sequence, panel, members and invitations. Its limit is the time of the pool's query alone, its rows
fetched; both at their best of all runs. `work_ms` is the processor time of product and server together, which no other
work on the machine disturbs. `draw.pool` is reading the pool by the product, `draw.check` the look at all experts'
ties as panels ask it.
"""

import argparse
import time
from collections.abc import Callable
from typing import Any

from benchmarks import harness
from benchmarks.librarypages import server_work

RUNS = 9
SIZE = 5


def main() -> None:
    """Fill, and print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--experts", type=int, default=20_000)
    experts = parser.parse_args().experts
    with harness.server(durable=False):
        harness.fill(1)
        claims(experts, fill_experts(experts))


def fill_experts(experts: int) -> dict[str, Any]:
    """The pool, and who draws from it."""
    from django.db import connection

    from apps.accounts.models import User
    from apps.regions.models import Region, Unit

    root = Region.objects.get(level=0)
    text = (harness.LIMITS / "fill_experts.sql").read_text()
    with connection.cursor() as cursor:
        cursor.execute(text, {"experts": experts, "units": Unit.objects.count(), "region": root.pk})
        cursor.execute("ANALYZE")
    return {"root": root, "unit": Unit.objects.filter(region=root).first(), "user": User.objects.order_by("-pk")[0]}


def claims(experts: int, place: dict[str, Any]) -> None:
    """The whole draw and its parts."""
    from apps.review.drawing import Criteria
    from apps.review.models import Expert
    from apps.review.selectors import avoidance, candidates

    wanted = {"size": SIZE, "fields": {"field-1": 3, "field-2": 1}, "levels": [0], "languages": ["zh"]}
    review = review_of(place)
    criteria = Criteria.read(wanted)
    query = own_query(lambda: candidates.pool_of(review, criteria))
    whole, bound = [], []
    for _run in range(RUNS):
        act = whole_draw(place, review_of(place), wanted)
        bound.append(measured(query))
        whole.append(measured(act))
    work, least = (min(used for _seconds, used in runs) for runs in (whole, bound))
    facts = {
        "work_ms": round(work * 1000, 2),
        "work_limit_ms": round(least * 1000, 2),
        "work_ratio": round(work / least, 2),
        "experts": experts,
        "candidates": candidates.pool_of(review, criteria).count("\n") + 1,
    }
    harness.report("draw.total", min(whole)[0], min(bound)[0], **facts)
    harness.compare("draw.pool", lambda: candidates.pool_of(review, criteria), query, RUNS, experts=experts)
    people = list(Expert.objects.values_list("pk", flat=True))
    projects = candidates.project_ids(review)
    harness.compare("draw.check", lambda: avoidance.reasons(people, projects), query, RUNS, experts=experts)


def own_query(run: Any) -> Any:
    """The pool's statement as the product asks it, by itself."""
    from django.db import connection

    asked: list[tuple[str, Any]] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        run()
    sql, params = next((sql, params) for sql, params in asked if sql.startswith("WITH people"))

    def alone() -> Any:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall()

    return alone


def review_of(place: dict[str, Any]) -> Any:
    """A review of one project of the region's own."""
    from django.utils import timezone

    from apps.lowcode.models import FormDefinition, FormPurpose, FormVersion
    from apps.projects.models import Project, ProjectVersion
    from apps.review.models import Dossier, Review, ReviewItem

    number = Review.objects.count() + 1
    form, _made = FormDefinition.objects.get_or_create(
        region=place["root"], code="sheet", defaults={"name": "评分表", "purpose": FormPurpose.REVIEW}
    )
    version, _made = FormVersion.objects.get_or_create(
        definition=form,
        number=1,
        defaults={"state": "published", "body": {"format": 1, "fields": []}, "digest": "0" * 64},
    )
    project = Project.objects.create(
        code=f"15000027300000000{number:04d}", name=f"项目{number}", unit=place["unit"], setup_year=2027, start_year=2027,
        end_year=2027, state="review_pending", version=1, submitted_at=timezone.now(),
    )  # fmt: skip
    kept = ProjectVersion.objects.create(project=project, number=1, reason="submitted", body={}, digest="0" * 64)
    review = Review.objects.create(
        region=place["root"], kind="evaluation", year=2027, number=number, title="评审", form_version=version,
        panel_size=SIZE, trim_from=5, outlier_share="0.20", pass_mark=60, organiser=place["user"],
    )  # fmt: skip
    dossier = Dossier.objects.create(project=project, version=kept, kinds=["evaluation"], total=1)
    ReviewItem.objects.create(review=review, dossier=dossier, project=project, number=1, submitted=1)
    return Review.objects.select_related("region").get(pk=review.pk)


def whole_draw(place: dict[str, Any], review: Any, wanted: dict[str, Any]) -> Callable[[], None]:
    """Both acts of a draw; each commits, and the second reads its rows, as their pages do."""
    from apps.review.models import Draw
    from apps.review.services import draws
    from imbudget.kit.actor import Actor, Reach

    root = place["root"]
    actor = Actor(
        place["user"].pk, "benchmark", reach=Reach.EVERYTHING, region_id=root.pk, region_code=root.code,
        grants=frozenset({"review.organise"}),
    )  # fmt: skip

    def both() -> None:
        committed = draws.commit_draw(actor, review, wanted)
        draws.make_draw(actor, Draw.objects.select_related("review__region").get(pk=committed.pk))

    return both


def measured(run: Callable[[], Any]) -> tuple[float, float]:
    """Seconds by the clock, and seconds of processor time of this process and the server's together."""
    before = server_work() + time.process_time()
    seconds = harness.timed(run)
    used = time.process_time()
    time.sleep(0.002)  # the server's process tidies up after its answer, and is counted when it rests
    return seconds, server_work() + used - before


if __name__ == "__main__":
    main()
