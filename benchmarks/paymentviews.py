"""How the pages of payments and of their monitoring are asked: the officers, the rows they look at, each page by its name."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from benchmarks import harness

Look = Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its view, who looks, what its address asks, and the row it is of."""

    name: str
    view: str
    actor: Any
    query: dict[str, Any] = field(default_factory=dict)
    row: int | None = None

    @property
    def is_list(self) -> bool:
        """Whether its rows and its foot are claimed each on their own."""
        return self.row is None and self.view.endswith("List")

    def ready(self) -> Any:
        """The view, asked for this page."""
        view = _view(self.view)()
        kwargs = {} if self.row is None else {"pk": self.row}
        view.setup(_request(self.actor, self.query), **kwargs)
        return view

    def whole(self) -> Any:
        """The page as the browser gets it."""
        view = self.ready()
        response = view.dispatch(view.request, **view.kwargs)
        assert response.status_code == 200, (self.name, response.status_code)
        return response.render().content


class Looked:
    """Who looks at what: the busiest league with its officer, a banner, a unit, and the rows whose pages are measured."""

    @cached_property
    def requests(self) -> Any:
        """This year's requests."""
        from apps.disbursement.models import PaymentRequest

        return PaymentRequest.objects.filter(year=harness.YEAR, league__isnull=False)

    @cached_property
    def league(self) -> int:
        return _busiest(self.requests, "league_id")

    @cached_property
    def region(self) -> int:
        return _busiest(self.requests.filter(league=self.league).exclude(region=self.league), "region_id")

    @cached_property
    def unit(self) -> int:
        return _busiest(self.requests.filter(league=self.league, region=self.region), "unit_id")

    @cached_property
    def one(self) -> Any:
        """A paid request of one payee whose messages and bookings are there."""
        traced = self.requests.filter(league=self.league, state="paid", voucher__messages__isnull=False)
        return traced.filter(business__in=["normal", "card"]).order_by("-pk")[0]

    @cached_property
    def many(self) -> Any:
        """A request of ten thousand payees whose day differs."""
        from apps.disbursement.models import Difference

        return Difference.objects.filter(row__isnull=False).select_related("row__request").order_by("pk")[0].row.request

    @cached_property
    def failed(self) -> Any:
        """A request of five hundred payees, some of whom were not paid."""
        from apps.disbursement.models import PaymentRequest

        return PaymentRequest.objects.filter(business="salary", state="part", league__isnull=False).order_by("-pk")[0]

    @cached_property
    def days(self) -> tuple[Any, Any]:
        """A day on which nothing differs, and the one on which most does."""
        from apps.disbursement.models import DayBook

        agreed = DayBook.objects.filter(league=self.league, unsettled=0).order_by("-day")
        return agreed[0], DayBook.objects.order_by("-unsettled")[0]

    @cached_property
    def alarm(self) -> Any:
        """An alarm that went all the way."""
        from apps.monitoring.models import Alarm

        return Alarm.objects.filter(league=self.league, state="closed").select_related("rule").order_by("-pk")[0]

    @cached_property
    def values(self) -> dict[str, Any]:
        """What the statements by hand are given."""
        one, many, alarm = self.one, self.many, self.alarm
        return {
            "year": harness.YEAR,
            "league": self.league,
            "region": self.region,
            "unit": self.unit,
            "user": user(),
            "number": one.number,
            "one": one.pk,
            "many": many.pk,
            "failed": self.failed.pk,
            "row_one": self.row(one),
            "row_many": self.row(many),
            "day_one": self.days[0].pk,
            "day_many": self.days[1].pk,
            "alarm": alarm.pk,
            "rule": alarm.rule_id,
            "alarm_league": alarm.league_id,
            "fund": self.fund,
            "rare": f"%{self.rare}%",
            "common": "%草原围栏%",
        }

    @cached_property
    def rare(self) -> str:
        """Words of one purpose."""
        return str(self.one.purpose)

    @cached_property
    def fund(self) -> int:
        """The fund whose picture is shown first."""
        from apps.disbursement.selectors import flows

        return flows.flows_of(officer(self.league), harness.YEAR).order_by("fund").values_list("fund", flat=True)[0]

    def row(self, request: Any) -> int:
        """A paid payee of a request."""
        return request.rows.filter(outcome="paid").order_by("number").values_list("pk", flat=True)[0]

    def pages(self) -> list[Page]:
        """Every page that is measured."""
        here, all_ = officer(self.league), officer(None)
        there = officer(self.many.league_id)
        return [*self._lists(here, all_), *self._of_rows(here, there), *self._monitoring(here, all_)]

    def _lists(self, here: Any, all_: Any) -> list[Page]:
        year = {"year": harness.YEAR}
        asked = {
            "first": year,
            "region": year | {"region": self.region},
            "unit": year | {"unit": self.unit},
            "failed": year | {"state": "failed"},
            "subsidy": year | {"business": "subsidy"},
            "number": year | {"q": self.one.number},
            "words": year | {"q": "草原围栏"},
            "rare": year | {"q": self.rare},
            "last": year | {"cursor": "last"},
        }
        days = {"first": {"view": "plain"}, "region": {"region": self.region}, "differing": {"differing": "1"}}
        return [
            *(Page(f"list.{name}", "RequestList", here, query) for name, query in asked.items()),
            Page("list.whole", "RequestList", all_, year),
            Page("list.whole.number", "RequestList", all_, {"q": self.one.number}),
            Page("list.whole.failed", "RequestList", all_, asked["failed"]),
            Page("list.whole.rare", "RequestList", all_, asked["rare"]),
            *(Page(f"days.{name}", "DayList", here, query) for name, query in days.items()),
            Page("days.whole", "DayList", all_, {"view": "plain"}),
        ]

    def _of_rows(self, here: Any, there: Any) -> list[Page]:
        one, many, failed = self.one, self.many, self.failed
        day, differing = self.days
        clerk = officer(failed.league_id, unit=failed.unit_id)
        return [
            Page("request.one", "RequestDetail", here, {}, one.pk),
            Page("request.many", "RequestDetail", there, {}, many.pk),
            Page("request.voucher", "RequestDetail", here, {"tab": "voucher"}, one.pk),
            Page("request.failed", "RequestDetail", clerk, {}, failed.pk),
            Page("track.one", "PaymentTrack", here, {}, self.row(one)),
            Page("track.many", "PaymentTrack", there, {}, self.row(many)),
            Page("day.one", "DayDetail", here, {}, day.pk),
            Page("day.many", "DayDetail", officer(differing.league_id), {}, differing.pk),
            Page("day.statements", "DayDetail", here, {"tab": "statements"}, day.pk),
        ]

    def _monitoring(self, here: Any, all_: Any) -> list[Page]:
        asked = {
            "first": {"view": "plain"},
            "level": {"level": "red"},
            "open": {"state": "open"},
            "rule": {"rule": self.alarm.rule.code},
            "region": {"region": self.region},
            "several": {"region": self.region, "level": "red", "state": "suspected"},
        }
        return [
            Page("flows.league", "FlowsPage", here, {"year": harness.YEAR, "fund": self.fund}),
            Page("flows.whole", "FlowsPage", all_, {"year": harness.YEAR, "fund": self.fund}),
            *(Page(f"alarms.{name}", "AlarmList", here, query) for name, query in asked.items()),
            Page("alarms.whole", "AlarmList", all_, {"view": "plain"}),
            Page("alarms.whole.level", "AlarmList", all_, {"level": "red"}),
            Page("alarm.one", "AlarmDetail", here, {}, self.alarm.pk),
            Page("alarm.way", "AlarmDetail", here, {"tab": "way"}, self.alarm.pk),
            Page("statistics.league", "Statistics", here),
            Page("statistics.whole", "Statistics", all_),
        ]


def _busiest(rows: Any, key: str) -> int:
    from django.db.models import Count

    return int(rows.values(key).annotate(n=Count("pk")).order_by("-n", key)[0][key])


def _view(name: str) -> Any:
    from apps.disbursement.views import days, requests, tracking
    from apps.monitoring.views import alarms, rules

    found = {module: getattr(module, name, None) for module in (requests, days, tracking, alarms, rules)}
    return next(view for view in found.values() if view is not None)


def user() -> int:
    """The person behind the officers."""
    from apps.accounts.models import User

    return int(User.objects.get_or_create(username="benchmark", defaults={"name": "benchmark"})[0].pk)


def officer(league: int | None, unit: int | None = None) -> Any:
    """A treasury officer of a league, or of the whole region; with a unit its clerk."""
    from apps.accounts.roles import ROLES
    from imbudget.kit.actor import Actor, Reach

    role = "unit_clerk" if unit else "treasury_officer"
    reach = Reach.UNITS if unit else Reach.LEAGUE if league else Reach.EVERYTHING
    return Actor(
        user(), "benchmark", role=role, reach=reach, region_id=league, league_id=league, region_level=1 if league else 0,
        unit_ids=(unit,) if unit else (), grants=frozenset(ROLES[role].grants),
    )  # fmt: skip


def _request(actor: Any, query: dict[str, Any]) -> Any:
    """A request as the middleware leaves it to the page."""
    from django.contrib.messages.storage.cookie import CookieStorage  # noqa: TID251 - the page asks for it
    from django.test import RequestFactory

    from apps.accounts.models import User

    request = RequestFactory().get("/", {key: str(value) for key, value in query.items()})
    request.actor, request.money_unit, request.htmx, request.session = actor, "yuan", False, {}
    request.user = User(pk=actor.user_id, username="benchmark", name="benchmark")
    request._messages = CookieStorage(request)
    return request
