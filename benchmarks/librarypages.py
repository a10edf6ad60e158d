"""How the pages of the project library are asked and timed, with the statements by hand beside them."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from benchmarks import harness

RUNS = 15


@dataclass(frozen=True, slots=True)
class Statement:
    """A file of `limits/` with the condition that stands for the page's filters."""

    name: str
    where: str = "true"
    join: str = ""
    cap: int = 10_001

    def runs(self, values: dict[str, Any]) -> Callable[[], Any]:
        """The statement as a thing to run."""
        from django.db import connection

        text = (harness.LIMITS / f"{self.name}.sql").read_text()
        text = text.replace("/*where*/", self.where).replace("/*join*/", self.join)

        def run() -> Any:
            with connection.cursor() as cursor:
                cursor.execute(text, values | {"cap": self.cap})
                return cursor.fetchall()

        return run


@dataclass(frozen=True, slots=True)
class Measured:
    """One run: the seconds of its statements, and the processor time that the server took for them."""

    seconds: list[float]
    work: float


@dataclass
class Question:
    """The officer, and the rows that the claims ask for."""

    filled: Any
    texts: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        sample = self.sample
        self.texts = {
            "name": sample.name,
            "words": "水库除险加固一期",
            "initials": sample.search_key.rpartition(" ")[2],
            "code": sample.code,
            "many": "建设",
            "none": "查无此词",
        }

    @cached_property
    def projects(self) -> Any:
        """The projects in sight."""
        from apps.projects.models import Project

        return Project.objects.filter(league_id=self.filled.league)

    @cached_property
    def sample(self) -> Any:
        """A project under approval with all its parts, which stands in the middle of the list."""
        from apps.lowcode.models import Task

        task = Task.objects.filter(user=self.filled.user, state="open", case__state="running").order_by("pk")
        keys = task.values_list("case__document_id", flat=True)
        project = self.projects.filter(pk__in=list(keys), funding__isnull=False).order_by("pk").first()
        project = project or self.projects.get(pk=keys[0])
        self.give_versions(project)
        return project

    def give_versions(self, project: Any) -> None:
        """Two versions, as handing in twice leaves them."""
        from apps.projects.models import ProjectVersion
        from apps.projects.selectors.versions import body_of, digest_of

        if not project.versions.exists():
            body = body_of(project)
            for number in (1, 2):
                values = {"reason": "submitted", "body": body, "digest": digest_of(body)}
                ProjectVersion.objects.create(project=project, number=number, **values)

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the statements by hand are given."""
        from django.db.models import Count

        from apps.lowcode.models import Task
        from apps.projects.models import PolicyTag, ProjectCategory

        sample = self.sample
        category = ProjectCategory.objects.get(pk=sample.category_id)
        tags = PolicyTag.objects.annotate(n=Count("projects")).order_by("-n")
        task = Task.objects.get(user=self.filled.user, case__document_id=sample.pk, state="open")
        regions = self.projects.exclude(region_id=self.filled.league).values("region_id")
        return {
            "league": self.filled.league,
            "officer": self.filled.user,
            "project": sample.pk,
            "region": sample.region_id,
            "case": task.case_id,
            "task": task.pk,
            "banner": regions.annotate(n=Count("pk")).order_by("-n")[0]["region_id"],
            "unit": sample.unit_id,
            "leaf": category.pk,
            "top": category.parent_id,
            "below": list(category.parent.get_descendants(include_self=True).values_list("pk", flat=True)),
            "tag": tags[0].pk,
            "rare_tag": tags.last().pk,
            "word": "草原生态保护补助",
            "at": self.middle[0],
            "key": self.middle[1],
            "pairs": self.pairs(sample),
            "nearest": self.nearest(sample),
        }

    def nearest(self, project: Any) -> list[int]:
        """The projects whose purposes the hint of duplicates reads."""
        from apps.projects.selectors import duplicates as d

        name = d.pairs_of(project.name)
        near = {pk: d.dice(name, d.pairs_of(text)) for pk, text in d._candidates(project, name)}
        return sorted((pk for pk in near if near[pk] >= d.LEAST_NAME), key=lambda pk: -near[pk])[: d.MOST_PURPOSES]

    def pairs(self, project: Any) -> list[str]:
        """The patterns by which the hint of duplicates narrows a region's projects down."""
        from apps.projects.selectors.duplicates import COMMON, pairs_of

        return [f"%{pair}%" for pair in sorted(pairs_of(project.name) - COMMON)]

    @cached_property
    def middle(self) -> tuple[Any, int]:
        """Where a reader stands who has paged to the middle."""
        rows = self.projects.order_by("-updated_at", "-pk").values_list("updated_at", "pk")
        return rows[rows.count() // 2]

    def cursor(self, sort: str) -> str:
        """That reader's cursor."""
        from imbudget.kit.paging import cursor_after

        at, key = self.middle
        return cursor_after(type("Row", (), {"pk": key, "updated_at": at})(), sort)

    def holds(self, name: str, text: str) -> str:
        """The condition by hand of a search."""
        from imbudget.kit.text import search_key

        if name == "code":
            return f"code = '{text}'"
        return f"search_key LIKE '%%{search_key(text)}%%'"

    @cached_property
    def actor(self) -> Any:
        """The officer in their post."""
        from apps.accounts.models import Post
        from apps.accounts.roles import ROLES
        from imbudget.kit.actor import Actor, Reach

        post = Post.objects.select_related("user", "region").get(pk=self.filled.post)
        return Actor(
            user_id=post.user_id,
            name=post.user.name,
            post_id=post.pk,
            role=post.role,
            reach=Reach.LEAGUE,
            region_id=post.region_id,
            region_code=post.region.code,
            region_level=1,
            league_id=post.region_id,
            grants=frozenset(ROLES[post.role].grants),
        )

    def request(self, query: dict[str, Any]) -> Any:
        """A request of the officer as the middleware leaves it to the page."""
        from django.contrib.messages.storage.cookie import CookieStorage  # noqa: TID251 - the page asks for it
        from django.test import RequestFactory

        from apps.accounts.models import User

        request = RequestFactory().get("/", {key: str(value) for key, value in query.items()})
        request.actor, request.money_unit, request.htmx, request.session = self.actor, "yuan", False, {}
        request.user = User(pk=self.filled.user, username="benchmark", name="benchmark")
        request._messages = CookieStorage(request)
        return request


def view_class(name: str) -> Any:
    """The page of a name."""
    from apps.lowcode.views import cases, inbox, tasks
    from apps.projects.views import detail, lists, overview

    return {
        "projects": lists.ProjectList,
        "overview": overview.Overview,
        "project": detail.ProjectDetail,
        "inbox": inbox.Inbox,
        "task": tasks.TaskPage,
        "case": cases.CaseDetail,
    }[name]


def view_of(q: Question, name: str, query: dict[str, Any], **kwargs: Any) -> Any:
    """The page, ready to be asked."""
    view = view_class(name)()
    view.setup(q.request(query), **kwargs)
    return view


def whole(q: Question, name: str, query: dict[str, Any], **kwargs: Any) -> Any:
    """The page as the browser gets it."""
    if name == "counts":
        from apps.lowcode.selectors.inbox import counts

        return counts(q.actor)
    view = view_of(q, name, query, **kwargs)
    response = view.dispatch(view.request, **kwargs)
    assert response.status_code == 200, (name, query, response.status_code)
    return response.render().content


def measure_list(
    q: Question, claim: str, page: str, query: dict[str, Any], limit: Statement, totals: bool = False
) -> None:
    """Rows (or totals) of a list and the statement by hand in turns; the best of each is compared."""
    bound, mine, theirs, pages = limit.runs(q.values), [], [], []
    queries = len(statement_times(lambda: whole(q, page, query)))
    for run in range(RUNS):
        view = view_of(q, page, query)
        _frame = view.filter_form, view.columns  # choices and saved views are claimed once, as `*.frame`
        if totals:
            _ready = view.rows  # resolves filters and search, as it does for the rows; counted among their claims
        mine.append(measured(view.totals if totals else view.page))
        theirs.append(measured(bound))
        if run < 3:
            pages.append(harness.timed(lambda: whole(q, page, query)))
    report(q, claim, mine, [theirs], pages, queries)


def measure_page(
    q: Question, claim: str, page: str, query: dict[str, Any], limits: Sequence[Statement], **kwargs: Any
) -> None:
    """All statements of a page and those by hand in turns."""
    bounds = [limit.runs(q.values) for limit in limits]
    mine: list[Measured] = []
    theirs: list[list[Measured]] = [[] for _bound in bounds]
    pages = []
    for _run in range(RUNS):
        start = time.perf_counter()
        mine.append(measured(lambda: whole(q, page, query, **kwargs)))
        pages.append(time.perf_counter() - start)
        for place, bound in enumerate(bounds):
            theirs[place].append(measured(bound))
    report(q, claim, mine[1:], theirs, pages, len(mine[-1].seconds))


def report(
    q: Question, claim: str, mine: list[Measured], theirs: list[list[Measured]], pages: list[float], queries: int
) -> None:
    """One line: the times as the client sees them, and the processor time of the server, which no other work disturbs."""
    work, bound = min(run.work for run in mine), sum(min(run.work for run in runs) for runs in theirs)
    facts = {
        "server_ms": round(work * 1000, 2),
        "server_limit_ms": round(bound * 1000, 2),
        "server_ratio": round(work / bound, 2) if bound else None,
        "projects": q.filled.projects,
        "tasks": q.filled.tasks,
        "statements": len(mine[0].seconds),
        "queries": queries,
        "page_ms": round(min(pages) * 1000, 1),
    }
    limit = sum(undisturbed([run.seconds for run in runs]) for runs in theirs)
    harness.report(claim, undisturbed([run.seconds for run in mine]), limit, **facts)


def measured(run: Callable[[], Any]) -> Measured:
    """The statements of a run."""
    before = harness.server_seconds()
    seconds = statement_times(run)
    time.sleep(0.002)  # the server's process tidies up after its answer, and is counted when it rests
    return Measured(seconds, harness.server_seconds() - before)


def undisturbed(runs: list[list[float]]) -> float:
    """The seconds of some statements, each at its best of all runs: what others do on the machine drops out."""
    return sum(min(times) for times in zip(*runs, strict=True))


def statement_times(run: Callable[[], Any]) -> list[float]:
    """Seconds of each statement of a run, its result fetched."""
    from django.db import connection

    times: list[float] = []

    def clock(execute: Any, *arguments: Any) -> Any:
        start = time.perf_counter()
        result = execute(*arguments)
        times.append(time.perf_counter() - start)
        return result

    with connection.execute_wrapper(clock):
        run()
    return times
