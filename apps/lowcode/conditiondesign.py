"""What the builder of conditions on a page is given (static/js/flowdesign-condition.js, templates/lowcode/_condition_templates.html)."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from apps.lowcode import conditions


def builder_data(facts: Iterable[conditions.Fact]) -> dict[str, Any]:
    """The facts that can be compared, and by what."""
    return {
        "facts": [
            {
                "key": fact.key,
                "label": str(fact.label),
                "kind": str(fact.kind),
                "choices": [[value, str(label)] for value, label in fact.choices] if fact.choices else None,
            }
            for fact in facts
        ],
        "ops": {str(kind): list(ops) for kind, ops in conditions.OPS.items()},
        "opLabels": {op: str(label) for op, label in conditions.OP_LABELS.items()},
    }


def builder_texts() -> dict[str, str]:
    """The words that the builder needs."""
    return {"yes": _("yes"), "no": _("no"), "value": _("value")}
