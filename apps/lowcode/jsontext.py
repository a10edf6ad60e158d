"""JSON as strangers write it: read whole and plainly, or refused with a sentence that says where or why."""

import json
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode.errors import quoted
from imbudget.kit.errors import RuleViolation

MAX_DEPTH = 100  # far more than any definition has, far less than any reader or writer of JSON breaks at


class _Twice(ValueError):
    """A name that stands twice in one object: readers of JSON disagree on which value counts."""


def read_json(raw: bytes | str) -> Any:
    """The value of a text in UTF-8, with or without a byte order mark. Raises RuleViolation."""
    try:
        text = raw.decode("utf-8") if isinstance(raw, bytes) else raw
        found = json.loads(text.removeprefix("\ufeff"), object_pairs_hook=_object)
    except UnicodeDecodeError as error:
        raise RuleViolation(_("The file is not in UTF-8.")) from error
    except json.JSONDecodeError as error:
        words = {"line": error.lineno, "column": error.colno}
        raise RuleViolation(_("This is not JSON: line %(line)s, column %(column)s.") % words) from error
    except _Twice as error:
        text = _("“%(key)s” stands twice in one object: delete one of them.")
        raise RuleViolation(text % {"key": quoted(error.args[0])}) from error
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise RuleViolation(_("A number in this text has too many digits.")) from error
    _refuse_depth(found)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _value in pairs)
        raise _Twice(next(name for name in times if times[name] > 1))
    return found


def _refuse_depth(value: Any) -> None:
    layer = [value]
    for _level in range(MAX_DEPTH):
        inner = [list(each.values()) if isinstance(each, dict) else each for each in layer]
        layer = [one for each in inner if isinstance(each, list) for one in each]
        if not layer:
            return
    raise _too_deep()


def _too_deep() -> RuleViolation:
    return RuleViolation(_("This text is nested deeper than %(depth)d levels.") % {"depth": MAX_DEPTH})
