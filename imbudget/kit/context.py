"""What every template gets."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

BCP47 = {"zh-hans": "zh-Hans-CN", "mvf": "mn-Mong-CN"}


def page(request: HttpRequest) -> dict[str, Any]:
    """Language of the page, its writing direction, who acts and how amounts are shown."""
    language = get_language() or settings.LANGUAGE_CODE
    return {
        "HTML_LANG": BCP47.get(language, language),
        "VERTICAL": language == "mvf",
        "LANGUAGES_OFFERED": [(code, name, BCP47[code]) for code, name in settings.LANGUAGES],
        "LANGUAGE_NOW": language,
        "actor": getattr(request, "actor", None),
        "posts": getattr(request, "posts", []),
        "money_unit": getattr(request, "money_unit", "yuan"),
    }
