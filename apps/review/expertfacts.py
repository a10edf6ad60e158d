"""What is written down of an expert, wherever it comes from: a form, the public page, a row of a file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.review.employers import employer_key
from apps.review.models import EmploymentKind, KinshipKind, Language, TitleRank
from imbudget.kit.fields import plain

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # GB 11643-1999
SIGNS = "10X98765432"
ID_SHAPE = re.compile(r"[1-9]\d{16}[\dX]", re.ASCII)
COUNTRY = re.compile(r"^\+?86-?(?=1\d{10}$)", re.ASCII)  # one number has one form: it is looked for by its index
PHONE_SHAPE = re.compile(r"1\d{10}|(?:0\d{2,3}-?)?\d{7,8}", re.ASCII)
LEVELS = ((0, gettext_lazy("autonomous region")), (1, gettext_lazy("league")), (2, gettext_lazy("banner")))
LONGEST = {"name": 60, "title": 60, "employer": 120, "introduction": 2000, "email": 120, "note": 200}
MOST_ROWS = 30  # employments, or kin, of one person


@dataclass(frozen=True, slots=True)
class Tie:
    """One tie to an employer."""

    employer: str
    kind: str = EmploymentKind.EMPLOYEE
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Relative:
    """One of kin who decides in a unit."""

    kind: str
    employer: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """The facts; `fields` are codes of fields of expertise, `employer_unit` is the key of a budget unit."""

    name: str
    employer: str
    title_rank: str
    id_number: str
    phone: str
    level: int
    fields: tuple[str, ...]
    languages: tuple[str, ...] = (Language.CHINESE,)
    title: str = ""
    email: str = ""
    introduction: str = ""
    employer_unit: int | None = None
    employments: tuple[Tie, ...] = field(default=())
    kin: tuple[Relative, ...] = field(default=())


def tidy(facts: ExpertFacts) -> ExpertFacts:
    """The same facts in the form in which they are kept and compared."""
    return replace(
        facts,
        id_number=plain(facts.id_number),
        phone=COUNTRY.sub("", facts.phone.replace(" ", "")),
        fields=tuple(dict.fromkeys(facts.fields)),
        languages=tuple(dict.fromkeys(facts.languages)),
    )


def is_id_number(text: str) -> bool:
    """Whether this is the number of an identity card: 18 places, a day of birth that was, and the check sign."""
    if not ID_SHAPE.fullmatch(text):
        return False
    try:
        born = date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    sign = SIGNS[sum(int(digit) * weight for digit, weight in zip(text[:17], WEIGHTS, strict=True)) % 11]
    return text[17] == sign and date(1900, 1, 1) <= born <= timezone.localdate()


def mistakes(facts: ExpertFacts) -> dict[str, str]:
    """What is wrong, by field (`employments.2` for the second tie); empty when the facts can be kept."""
    found = dict(_missing(facts))
    for name in ("name", "title", "employer", "introduction", "email"):
        if len(getattr(facts, name)) > LONGEST[name]:
            text = _("This text is too long: at most %(longest)s characters.")
            found[name] = text % {"longest": LONGEST[name]}
    if facts.id_number and not is_id_number(facts.id_number):
        found["id_number"] = _("This is no number of an identity card: its 18 places do not tie.")
    if facts.phone and not PHONE_SHAPE.fullmatch(facts.phone):
        found["phone"] = _("This is no telephone number such as 13800000000 or 0471-1234567.")
    if facts.email and not _is_email(facts.email):
        found["email"] = _("This is no e-mail address.")
    if facts.title_rank not in TitleRank.values:
        found["title_rank"] = _("Choose one of the values offered.")
    if not set(facts.languages) <= set(Language.values):
        found["languages"] = _("Choose one of the values offered.")
    return found | dict(_bad_rows(facts))


def mask_email(text: str) -> str:
    """q***@nmg.cn: the first letter and the house."""
    name, at, house = text.partition("@")
    return f"{name[:1]}***@{house}" if at else "*" * len(text)


def level_label(level: int | None) -> str:
    """The level of a pool in words."""
    return str(dict(LEVELS).get(level if level is not None else -1, ""))


def _missing(facts: ExpertFacts) -> Iterator[tuple[str, str]]:
    for name in ("name", "employer", "id_number", "phone", "fields", "languages"):
        if not getattr(facts, name):
            yield name, _("This has to be filled in.")
    if facts.employer and not employer_key(facts.employer):
        yield "employer", _("Write the employer by its name.")


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _bad_rows(facts: ExpertFacts) -> Iterator[tuple[str, str]]:
    for name in ("employments", "kin"):
        if len(getattr(facts, name)) > MOST_ROWS:
            yield name, _("At most %(most)s rows.") % {"most": MOST_ROWS}
    for number, tie in enumerate(facts.employments, 1):
        reason = _bad_employer(tie.employer) or _bad_tie(tie)
        if reason:
            yield f"employments.{number}", reason
    for number, relative in enumerate(facts.kin, 1):
        reason = _bad_employer(relative.employer) or _bad_relative(relative)
        if reason:
            yield f"kin.{number}", reason


def _bad_relative(relative: Relative) -> str:
    if relative.kind not in KinshipKind.values:
        return _("Choose one of the values offered.")
    if len(relative.note) > LONGEST["note"]:
        return _("This text is too long: at most %(longest)s characters.") % {"longest": LONGEST["note"]}
    return ""


def _bad_employer(name: str) -> str:
    if not employer_key(name) or len(name) > LONGEST["employer"]:
        return _("Write the employer by its name.")
    return ""


def _bad_tie(tie: Tie) -> str:
    if tie.kind not in EmploymentKind.values:
        return _("Choose one of the values offered.")
    if tie.since is None:
        return _("Write the day on which it began.")
    if tie.since > timezone.localdate():
        return _("The first day lies in the future.")
    if tie.until is not None and tie.until < tie.since:
        return _("The last day lies before the first one.")
    return ""
