"""The project library and the inbox at full size: what the pages of a league's officer ask the database.

    python -m benchmarks.library [--projects 1000000] [--units 15000] [--import-rows 100000]

fills a throwaway server and prints a JSON line a claim. The product's time is that of all statements of the rows
(`list.*`, `inbox.*`), of the counts and sums (`*.sums.*`, `*.count.*`), or of a whole page (`overview.*`, `page.*`,
`task.*`); the limit is the best SQL written by hand over the same tables and indexes which reads the same columns.
`server_ms` is the processor time of the server's process for the same statements: on a machine that does other work
its ratio is the one to look at (processes that help with a large statement are not in it, on either side).
`statements` are those measured, `queries` all of the whole page, `page_ms` is the whole page in Python. Choices of
filters and saved views (four statements on small tables) are in `queries` only.
"""

import argparse
from typing import Any

from benchmarks import harness
from benchmarks.librarypages import Question, Statement, measure_list, measure_page

HERE = ("league", "officer")


def main() -> None:
    """Fill, and print the claims."""
    from benchmarks.libraryfill import Size, fill_library

    parser = argparse.ArgumentParser()
    parser.add_argument("--projects", type=int, default=1_000_000)
    parser.add_argument("--units", type=int, default=15_000)
    parser.add_argument("--import-rows", type=int, default=0)
    asked = parser.parse_args()
    with harness.server(durable=False):
        claims(fill_library(Size(asked.projects, asked.units)))
        if asked.import_rows:
            from benchmarks.projectimport import import_claims

            import_claims(asked.import_rows)


def claims(filled: Any) -> None:
    """All pages of the officer."""
    question = Question(filled)
    for group in (lists, overviews, project_pages, inboxes, task_pages):
        group(question)


def lists(q: Question) -> None:
    """The project library: (name, query, condition by hand, its values)."""
    for name, query, where in list_claims(q):
        measure_list(q, f"list.{name}", "projects", query, Statement("project_page", where))
        measure_list(q, f"list.sums.{name}", "projects", query, Statement("project_sums", where), totals=True)
    measure_list(q, "list.last", "projects", {"cursor": "last", "view": "plain"}, Statement("project_last"))
    deep = q.cursor("-updated_at")
    behind = "updated_at <= %(at)s AND (updated_at < %(at)s OR (updated_at = %(at)s AND id < %(key)s))"
    measure_list(q, "list.deep", "projects", {"cursor": deep}, Statement("project_page", behind))


def list_claims(q: Question) -> list[tuple[str, dict[str, Any], str]]:
    """What an officer asks of the list."""
    tag = "EXISTS (SELECT 1 FROM projects_projecttag x WHERE x.project_id = p.id AND x.tag_id = {})"
    v = q.values
    return [
        ("first", {}, "true"),
        ("filter.state.common", {"state": "stored"}, "state = 'stored'"),
        ("filter.state.rare", {"state": "department_reserve"}, "state = 'department_reserve'"),
        (
            "filter.stage",
            {"stage": "reviewed"},
            "state IN ('unit_review', 'department_review', 'department_reserve', 'finance_review')",
        ),
        ("filter.category.top", {"category": v["top"]}, "category_id = ANY (%(below)s)"),
        ("filter.category.leaf", {"category": v["leaf"]}, "category_id = %(leaf)s"),
        ("filter.region", {"region": v["banner"]}, "region_id = %(banner)s"),
        ("filter.unit", {"unit": v["unit"]}, "unit_id = %(unit)s"),
        ("filter.tag.common", {"tag": v["tag"]}, tag.format("%(tag)s")),
        ("filter.tag.rare", {"tag": v["rare_tag"]}, tag.format("%(rare_tag)s")),
        ("filter.amount.common", {"least": "100000"}, "total >= 100000"),
        ("filter.amount.rare", {"least": "99000000"}, "total >= 99000000"),
        ("filter.amount.none", {"least": "999999999"}, "total >= 999999999"),
        ("filter.year", {"year": "2027"}, "setup_year = 2027"),
        (
            "filter.several",
            {"region": v["banner"], "stage": "stored", "category": v["top"], "least": "1000000"},
            "region_id = %(banner)s AND state = 'stored' AND category_id = ANY (%(below)s) AND total >= 1000000",
        ),
        *[(f"search.{name}", {"q": text}, q.holds(name, text)) for name, text in q.texts.items()],
    ]


def overviews(q: Question) -> None:
    """The overview: figures by category and state, and what the page shows around them."""
    around = [Statement("project_categories"), Statement("project_places")]
    measure_page(q, "overview.league", "overview", {}, [Statement("project_overview"), *around])
    year = Statement("project_overview", "setup_year = 2027")
    measure_page(q, "overview.year", "overview", {"year": "2027"}, [year, *around])
    banner = Statement("project_overview", "region_id = %(banner)s")
    measure_page(q, "overview.banner", "overview", {"region": q.values["banner"]}, [banner, *around])


def project_pages(q: Question) -> None:
    """Each tab of a project's page; the limits read the head and the rows of the tab."""
    tabs = {
        "application": ("tags", "bases"),
        "money": ("funding", "costs"),
        "schedule": ("milestones",),
        "versions": ("versions",),
        "changes": ("changes",),
        "history": ("history",),
    }
    for tab, files in tabs.items():
        limits = [Statement("project_head"), *[Statement(f"project_{name}") for name in files]]
        measure_page(q, f"page.{tab}", "project", {"tab": tab}, limits, pk=q.values["project"])
    parts = ("tags", "bases", "funding", "costs", "milestones")
    parts = (*parts, "similar", "purposes", "settings", "forms", "derivations")
    checks = [Statement(name) for name in ("project_head", *[f"project_{name}" for name in parts])]
    measure_page(q, "page.checks", "project", {"tab": "checks"}, checks, pk=q.values["project"])
    way = [Statement(name) for name in ("project_head", "project_case", "case_events", "case_own", "case_tasks")]
    measure_page(q, "page.approval", "project", {"tab": "approval"}, way, pk=q.values["project"])


def inboxes(q: Question) -> None:
    """The four lists of the inbox with their filters, their counts, and the counts beside the tabs."""
    for tab, name, query, where in inbox_claims(q):
        rows, count = ("case_page", "case_count") if tab == "mine" else ("task_page", "task_count")
        join = "JOIN lowcode_case k ON k.id = t.case_id" if "k." in where else ""
        query = {"tab": tab, **query}
        measure_list(q, f"inbox.{tab}{name}", "inbox", query, Statement(rows, where, join=join))
        count_by_hand = Statement(count, where, join=join)
        measure_list(q, f"inbox.count.{tab}{name}", "inbox", query, count_by_hand, totals=True)
    done = "t.state = 'done' AND t.kind <> 'copy'"
    measure_list(q, "inbox.done.last", "inbox", {"tab": "done", "cursor": "last"}, Statement("task_last", done))
    measure_page(q, "inbox.counts", "counts", {}, [Statement(name, where, cap=100) for name, where in COUNTED])


COUNTED = (
    ("task_count", "t.state = 'open' AND t.kind <> 'copy'"),
    ("task_count", "t.state = 'done' AND t.kind <> 'copy'"),
    ("case_count", "true"),
    ("task_count", "t.kind = 'copy'"),
)


def inbox_claims(q: Question) -> list[tuple[str, str, dict[str, Any], str]]:
    """(tab, name, query, condition by hand)."""
    v = q.values
    todo, done, copied = "t.state = 'open' AND t.kind <> 'copy'", COUNTED[1][1], COUNTED[3][1]
    found = f" AND k.label LIKE '%%{v['word']}%%'"
    return [
        ("todo", "", {}, todo),
        ("todo", ".overdue", {"overdue": "1"}, f"{todo} AND t.due < current_date"),
        ("todo", ".subject", {"subject": "projects.application"}, f"{todo} AND k.subject = 'projects.application'"),
        ("todo", ".search", {"q": v["word"]}, todo + found),
        ("done", "", {}, done),
        ("done", ".region", {"region": v["banner"]}, f"{done} AND k.region_id = %(banner)s"),
        ("done", ".unit", {"unit": v["unit"]}, f"{done} AND k.unit_id = %(unit)s"),
        ("done", ".state.common", {"state": "approved"}, f"{done} AND k.state = 'approved'"),
        ("done", ".state.rare", {"state": "returned"}, f"{done} AND k.state = 'returned'"),
        ("done", ".search", {"q": v["word"]}, done + found),
        ("done", ".search.none", {"q": "查无此词"}, f"{done} AND k.label LIKE '%%查无此词%%'"),
        ("mine", "", {}, "true"),
        ("mine", ".state", {"state": "running"}, "state = 'running'"),
        ("copied", "", {}, copied),
        ("copied", ".region", {"region": v["banner"]}, f"{copied} AND k.region_id = %(banner)s"),
    ]


def task_pages(q: Question) -> None:
    """The page of an open task and that of a case."""
    facts = ("project_categories", "project_forms", "project_plain", "case_events", "case_own", "case_tasks")
    way = [Statement(name) for name in ("task_head", *facts, "case_calendar", "task_people")]
    measure_page(q, "task.open", "task", {}, way, pk=q.values["task"])
    case = [Statement(name) for name in ("project_case", *facts)]
    measure_page(q, "task.case", "case", {}, case, pk=q.values["case"])


if __name__ == "__main__":
    main()
