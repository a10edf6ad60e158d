"""Personal data that reviews hold, and why."""

from django.utils.translation import gettext_lazy as _

from apps.review.expertfacts import mask_email
from apps.review.models import Expert, Objection
from apps.review.policies.experts import may_unmask_expert
from apps.review.policies.publicity import may_handle
from apps.review.selectors.involved import involved_in
from imbudget.kit.actor import Actor
from imbudget.kit.errors import Verdict
from imbudget.kit.fields import mask_id, mask_phone
from imbudget.kit.personal import Holding, Item, Sort


def _objections(actor: Actor) -> object:
    return Objection.objects.visible_to(actor).select_related("region", "item", "publicity__conclusion__review")


def _may_know_who_objects(actor: Actor, objection: Objection) -> Verdict:
    return may_handle(actor, objection, involved_in(objection))


def mask_text(text: str) -> str:
    """A name or contact: its first character, and stars whose number tells nothing."""
    return text[:1] + "***" if text else ""


def _experts(actor: Actor) -> object:
    return Expert.objects.visible_to(actor).select_related("region")


HOLDINGS = {
    "review.expert": Holding(
        model=Expert,
        label=_("experts"),
        items=(
            Item("phone", _("telephone"), mask_phone, Sort.PHONE, "phone_index"),
            Item("email", _("e-mail"), mask_email),
            Item("id_number", _("identity number"), mask_id, Sort.ID, "id_number_index"),
        ),
        person=lambda expert: expert.name,
        sight=_experts,
        page=lambda expert: expert.get_absolute_url(),
        may=may_unmask_expert,
    ),
    "review.objection": Holding(
        model=Objection,
        label=_("objections"),
        items=(Item("name", _("name of the person"), mask_text), Item("contact", _("contact"), mask_text)),
        person=lambda one: one.name,
        sight=_objections,
        page=lambda one: one.get_absolute_url(),
        may=_may_know_who_objects,
    ),
}
