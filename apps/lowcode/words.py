"""Names in definitions, in both languages: `{"zh": "…", "mn": "…"}`."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.lowcode.errors import Collector
from imbudget.kit import text

LIMIT = 200


@dataclass(frozen=True, slots=True)
class Words:
    """A name in Chinese and, where somebody has written it, in traditional Mongolian; reads in the active language."""

    zh: str
    mn: str = ""

    def __str__(self) -> str:
        return self.mn if self.mn and (get_language() or "").startswith("mvf") else self.zh

    def as_json(self) -> dict[str, str]:
        return {"zh": self.zh, "mn": self.mn}


def parse_words(data: Any, path: str, wrong: Collector, *, required: bool = True, limit: int = LIMIT) -> Words:
    """The words at one place of a definition; what is wrong with them is collected."""
    if data is None and not required:
        return Words("")
    if not isinstance(data, dict) or not set(data) <= {"zh", "mn"}:
        wrong.add(path, _("A name is written as {“zh”: “…”, “mn”: “…”}."))
        return Words("")
    found = Words(*(_word(data.get(key), f"{path}.{key}", wrong, limit) for key in ("zh", "mn")))
    if required and not found.zh and not any(error.path == f"{path}.zh" for error in wrong.errors):
        wrong.add(f"{path}.zh", _("The Chinese name is missing."))
    return found


def _word(value: Any, path: str, wrong: Collector, limit: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        wrong.add(path, _("This is not text."))
        return ""
    try:
        cleaned = text.strip(text.clean(value))
    except ValueError:
        wrong.add(path, _("This text has characters that are not Unicode (an old Mongolian font)."))
        return ""
    if len(cleaned) > limit:
        wrong.add(path, _("This text is longer than %(limit)d characters.") % {"limit": limit})
        return cleaned[:limit]
    return cleaned
