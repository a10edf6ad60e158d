"""Acts on the expert pool: enter, apply, change, show what is masked, rate."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.notices.services import notify
from apps.persons.labels import readable
from apps.persons.services import alarming, note_shown
from apps.regions.models import Region, Unit
from apps.review.employers import employer_key
from apps.review.expertfacts import ExpertFacts, Relative, Tie, mistakes, tidy
from apps.review.models import (
    Employment,
    EmploymentKind,
    Expert,
    ExpertField,
    ExpertRating,
    ExpertSource,
    ExpertSpeciality,
    Kinship,
    PanelMember,
)
from apps.review.policies import experts as policies
from apps.review.selectors import pool
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.text import name_key

COLUMNS = ("name", "title_rank", "title", "employer", "phone", "email", "id_number", "introduction", "level")
PRIVATE = ("phone", "email", "id_number", "introduction")
LISTS = ("fields", "employments", "kin")
KEY_LIMIT = 300
PUBLIC, HOURLY = "public", 5
RECENT = timedelta(hours=3)  # longer than a proof of work is good


class BadFacts(RuleViolation):
    """Facts that cannot be kept; `errors` says why, by field (`employments.2` for the second row)."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("\n".join(errors.values()))
        self.errors = errors


class KnownExpert(RuleViolation):
    """There is an expert with this identity number already."""

    def __init__(self) -> None:
        super().__init__(_("There is an expert with this identity number already."))


class StaleExpert(RuleViolation):
    """Somebody else has changed the expert since the form was opened."""

    def __init__(self) -> None:
        super().__init__(_("Someone else has changed this expert meanwhile. Open the page anew, then change it."))


def lock_expert(expert: Expert) -> None:
    """Wait for other acts on the expert, and read it anew."""
    expert.refresh_from_db(from_queryset=Expert.objects.select_for_update(of=("self",)))


@act
def enter_expert(
    actor: Actor, region: Region, facts: ExpertFacts, *, source: ExpertSource = ExpertSource.ENTRY
) -> Expert:
    """Write an expert down for the pool of a region; drawn only after admission."""
    require(policies.may_keep_pool(actor, region.pk))
    expert = write_expert(region, facts, source, actor.user_id)
    expert.refresh_from_db()
    evidence.append("review.expert_saved", expert, actor, source=str(source), level=expert.level)
    return expert


def apply_for_pool(facts: ExpertFacts, region: Region, source: str, *, proof: str = "") -> Expert | None:
    """Keep what a person has sent from the public page; `source` is the address it came from, `proof` the work done.

    None where the identity number is in a pool already: the page says the same thank-you, or strangers could ask it
    who is an expert. Raises RuleViolation for too many from one address, and for a form sent twice.
    """
    return _apply(Actor(user_id=None, name=PUBLIC, post_label=PUBLIC, address=source[:45]), region, facts, proof)


@act
def _apply(visitor: Actor, region: Region, facts: ExpertFacts, proof: str) -> Expert | None:
    _refuse_flood(visitor.address, proof)
    try:
        expert = write_expert(region, facts, ExpertSource.APPLICATION, None)
    except KnownExpert:
        return None
    evidence.append("review.expert_applied", expert, visitor, level=expert.level, proof=proof)
    notify(
        pool.keepers(region), "review.applied", url=expert.get_absolute_url(), person=expert.name, region=str(region)
    )
    return expert


def _refuse_flood(address: str, proof: str) -> None:
    recent = pool.recent_applications(RECENT)
    if proof and any(entry.facts.get("proof") == proof for entry in recent):
        raise RuleViolation(_("This form has been sent already. Open the page again to send another one."))
    hour = timezone.now() - timedelta(hours=1)
    if address and sum(entry.address == address and entry.recorded_at >= hour for entry in recent) >= HOURLY:
        raise RuleViolation(_("Too many applications came from your address. Try again in an hour."))


@act
def save_expert(actor: Actor, expert: Expert, facts: ExpertFacts, *, seen: datetime | None = None) -> None:
    """Change what is known of an expert; `seen` is when the row was last changed as the form showed it."""
    require(policies.may_edit_expert(actor, expert))
    lock_expert(expert)
    require(policies.may_edit_expert(actor, expert))
    if seen is not None and seen != expert.updated_at:
        raise StaleExpert
    before, held = pool.facts_of(expert), pool.units_of(expert)
    # A field that an expert has already may be out of use by now.
    facts = checked(expert.region, facts, {*fields_in_use(), *before.fields})
    facts = _with_last_employer(expert, facts)
    units = _units_named([facts])
    _filled(expert, facts, units)
    changes = differences(expert, PRIVATE)
    _write(expert)
    _write_lists(expert, facts, before, units | held)
    lists = {name: [_said(before, name), _said(facts, name)] for name in LISTS}
    lists = {name: pair for name, pair in lists.items() if pair[0] != pair[1]}
    evidence.append("review.expert_saved", expert, actor, changes=changes, lists=lists)


def _with_last_employer(expert: Expert, facts: ExpertFacts) -> ExpertFacts:
    """Whoever changes employers stays tied to the last one: it becomes an employment that ends today."""
    keys = {employer_key(name) for name in (facts.employer, *(tie.employer for tie in facts.employments))}
    if expert.employer_key in keys:
        return facts
    since = timezone.localdate(expert.created_at)
    last = Tie(expert.employer, EmploymentKind.EMPLOYEE, since, timezone.localdate())
    return replace(facts, employments=(*facts.employments, last))


def _said(facts: ExpertFacts, name: str) -> list[str]:
    """A list as evidence keeps it, so that nobody takes a tie away unseen: without the names of kin."""
    if name == "fields":
        return sorted(facts.fields)
    if name == "kin":
        return [f"{row.kind} {row.employer}" for row in facts.kin]
    return [f"{row.kind} {row.employer} {row.since} {row.until or ''}".strip() for row in facts.employments]


def write_expert(region: Region, facts: ExpertFacts, source: ExpertSource, author_id: int | None) -> Expert:
    """The row of a new expert with its lists; a part of the act that settled who may and that leaves the evidence."""
    known = fields_in_use()
    facts = checked(region, facts, known)
    try:
        with transaction.atomic():
            return write_experts(region, [facts], source, author_id, known)[0]
    except IntegrityError as error:
        raise _known(error) from error


def write_experts(
    region: Region, people: list[ExpertFacts], source: ExpertSource, author_id: int | None, known: Mapping[str, int]
) -> list[Expert]:
    """New experts with their lists from facts that were `checked`: as many statements for a thousand as for one.

    Raises IntegrityError when one of them stands in a pool already.
    """
    units = _units_named(people)
    experts = [_filled(Expert(region=region, source=source, author_id=author_id), facts, units) for facts in people]
    made = list(zip(Expert.objects.bulk_create(experts), people, strict=True))
    ExpertSpeciality.objects.bulk_create(
        ExpertSpeciality(expert=expert, field_id=known[code]) for expert, facts in made for code in facts.fields
    )
    Employment.objects.bulk_create(
        _employment(expert, tie, units) for expert, facts in made for tie in facts.employments
    )
    Kinship.objects.bulk_create(_kinship(expert, kin, units) for expert, facts in made for kin in facts.kin)
    return experts


def fields_in_use() -> dict[str, int]:
    """Fields of expertise that may be given: code → key."""
    return dict(ExpertField.objects.filter(is_active=True).values_list("code", "pk"))


def checked(region: Region, facts: ExpertFacts, known: Collection[str]) -> ExpertFacts:
    """The facts in their kept form, of fields that are known. Raises BadFacts."""
    facts = tidy(facts)
    errors = mistakes(facts)
    if not region.level <= facts.level <= 2:
        errors["level"] = _("The pool of a region serves reviews of its own level and of those below it.")
    unknown = [code for code in facts.fields if code not in known]
    if unknown:
        errors["fields"] = _("There is no field of expertise “%(code)s” in use.") % {"code": unknown[0]}
    if errors:
        raise BadFacts(errors)
    return facts


def _units_named(people: Iterable[ExpertFacts]) -> dict[str, int]:
    """Employers that are a budget unit of exactly this name; one that several bear is none."""
    names: set[str] = set()
    for facts in people:
        names |= {facts.employer, *(tie.employer for tie in facts.employments), *(kin.employer for kin in facts.kin)}
    rows = list(Unit.objects.filter(name_zh_hans__in=names).values_list("name_zh_hans", "pk"))
    counts = Counter(name for name, _pk in rows)
    return {name: pk for name, pk in rows if counts[name] == 1}


def _filled(expert: Expert, facts: ExpertFacts, units: dict[str, int]) -> Expert:
    for name in COLUMNS:
        setattr(expert, name, getattr(facts, name))
    expert.languages = list(facts.languages)
    expert.employer_key = employer_key(facts.employer)
    expert.search_key = name_key(facts.name, facts.employer, facts.title, limit=KEY_LIMIT)
    expert.employer_unit_id = units.get(facts.employer)
    if facts.employer_unit:  # somebody's choice, which may be gone by now
        expert.employer_unit = Unit.objects.filter(pk=facts.employer_unit).first()
    return expert


def _write(expert: Expert) -> None:
    try:
        with transaction.atomic():
            expert.save()
    except IntegrityError as error:
        raise _known(error) from error


def is_known(error: IntegrityError) -> bool:
    """Whether what the database refuses is a second expert with one identity number."""
    return "expert_once" in str(error)


def _known(error: IntegrityError) -> Exception:
    return KnownExpert() if is_known(error) else error


def _write_lists(expert: Expert, facts: ExpertFacts, before: ExpertFacts, units: dict[str, int]) -> None:
    """Bring fields, employments and kin into line with the facts."""
    if set(before.fields) != set(facts.fields):
        if before.fields:
            expert.specialities.all().delete()
        wanted = ExpertField.objects.filter(code__in=facts.fields)
        ExpertSpeciality.objects.bulk_create([ExpertSpeciality(expert=expert, field=field) for field in wanted])
    if before.employments != facts.employments:
        if before.employments:
            expert.employments.all().delete()
        Employment.objects.bulk_create([_employment(expert, tie, units) for tie in facts.employments])
    if before.kin != facts.kin:
        if before.kin:
            expert.kin.all().delete()
        Kinship.objects.bulk_create([_kinship(expert, relative, units) for relative in facts.kin])


def _employment(expert: Expert, tie: Tie, units: dict[str, int]) -> Employment:
    values = _employer(tie, units) | {"since": tie.since, "until": tie.until}
    return Employment(expert=expert, **values)


def _kinship(expert: Expert, relative: Relative, units: dict[str, int]) -> Kinship:
    return Kinship(expert=expert, note=relative.note, **_employer(relative, units))


def _employer(row: Tie | Relative, units: dict[str, int]) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "employer": row.employer,
        "employer_key": employer_key(row.employer),
        "unit_id": units.get(row.employer),
    }


@alarming
@act
def unmask_expert(actor: Actor, expert: Expert, *, reason: str) -> list[tuple[str, str]]:
    """What is masked of an expert, as (field, value); who looked and why stays in evidence."""
    require(policies.may_unmask_expert(actor, expert))
    if not reason:
        raise RuleViolation(_("Say why you need it."))
    names = readable(actor, expert, ("phone", "email", "id_number", "kin"))
    shown = [(name, getattr(expert, name)) for name in names if name != "kin"]
    shown += [("kin", f"{kin}: {kin.note}") for kin in expert.kin.all() if "kin" in names and kin.note]
    kept = [(name, value) for name, value in shown if value]
    fields = [name for name, _value in kept]
    note_shown(actor, expert, cause="contact", reason=reason, fields=fields)
    evidence.append("review.expert_unmasked", expert, actor, reason=reason, fields=fields)
    return kept


@act
def rate_expert(actor: Actor, member: PanelMember, *, score: int, comment: str = "") -> ExpertRating:
    """Rate the work of an expert on a panel (履职评价); it is said once."""
    require(policies.may_rate_member(actor, member))
    if not 1 <= score <= 5:
        raise RuleViolation(_("A mark lies between 1 and 5."))
    if score < 3 and not comment:
        raise RuleViolation(_("Say why the mark is so low."))
    PanelMember.objects.select_for_update(of=("self",)).get(pk=member.pk)
    if ExpertRating.objects.filter(member=member).exists():
        raise RuleViolation(_("The work of this expert on the panel has been rated."))
    given: dict[str, Any] = {"score": score, "comment": comment, "author_id": actor.user_id}
    rating = ExpertRating.objects.create(member=member, **given)
    evidence.append(
        "review.expert_rated",
        member.expert,
        actor,
        review=str(member.review),
        score=score,
        comment=comment,
        made_at=timezone.localtime(rating.made_at).isoformat(timespec="seconds"),
    )
    return rating
