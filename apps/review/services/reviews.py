"""Reviews begin and are called off: projects that wait, put before one panel."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.models import FormPurpose, FormVersion, VersionState
from apps.lowcode.selectors.forms import applies_at, schema_of
from apps.notices import services as notices
from apps.projects.models import Project, ProjectState, ProjectVersion
from apps.projects.services.locks import lock_project
from apps.regions.models import Region
from apps.review.models import CostFinding, Dossier, DossierState, Review, ReviewItem, ReviewKind, ReviewState
from apps.review.models.panel import SEATED
from apps.review.policies import reviews as policies
from apps.review.scoring.sheets import unfit_fields
from apps.review.selectors.settings import rules_of, setting_of
from apps.review.selectors.waiting import category_paths, holding
from apps.review.services.locks import lock_dossier, lock_review
from apps.review.transitions import REVIEW
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

MOST_PROJECTS = 200


@act
def open_review(  # noqa: PLR0913 - what a review is, all by name
    actor: Actor,
    region: Region,
    kind: str,
    projects: Sequence[Project],
    *,
    title: str,
    form_version: FormVersion,
    funds: Decimal | None = None,
) -> Review:
    """Put projects of the region that wait for review before one panel, with the region's rules as they stand now.

    What a project needs besides stays open in its dossier; the kind of this review is added to it where no rule asks
    for it. `funds` is the sum that a competitive review shares out.
    """
    require(policies.may_open(actor, region))
    _refuse_wrong(region, kind, projects, form_version, funds)
    # One review of a region begins at a time: its number is given once, and no project comes into two.
    Region.objects.select_for_update(of=("self",), no_key=True).get(pk=region.pk)
    review = _made(actor, region, kind, title, form_version, funds)
    dossiers = _dossiers(actor, region, kind, projects)
    for number, project in enumerate(projects, 1):
        _put_before(review, dossiers[project.pk], project, number)
    evidence.append(
        "review.opened",
        review,
        actor,
        kind=kind,
        number=f"{review.year}-{review.number}",
        projects=[project.code for project in projects],
        form=form_version.digest,
        panel_size=review.panel_size,
        trim_from=review.trim_from,
        outlier_share=str(review.outlier_share),
        pass_mark=str(review.pass_mark),
        funds=funds,
    )
    return review


def _refuse_wrong(
    region: Region, kind: str, projects: Sequence[Project], form_version: FormVersion, funds: Decimal | None
) -> None:
    if kind not in ReviewKind.values:
        raise RuleViolation(_("Choose one of the values offered."))
    if not projects:
        raise RuleViolation(_("Choose the projects that are to be reviewed."))
    if len(projects) > MOST_PROJECTS:
        raise RuleViolation(_("One panel judges at most %(limit)d projects.") % {"limit": MOST_PROJECTS})
    if len({project.pk for project in projects}) < len(projects):
        raise RuleViolation(_("A project stands in a review once."))
    is_sheet = form_version.definition.purpose == FormPurpose.REVIEW and form_version.state == VersionState.PUBLISHED
    if not is_sheet or not applies_at(form_version, region, None):
        raise RuleViolation(_("Choose a published score sheet of the region or of a region above it."))
    for one in unfit_fields(schema_of(form_version)):
        raise RuleViolation(
            _("A score sheet cannot ask for “%(label)s”: experts see no such rows.") % {"label": one.label}
        )
    if funds is not None and (kind != ReviewKind.COMPETITION or funds <= 0):
        raise RuleViolation(_("Only a competitive review shares funds out, and then more than nothing."))


def _made(
    actor: Actor, region: Region, kind: str, title: str, form_version: FormVersion, funds: Decimal | None
) -> Review:
    setting, year = setting_of(region), timezone.localdate().year
    last = Review.objects.filter(region=region, year=year).aggregate(last=Max("number"))["last"] or 0
    review = Review.objects.create(
        region=region,
        kind=kind,
        year=year,
        number=last + 1,
        title=title,
        form_version=form_version,
        funds=funds,
        organiser_id=actor.user_id,  # type: ignore[misc] # only users have the grant
        panel_size=setting.panel_size,
        trim_from=setting.trim_from,
        outlier_share=setting.outlier_share,
        pass_mark=setting.pass_mark,
    )
    review.refresh_from_db(fields=["league"])
    return review


def _dossiers(actor: Actor, region: Region, kind: str, projects: Sequence[Project]) -> dict[int, Dossier]:
    """The open dossier of each project, locked before its project, begun where there is none."""
    keys = sorted(project.pk for project in projects)
    known = {row.project_id: row for row in Dossier.objects.filter(project__in=keys, state=DossierState.OPEN)}
    for key in keys:
        if key in known:
            lock_dossier(known[key])
    for project in sorted(projects, key=lambda row: row.pk):
        lock_project(project)
    held = holding(keys)
    for project in projects:
        _refuse_project(region, project, held.get(project.pk, {}).get(kind))
    rules, paths = rules_of(region), category_paths()
    for project in projects:
        needed = rules.kinds_for(paths.get(project.category_id, []), project.total, project.origin)
        known[project.pk] = _dossier(actor, project, known.get(project.pk), kind, needed)
    return known


def _refuse_project(region: Region, project: Project, held: ReviewItem | None) -> None:
    if project.region_id != region.pk:
        raise RuleViolation(_("“%(project)s” belongs to another region.") % {"project": project})
    if project.state != ProjectState.REVIEW_PENDING:
        raise RuleViolation(_("“%(project)s” does not wait for expert review.") % {"project": project})
    if held is not None:
        words = {"project": project, "review": held.review}
        raise RuleViolation(_("“%(project)s” stands in “%(review)s” already.") % words)


def _dossier(actor: Actor, project: Project, dossier: Dossier | None, kind: str, needed: list[str]) -> Dossier:
    if dossier is not None:
        if kind not in dossier.kinds:
            dossier.kinds = _in_order([*dossier.kinds, kind])
            dossier.save(update_fields=["kinds"])
        return dossier
    dossier = Dossier.objects.create(
        project=project,
        version=ProjectVersion.objects.get(project=project, number=project.version),
        kinds=_in_order([*needed, kind]),
        total=project.total,
        author_id=actor.user_id,
    )
    dossier.refresh_from_db(fields=["unit", "region", "league"])
    evidence.append(
        "review.dossier_opened",
        dossier,
        actor,
        project=project.code,
        kinds=dossier.kinds,
        total=dossier.total,
        version=project.version,
        digest=dossier.version.digest,
    )
    return dossier


def _in_order(kinds: list[str]) -> list[str]:
    return [str(kind) for kind in ReviewKind.values if kind in kinds]


def _put_before(review: Review, dossier: Dossier, project: Project, number: int) -> None:
    item = ReviewItem.objects.create(
        review=review, dossier=dossier, project=project, number=number, submitted=dossier.total
    )
    if review.kind == ReviewKind.BUDGET:
        costs: list[dict[str, Any]] = dossier.version.body["costs"]
        CostFinding.objects.bulk_create(
            CostFinding(
                item=item,
                number=line,
                content=str(cost["content"])[:200],
                submitted=Decimal(cost["amount"] or 0),
            )
            for line, cost in enumerate(costs, 1)
        )


@act
def cancel(actor: Actor, review: Review, reason: str) -> None:
    """Call a review off; its projects wait again, and the members of its panel are told.

    What this review added to the needs of a project falls away, unless another review of the project has gone on.
    """
    require(policies.may_cancel(actor, review))
    lock_review(review)
    require(policies.may_cancel(actor, review))
    if not reason:
        raise RuleViolation(_("Say why the review is called off."))
    advance(REVIEW, review, "cancel", updated_at=timezone.now())
    rules, paths = rules_of(review.region), category_paths()
    for item in review.items.select_related("dossier", "project").order_by("dossier_id"):
        project = item.project
        _need_no_more(item.dossier, rules.kinds_for(paths.get(project.category_id, []), project.total, project.origin))
    evidence.append("review.cancelled", review, actor, reason=reason)
    people = review.members.filter(state__in=SEATED, expert__user__isnull=False)
    notices.notify(
        people.values_list("expert__user_id", flat=True), "review.cancelled", review=review.title, reason=reason[:200]
    )


def _need_no_more(dossier: Dossier, needed: list[str]) -> None:
    lock_dossier(dossier)
    others = ReviewItem.objects.filter(dossier=dossier).exclude(review__state=ReviewState.CANCELLED)
    if needed and dossier.state == DossierState.OPEN and not others.exists() and dossier.kinds != needed:
        dossier.kinds = needed
        dossier.save(update_fields=["kinds"])
