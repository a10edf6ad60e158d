"""Exceptions from rules (白名单): each with its basis and its days, ended and never deleted."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.monitoring import policies
from apps.monitoring.models import Exemption, Rule
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require


@act
def add_exemption(actor: Actor, rule: Rule, values: Mapping[str, Any]) -> Exemption:
    """Let something pass a rule from a day on. Raises RuleViolation without a basis or with days out of order."""
    require(policies.may_exempt(actor, rule))
    one = Exemption(rule=rule, author_id=actor.user_id, **values)
    one.hide_account()
    try:
        one.full_clean(exclude=["rule", "author", "account_index"])
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    one.save()
    evidence.append("monitoring.exemption_saved", rule, actor, kind=one.kind, value=one.value, basis=one.basis)
    return one


@act
def end_exemption(actor: Actor, one: Exemption, day: date | None = None) -> None:
    """End an exception with yesterday: today's payments are watched again."""
    require(policies.may_exempt(actor, one.rule))
    last = (day or timezone.localdate()) - timedelta(days=1)
    if one.valid_to <= last:
        raise RuleViolation(_("This exception has ended already."))
    one.valid_to = max(last, one.valid_from)
    one.save(update_fields=["valid_to"])
    evidence.append(
        "monitoring.exemption_ended", one.rule, actor, kind=one.kind, value=one.value, valid_to=one.valid_to
    )
