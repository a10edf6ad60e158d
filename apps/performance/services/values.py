"""Values reached: recorded one by one, never changed; the latest by its day is the one that counts."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.files.services import take_file
from apps.performance import days, policies
from apps.performance.models import ActualFile, ActualValue, ProjectYear, Target
from apps.performance.plausible import Doubtful, Reached, doubt_about, refuse_wrong
from apps.projects.models import GoalSource
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

FILES_LABEL = "performance.actualvalue"
MOST_FILES = 10
Upload = UploadedFile | UUID


@act
def record_value(
    actor: Actor, target: Target, reached: Reached, uploads: Sequence[Upload] = (), confirmed: bool = False
) -> ActualValue:
    """Record by hand what a target has reached; files prove it, unless it says why there is no value.

    `uploads` are files of a form, or ids of files sent ahead. Raises Doubtful for what looks like a slip until it is
    `confirmed`, which is kept with the value; RuleViolation for what cannot be.
    """
    of = lock_year(target.of_id)
    require(policies.may_report(actor, of))
    refuse_wrong(target, reached, of.year_id, days.today())
    if reached.source == GoalSource.MANUAL and not reached.gap and not uploads:
        raise RuleViolation(_("A value entered by hand needs a file that proves it."))
    if len(uploads) > MOST_FILES:
        raise RuleViolation(_("Attach %(count)s files at most.") % {"count": MOST_FILES})
    doubt = doubt_about(target, reached.value)
    if doubt and not confirmed:
        raise Doubtful(doubt)
    made = keep_value(actor, target, replace(reached, is_checked=bool(doubt)))
    for upload in uploads:
        stored = take_file(
            actor, upload, region=of.region, unit=of.unit, subject_label=FILES_LABEL, subject_id=str(made.pk)
        )
        ActualFile.objects.create(value=made, file=stored)
    evidence.append(
        "performance.value_recorded",
        of,
        actor,
        target=str(target),
        value=str(made),
        as_of=reached.as_of,
        files=len(uploads),
        doubt=doubt,
    )
    return made


def lock_year(pk: int) -> ProjectYear:
    """The project's year, held: values of one project are recorded one after another."""
    rows = ProjectYear.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("region", "unit").get(pk=pk)


def keep_value(actor: Actor, target: Target, reached: Reached) -> ActualValue:
    """Append a value and let the latest count; for services that hold the project's year."""
    made = ActualValue.objects.create(
        target=target,
        as_of=reached.as_of,
        value=reached.value,
        tier=reached.tier,
        share=reached.share,
        words=reached.words,
        gap=reached.gap,
        source=reached.source,
        subject_label=reached.subject_label,
        subject_id=reached.subject_id,
        is_checked=reached.is_checked,
        author_id=actor.user_id,
    )
    Target.objects.filter(pk=target.pk).update(latest=target.values.order_by("-as_of", "-pk").first())
    return made
