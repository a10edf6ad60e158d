"""The public pages at full size: notices and results of a few regions, read by anybody.

    python -m benchmarks.public [--lines 100000]

`--lines` counts the published results, five to a notice, spread over the few regions of the tests. Each claim is one page: what its
statements take against the best hand-written SQL for the same rows, and how many statements it asks whatever the size;
`.again` is the same page asked for by a browser that has it (304).
"""

import json
import statistics
from datetime import timedelta
from typing import Any

from benchmarks import harness

RUNS = 15
PLACES = "SELECT id FROM regions_region ORDER BY id"
REVIEWS = (
    "COPY review_review (region_id, kind, year, number, title, form_version_id, panel_size, trim_from, outlier_share,"
    " pass_mark, state, organiser_id, created_at, updated_at) FROM STDIN"
)
CONCLUSIONS = """
INSERT INTO review_conclusion (review_id, region_id, text, advice, body, digest, state, return_reason, revision)
SELECT id, region_id, '', '', '{}', '', 'confirmed', '', 1 FROM review_review
"""
NOTICES = """
INSERT INTO review_publicity (conclusion_id, region_id, year, number, title, title_zh_hans, title_mvf, text, text_zh_hans,
    text_mvf, days, counting, source, starts_on, ends_on, digest, state, author_id, published_at, changed_at, down_reason)
SELECT c.id, c.region_id, 2026, r.number, '项目评审结果公示' || r.number, '项目评审结果公示' || r.number, '', '', '', '', 5,
    'working', '', %(start)s, %(end)s, repeat('0', 64), 'running', %(user)s, now() - r.number * interval '1 minute', now(), ''
FROM review_conclusion c JOIN review_review r ON r.id = c.review_id
"""
RESULTS = """
INSERT INTO review_reviewitem (review_id, dossier_id, project_id, number, submitted, is_tied, computed_verdict, verdict,
    amount, deviation)
SELECT r.id, %(dossier)s, %(project)s, 1, 800000, false, '', 'support', 700000, '' FROM review_review r
"""
ITEMS = """
INSERT INTO review_publicityitem (publicity_id, item_id, project_id, unit_id, number, code, name, unit_name, unit_name_mvf,
    category, category_mvf, submitted, amount, verdict, deviation, outcome)
SELECT p.id, i.id, %(project)s, %(unit)s, n, '15010226T000000000001', '草原生态修复' || p.id || '-' || n, '第一单位', '',
    '草原生态保护', '', 800000, 700000, 'support', '', 'open'
FROM review_publicity p JOIN review_conclusion c ON c.id = p.conclusion_id JOIN review_reviewitem i ON i.review_id = c.review_id,
    generate_series(1, %(each)s) n
"""
EACH = 5


def main() -> None:
    """Fill, and print the claims."""
    items = harness.lines_asked()
    with harness.server(durable=False):
        fill(max(1, items // EACH))
        claims(items)


def fill(notices: int) -> None:
    """Reviews, conclusions, notices and results; one project stands behind all of them."""
    from django.db import connection
    from django.utils import timezone

    from apps.budget.tests.factories import make_world
    from apps.review.models import Dossier
    from apps.review.tests import factories as make

    world = make_world()
    project = make.waiting_project(world)
    version = project.versions.get()
    dossier = Dossier.objects.create(project=project, version=version, kinds=["budget"], total=project.total)
    user, form = make.UserFactory(), make.sheet_version(world.tree.banner)
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(PLACES)
        regions = [row[0] for row in cursor.fetchall()]
        with cursor.copy(REVIEWS) as copy:
            for number in range(notices):
                place = regions[number % len(regions)]
                stamp = f"{today} 00:00+08"
                copy.write_row(
                    (place, "budget", today.year, 1000 + number, f"评审{number}", form.pk, 5, 5, "0.20", 60, "published",
                     user.pk, stamp, stamp)
                )  # fmt: skip
        values = {"user": user.pk, "start": today, "end": today + timedelta(days=7), "each": EACH}
        values |= {"project": project.pk, "unit": project.unit_id, "dossier": dossier.pk}
        for statement in (CONCLUSIONS, NOTICES, RESULTS, ITEMS):
            cursor.execute(statement, values)
        cursor.execute("ANALYZE")


def claims(items: int) -> None:
    """The pages of the region with the most notices."""
    from django.test import Client

    from apps.review.models import Publicity

    notice = Publicity.objects.select_related("region").order_by("region_id", "-published_at").first()
    assert notice is not None
    item = notice.items.get(number=1)
    region = notice.region.code
    client = Client(SERVER_NAME="localhost")
    pages = {
        "list": (f"/public/zh-hans/{region}/", LIST, {"region": notice.region_id}),
        "notice": (f"/public/zh-hans/{region}/{notice.year}-{notice.number}/", NOTICE, {"notice": notice.pk}),
        "result": (f"/public/zh-hans/{region}/results/{item.pk}/", RESULT, {"item": item.pk}),
        "index": ("/public/zh-hans/", INDEX, {}),
    }
    for name, (address, limit, values) in pages.items():
        measure(f"public.{name}", client, address, limit, values, items)


LIST = """
SELECT id, title_zh_hans, year, number, starts_on, ends_on, state, published_at FROM review_publicity
WHERE region_id = %(region)s AND state <> 'taken_down' ORDER BY published_at DESC, id DESC LIMIT 21
"""
NOTICE = """
SELECT p.title_zh_hans, p.starts_on, p.ends_on, i.* FROM review_publicity p
JOIN review_publicityitem i ON i.publicity_id = p.id WHERE p.id = %(notice)s ORDER BY i.number
"""
RESULT = """
SELECT i.*, p.title_zh_hans, p.starts_on, p.ends_on, r.code, r.name_zh_hans FROM review_publicityitem i
JOIN review_publicity p ON p.id = i.publicity_id JOIN regions_region r ON r.id = p.region_id WHERE i.id = %(item)s
"""
INDEX = """
SELECT r.code, r.name_zh_hans, s.count, s.newest FROM (SELECT region_id, count(*) AS count, max(published_at) AS newest
    FROM review_publicity WHERE state <> 'taken_down' GROUP BY region_id) s
JOIN regions_region r ON r.id = s.region_id ORDER BY r.code
"""


def measure(claim: str, client: Any, address: str, limit: str, values: dict[str, Any], items: int) -> None:
    """One JSON line: a page as a newcomer asks for it, and one as a browser that has it."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    first = client.get(address)
    assert first.status_code == 200, address
    again = {"If-None-Match": first["ETag"]}
    asked: list[dict[str, str]] = []
    sql: list[float] = []
    bound: list[float] = []
    pages: list[float] = []
    cached: list[float] = []
    for _run in range(RUNS):
        with CaptureQueriesContext(connection) as caught:
            pages.append(harness.timed(lambda: client.get(address)))
        asked = list(caught.captured_queries)  # the next request empties the log
        sql.append(sum(float(query["time"]) for query in asked))
        with connection.cursor() as cursor:
            bound.append(harness.timed(lambda cursor=cursor: cursor.execute(limit, values).fetchall()))
        cached.append(harness.timed(lambda: client.get(address, headers=again)))
    with CaptureQueriesContext(connection) as caught_again:
        assert client.get(address, headers=again).status_code == 304
    figures = {
        "claim": claim,
        "sql_ms": round(statistics.median(sql) * 1000, 2),
        "limit_ms": round(statistics.median(bound) * 1000, 2),
        "queries": len(asked),
        "queries_again": len(caught_again.captured_queries),
        "page_ms": round(statistics.median(pages) * 1000, 1),
        "again_ms": round(statistics.median(cached) * 1000, 1),
        "items": items,
    }
    print(json.dumps(figures), flush=True)


if __name__ == "__main__":
    main()
