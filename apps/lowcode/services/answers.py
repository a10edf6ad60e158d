"""Acts on answers: check against the version, seal personal data, keep with the version for ever."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.files.models import StoredFile
from apps.files.services import take_file
from apps.lowcode import formpolicies as policies
from apps.lowcode.models import Answer, FormVersion, VersionState
from apps.lowcode.schema.answers import MAX_BYTES, Cleaned, clean_answers
from apps.lowcode.schema.display import search_text
from apps.lowcode.schema.fields import FieldType, FormSchema
from apps.lowcode.sealing import reseal, seal
from apps.lowcode.selectors.forms import applies_at, schema_of
from apps.lowcode.selectors.lookups import AnswerLookups
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

FILES_LABEL = "lowcode.answer"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer and its files belong, and the answer's key."""

    region: Region
    unit: Unit | None
    key: str


class BadAnswers(RuleViolation):
    """Answers that do not fit the form; `errors` has a sentence for each path."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("\n".join(f"{path}: {text}" if path else text for path, text in errors.items()))
        self.errors = errors


@act
def save_answer(  # noqa: PLR0913 - the place, the document and the answers, all by name
    actor: Actor,
    *,
    version: FormVersion,
    region: Region,
    unit: Unit | None,
    raw: Any,
    subject_label: str = "",
    subject_id: Any = "",
    answer: Answer | None = None,
    draft: bool = False,
    revision: int | None = None,
) -> Answer:
    """Check and keep what was filled in; what was begun keeps its version. Raises BadAnswers, and then keeps nothing.

    A `draft` may leave out what is required, and what is wrong in it is left out.
    """
    require(policies.may_answer(actor, region, unit))
    if answer is not None:
        version = answer.version
        _refuse_other(answer, region, unit, revision)
    else:
        _refuse_unfit(version, region, unit)
    lookups = AnswerLookups(actor)
    cleaned = _cleaned(version, raw, lookups, draft)
    if cleaned.errors and not draft:
        raise BadAnswers(cleaned.errors)
    schema, key = schema_of(version), answer.pk if answer else _next_key()
    _take_files(actor, schema, cleaned.values, lookups, Place(region, unit, str(key)))
    values = {
        "values": seal(schema, cleaned.values),
        "search_key": search_text(schema, cleaned.values),
        "is_complete": not draft,
        "author_id": actor.user_id,
    }
    if answer is None:
        answer = Answer.objects.create(
            pk=key,
            version=version,
            region=region,
            unit=unit,
            subject_label=subject_label,
            subject_id=str(subject_id),
            **values,
        )
    else:
        answer = _update(answer, values)
    evidence.append("lowcode.answer_saved", answer, actor, form=str(version), complete=answer.is_complete)
    return answer


def check_answers(actor: Actor, version: FormVersion, raw: Any, *, draft: bool = False) -> Cleaned:
    """What a form makes of answers, without keeping them. Raises RuleViolation for more than a form may hold."""
    return _cleaned(version, raw, AnswerLookups(actor), draft)


def rotate_keys() -> int:
    """Encrypt anew what lies under an old key, in answers and their history; returns how many rows changed."""
    changed = 0
    models: tuple[Any, ...] = (Answer, apps.get_model("lowcode", "HistoricalAnswer"))
    for model in models:
        rows = model._base_manager.order_by("pk").values_list("pk", "values")
        for pk, values in rows.iterator(1000):
            fresh = reseal(values)
            if fresh != values:
                changed += model._base_manager.filter(pk=pk, values=values).update(values=fresh)
    return changed


def holds_file(stored: StoredFile) -> bool:
    """Whether an answer refers to a stored file."""
    if stored.subject_label != FILES_LABEL or not stored.subject_id.isdecimal():
        return False
    rows = Answer.objects.filter(pk=int(stored.subject_id)).values_list("values", flat=True)
    return any(str(stored.pk) in json.dumps(values) for values in rows)


def _cleaned(version: FormVersion, raw: Any, lookups: AnswerLookups, draft: bool) -> Cleaned:
    _refuse_large(raw)
    return clean_answers(schema_of(version), raw, lookups=lookups, draft=draft)


def _next_key() -> int:
    """The key of the next answer: files name the answer they belong to, and are stored before it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('lowcode_answer', 'id'))")
        return cursor.fetchone()[0]


def _take_files(actor: Actor, schema: FormSchema, values: dict[str, Any], lookups: AnswerLookups, place: Place) -> None:
    """Store what was uploaded, and let files that were sent ahead belong to this answer."""
    for one in schema:
        value = values.get(one.key)
        if one.type != FieldType.FILE or value is None:
            continue
        given = lookups.waiting.get(value["id"]) or UUID(value["id"])
        stored = take_file(
            actor, given, region=place.region, unit=place.unit, subject_label=FILES_LABEL, subject_id=place.key
        )
        values[one.key] = {"id": str(stored.pk), "name": stored.name}


def _update(answer: Answer, values: dict[str, Any]) -> Answer:
    taken = Answer.objects.filter(pk=answer.pk, revision=answer.revision).update(
        revision=F("revision") + 1, updated_at=timezone.now(), **values
    )
    if not taken:
        raise RuleViolation(_("Someone else has saved these answers meanwhile. Reload the page."))
    return Answer.objects.select_related("version__definition", "region", "unit").get(pk=answer.pk)


def _refuse_large(raw: Any) -> None:
    try:
        size = len(json.dumps(raw, ensure_ascii=False, default=str).encode("utf-8", "replace"))
    except (ValueError, TypeError, RecursionError) as error:
        raise RuleViolation(_("These answers are damaged: send the form once more.")) from error
    if size > MAX_BYTES:
        text = _("These answers are larger than %(limit)s kB. Shorten long texts, or attach them as files.")
        raise RuleViolation(text % {"limit": MAX_BYTES // 1000})


def _refuse_unfit(version: FormVersion, region: Region, unit: Unit | None) -> None:
    if version.state != VersionState.PUBLISHED:
        raise RuleViolation(_("This form is not in use."))
    if not applies_at(version, region, unit):
        raise RuleViolation(_("This form belongs to another place."))


def _refuse_other(answer: Answer, region: Region, unit: Unit | None, revision: int | None) -> None:
    if answer.region_id != region.pk or answer.unit_id != (unit.pk if unit else None):
        raise RuleViolation(_("These answers belong to another place."))
    if revision is not None and revision != answer.revision:
        raise RuleViolation(_("Someone else has saved these answers meanwhile. Reload the page."))
