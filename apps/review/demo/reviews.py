"""Reviews of the pilot banner at every step: results that stand, results before the public, a panel at work."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from time import sleep
from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.lowcode.models import FormVersion, Task
from apps.lowcode.schema.fields import FieldType
from apps.lowcode.selectors.forms import schema_of
from apps.lowcode.services import tasks
from apps.projects.models import Project, ProjectState
from apps.regions.models import Region
from apps.review.demo.pool import load_pool
from apps.review.models import (
    Conclusion,
    Draw,
    PanelMember,
    Publicity,
    Review,
    ReviewItem,
    ReviewKind,
    ReviewState,
    SeenDay,
)
from apps.review.models.panel import SEATED
from apps.review.selectors.settings import kinds_needed
from apps.review.selectors.waiting import sheets_for
from apps.review.services import conclusions, draws, objections, panel, publicity, reviews, sheets
from apps.review.services.clock import certain_today
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.errors import RuleViolation

BANNER = "150102"
TABLES = settings.BASE_DIR / "fixtures" / "review"
FIELDS = {"budget": 1, "finance": 1, "culture": 1}
LONG_AGO = timedelta(days=21)
CUT = Decimal("0.94")
PATIENCE = 60  # seconds
OBJECTION = "该项目与2025年已实施项目建设内容相近，建议核实是否重复安排，并公开单价的询价依据。"


def load_reviews(password: str) -> None:
    """Everything, by the services alone. Each act commits: a draw needs what it is bound to sealed in evidence."""
    call_command("load_review_catalogue", verbosity=0)
    call_command("load_review_catalogue", str(TABLES / "demo_rules.csv"), table="rules", verbosity=0)
    load_pool(password)
    region = Region.objects.get(code=BANNER)
    waiting = Project.objects.filter(region=region, state=ProjectState.REVIEW_PENDING).order_by("code")
    plain = [project for project in waiting if kinds_needed(project) == [ReviewKind.BUDGET]]
    office = Office(region)
    office.end(office.confirm(office.scored("2027年度第一批项目预算评审", plain[:2])))
    office.object_to(office.publish(office.confirm(office.scored("2027年度第二批项目预算评审", plain[2:4]))))
    office.begin_scoring("2027年度第三批项目预算评审", plain[4:6])


def expert_accounts() -> list[str]:
    """The user names of the experts who score in the demonstration."""
    members = PanelMember.objects.filter(
        review__state=ReviewState.SCORING, state__in=SEATED, expert__user__isnull=False
    )
    return list(members.order_by("review", "alias").values_list("expert__user__username", flat=True))


class Office:
    """The finance office of a region with its officer, its leader and its supervisor of reviews."""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.officer, self.leader, self.supervisor = (
            actor_of(_post(region=region, role=role))
            for role in ("banner_officer", "finance_leader", "review_supervisor")
        )
        self.form: FormVersion = sheets_for(region).get(definition__code="review_budget")

    def formed(self, title: str, projects: Sequence[Project]) -> Review:
        """A review whose experts have been drawn and have declared to be free of interest."""
        review = reviews.open_review(
            self.officer, self.region, ReviewKind.BUDGET, projects, title=title, form_version=self.form
        )
        criteria = {"size": review.panel_size, "fields": FIELDS, "levels": [0, 1, 2], "languages": ["zh"]}
        _drawn(self.officer, draws.commit_draw(self.officer, review, criteria))
        for member, actor in _members(review):
            panel.accept(actor, member)
            panel.declare(actor, member, {item.pk: "" for item in review.items.all()})
        review.refresh_from_db()
        return review

    def begin_scoring(self, title: str, projects: Sequence[Project]) -> None:
        """Two experts have handed in, one has begun, two are waited for."""
        review = self.formed(title, projects)
        items = list(review.items.all())
        for place, (member, actor) in enumerate(_members(review)):
            for item in items if place < 2 else items[:1] if place == 2 else []:
                _fill_in(actor, member, item, place)
                if place < 2:
                    sheets.submit_sheet(actor, member, item)

    def scored(self, title: str, projects: Sequence[Project]) -> Review:
        """A review in which every sheet is in."""
        review = self.formed(title, projects)
        for place, (member, actor) in enumerate(_members(review)):
            for item in review.items.all():
                _fill_in(actor, member, item, place)
                sheets.submit_sheet(actor, member, item)
        review.refresh_from_db()
        return review

    def confirm(self, review: Review) -> Conclusion:
        """The result is computed, handed in and confirmed by the leader."""
        conclusion = conclusions.compute(self.officer, review)
        conclusions.save(
            self.officer,
            conclusion,
            revision=conclusion.revision,
            decisions={},
            text="项目立项依据充分，实施方案可行，部分支出标准偏高，按核减后金额予以支持。",
            advice="请项目单位按评审意见调整绩效指标，严格执行政府采购规定。",
        )
        conclusions.submit_conclusion(self.officer, conclusion)
        task = Task.objects.select_related("case").get(
            case__subject=conclusions.SUBJECT,
            case__document_id=conclusion.pk,
            user_id=self.leader.user_id or 0,
            state="open",
        )
        tasks.approve(self.leader, task, opinion="同意")
        conclusion.refresh_from_db()
        conclusion.review.refresh_from_db()
        return conclusion

    def publish(self, conclusion: Conclusion) -> Publicity:
        return publicity.publish(
            self.officer,
            conclusion,
            title_zh=f"{self.region.name_zh_hans}{conclusion.review.title}结果公示",
            text="现将评审结果予以公示，公示期内对结果有异议的，可以实名或匿名提出。",
        )

    def end(self, conclusion: Conclusion) -> None:
        """A notice whose days are over. It began weeks ago: the clock of its first day alone is turned back here."""
        with patch.object(publicity, "certain_today", _weeks_ago):
            notice = self.publish(conclusion)
        _seen(_weeks_ago(), certain_today())
        publicity.end_publicity(system_actor("load_demo"), notice)

    def object_to(self, notice: Publicity) -> None:
        """A citizen objects, and the supervisor looks into it."""
        item = notice.items.all()[0]
        visitor = objections.public_actor("203.0.113.8")
        objection = objections.file_objection(visitor, item, ground=OBJECTION, proof="demonstration")
        objections.accept_objection(self.supervisor, objection)


def _drawn(officer: Actor, draw: Draw) -> None:
    """The commitment is sealed as soon as no older transaction of the server is open."""
    for _second in range(PATIENCE):
        try:
            draws.make_draw(officer, draw)
        except RuleViolation:
            sleep(1)
        else:
            return
    draws.make_draw(officer, draw)


def _weeks_ago() -> date:
    return certain_today() - LONG_AGO


def _seen(first: date, last: date) -> None:
    """The system as it would have been seen at work from one day to another."""
    moments = [
        timezone.make_aware(datetime.combine(first + timedelta(days=number), time(0, 20)))
        for number in range((last - first).days)
    ]
    days = [SeenDay(day=moment.date(), first_at=moment, last_at=moment + timedelta(hours=23)) for moment in moments]
    SeenDay.objects.bulk_create(days, ignore_conflicts=True)


def _members(review: Review) -> Iterator[tuple[PanelMember, Actor]]:
    members = review.members.filter(state__in=SEATED).select_related("expert__user", "review__region").order_by("alias")
    for member in members:
        yield member, actor_of(_post(user=member.expert.user, role="expert"))


def _post(**where: Any) -> Post:
    return Post.objects.with_nodes().select_related("user").filter(**where).order_by("pk")[0]


def _fill_in(actor: Actor, member: PanelMember, item: ReviewItem, place: int) -> None:
    """A sheet as experts fill it in: each a little stricter or milder than the one before."""
    schema = schema_of(member.review.form_version)
    values = {
        one.key: str(8 + (number + place) % 3 - (place == 4))
        for number, one in enumerate(schema)
        if one.type == FieldType.SCORE
    }
    share = CUT + Decimal(place) / 100
    lines = {
        str(line.number): {
            "amount": f"{line.submitted * share if line.number == 1 else line.submitted:.2f}",
            "reason": "单价高于市场询价，予以核减" if line.number == 1 else "",
        }
        for line in item.findings.all()
    }
    patch_of_sheet = {"values": values, "lines": lines, "opinion": "partial", "comment": "总体可行，支出标准可再压减。"}
    sheets.save_sheet(actor, member, item, patch_of_sheet, revision=0)
