"""Where the trail of a row is read."""

from typing import Any

from django.urls import reverse

from imbudget.kit.actor import Actor


def trail_of(actor: Actor, row: Any) -> str:
    """The address of all that was done to a row, for those who may read evidence; '' for others."""
    if not actor.can("evidence.see"):
        return ""
    return reverse("audit:object", args=[row._meta.label_lower, row.pk])
