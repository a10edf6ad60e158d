"""Pages of the log: its signed checkpoints, and the proof that a later one only added to an earlier one."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evidence import merkle
from apps.evidence.anchoring.standing import why_not
from apps.evidence.models import Cause, Checkpoint, Peer
from apps.evidence.selectors import proofs
from apps.evidence.tables import CheckpointTable
from imbudget.kit.crypto import sm3, sm3_hex
from imbudget.kit.filters import FilterForm
from imbudget.kit.signing import verify as signature_holds
from imbudget.kit.views import KitView, ListPage, ScopedMixin
from imbudget.kit.views.base import Crumb


class CheckpointFilter(FilterForm):
    cause = forms.ChoiceField(label=gettext_lazy("occasion"), choices=[("", "—"), *Cause.choices])
    since = forms.DateField(label=gettext_lazy("from"), widget=forms.DateInput(attrs={"placeholder": "2027-01-01"}))
    until = forms.DateField(label=gettext_lazy("until"), widget=forms.DateInput(attrs={"placeholder": "2027-12-31"}))
    lookups = {"cause": "cause", "since": "made_at__date__gte", "until": "made_at__date__lte"}


class CheckpointList(ListPage):
    model = Checkpoint
    table = CheckpointTable
    filters = CheckpointFilter
    grant = "evidence.see"
    title = gettext_lazy("checkpoints")
    empty_text = gettext_lazy(
        "The log has not been signed yet. It is signed at a set interval and at the end of each day."
    )


class EarlierForm(forms.Form):
    """Which earlier checkpoint to begin with."""

    earlier = forms.IntegerField(
        label=gettext_lazy("number of an earlier checkpoint"), min_value=1, max_value=2**63 - 1
    )


class CheckpointPage(ScopedMixin, KitView):
    """What was signed, whether it holds, and that the log has only grown since an earlier checkpoint."""

    model = Checkpoint
    grant = "evidence.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        made = self.get_object()
        before = Checkpoint.objects.filter(number__lt=pk).order_by("-number").first()
        asked = request.GET if "earlier" in request.GET else {"earlier": before.number if before else ""}
        form = EarlierForm(asked if before else None)
        context = {
            "title": _("checkpoint № %(number)s") % {"number": made.number},
            "crumbs": [Crumb(_("checkpoints"), reverse("evidence:checkpoints"))],
            "made": made,
            "root": bytes(made.root).hex(),
            "public_key": bytes(made.public_key).hex(),
            "signature": bytes(made.signature).hex(),
            "signed": signature_holds(bytes(made.public_key), sm3(made.text.encode()), bytes(made.signature)),
            "stands": _stands(made),
            "digest": sm3_hex(made.text.encode()),
            "anchors": list(made.anchors.order_by("pk")),
            "witnesses": list(Peer.objects.at_work().filter(seen_number__gte=made.number).order_by("name")),
            "why_not": why_not(made),
            "form": form,
            "before": before,
            "grown": self._grown(form, made) if before else None,
        }
        return TemplateResponse(request, "evidence/checkpoint.html", context)

    def _grown(self, form: EarlierForm, made: Checkpoint) -> dict[str, Any] | None:
        """The proof from the checkpoint asked for, looked at with its own signed head."""
        if not form.is_valid():
            return None
        old = Checkpoint.objects.filter(number=form.cleaned_data["earlier"], number__lt=made.number).first()
        if old is None:
            form.add_error("earlier", _("There is no earlier checkpoint with this number."))
            return None
        return {"old": old, **_proof(old, made)}


def _stands(made: Checkpoint) -> bool:
    try:
        return proofs.root_at(made.size) == bytes(made.root)
    except (KeyError, merkle.BadProof):
        return False


def _proof(old: Checkpoint, made: Checkpoint) -> dict[str, Any]:
    try:
        found = proofs.consistency_of(old.size, made.size)
    except (ValueError, KeyError, merkle.BadProof):
        return {"proof": [], "holds": False}
    digest = proofs.digest()
    holds = merkle.consistency_holds(digest, old.size, made.size, bytes(old.root), bytes(made.root), found.proof)
    return {"proof": [each.hex() for each in found.proof], "holds": holds}
