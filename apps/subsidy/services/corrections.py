"""Corrections of failed lines: name, card and bank, with a trace of what stood there; the register follows."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from apps.disbursement.numbers import is_card, plain
from apps.evidence import services as evidence
from apps.subsidy import policies
from apps.subsidy.models import Household, LineCorrection, Outcome, RosterLine
from apps.subsidy.services.rosters import lock_roster
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.text import clean, strip


@act
def correct_line(actor: Actor, line: RosterLine, values: Mapping[str, str], reason: str) -> None:
    """Put name (exactly as on the card), card, bank or its number right; the line may then be paid again.

    Raises RuleViolation where the line has not failed, the card is of another household, or nothing changes.
    """
    require(policies.may_pay(actor, line.roster))
    lock_roster(line.roster)
    line.refresh_from_db()
    if line.outcome != Outcome.FAILED:
        raise RuleViolation(_("Only a line that failed at the bank is corrected."))
    if not reason.strip():
        raise RuleViolation(_("Say why it is corrected."))
    old = LineCorrection(
        line=line,
        old_name=line.name,
        old_card=line.card,
        old_bank=line.bank,
        reason=reason.strip()[:360],
        author_id=actor.user_id,
    )
    changed = _take(line, values)
    if not changed:
        raise RuleViolation(_("Nothing has been changed."))
    _refuse_foreign_card(line)
    line.is_corrected = True
    line.save(update_fields=["name", "card", "card_index", "card_sound", "bank", "bank_code", "is_corrected"])
    old.save(force_insert=True)
    _tell_register(line)
    evidence.append("subsidy.line_corrected", line.roster, actor, line=line.number, fields=changed, reason=old.reason)


def _take(line: RosterLine, values: Mapping[str, str]) -> list[str]:
    new = {
        "name": strip(clean(values.get("name", line.name))),
        "card": plain(values.get("card") or line.card),
        "bank": strip(clean(values.get("bank", line.bank))),
        "bank_code": values.get("bank_code", line.bank_code).strip(),
    }
    if not new["name"]:
        raise RuleViolation(_("The name is empty."))
    changed = [name for name, value in new.items() if value != getattr(line, name)]
    for name, value in new.items():
        setattr(line, name, value)
    line.card_sound = is_card(line.card)
    return changed


def _refuse_foreign_card(line: RosterLine) -> None:
    field = RosterLine._meta.get_field("card_index")
    index = field.value_of(line.card)
    others = Household.objects.filter(card_index=index).exclude(id_index=bytes(line.id_index))
    twice = RosterLine.objects.filter(roster=line.roster_id, card_index=index).exclude(pk=line.pk)
    if others.exists() or twice.exclude(outcome=Outcome.STOPPED).exists():
        raise RuleViolation(_("This card belongs to another household: nobody is paid to the card of somebody else."))


def _tell_register(line: RosterLine) -> None:
    household = line.household
    if household is None:
        return
    household.head_name, household.card, household.bank = line.name, line.card, line.bank
    household.bank_code, household.card_sound = line.bank_code, line.card_sound
    household.save(update_fields=["head_name", "card", "card_index", "card_sound", "bank", "bank_code", "changed_at"])
