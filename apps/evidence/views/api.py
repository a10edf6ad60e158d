"""The interface of the log for programs: JSON, for whoever may read the record; an entry only within the reader's scope.

Heads, hashes and proofs are hexadecimal, signatures base64. A wrong question is answered 400 with `error`.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from apps.evidence import merkle
from apps.evidence.models import Checkpoint, Entry
from apps.evidence.selectors import proofs, shown
from apps.evidence.selectors.state import HOLDER
from imbudget.kit.signing import ALGORITHM, key_id_of, provider
from imbudget.kit.views import KitView, ScopedMixin

LARGEST = 2**63 - 1


class BadQuestion(ValueError):
    """The address does not ask for anything that there is."""


class ProofView(KitView):
    """One answer in JSON."""

    grant = "evidence.see"

    def get(self, request: HttpRequest, **kwargs: Any) -> JsonResponse:
        try:
            return JsonResponse(self.answer(), json_dumps_params={"ensure_ascii": False})
        except BadQuestion as wrong:
            return JsonResponse({"error": str(wrong)}, status=400)
        except (KeyError, merkle.BadProof):
            return JsonResponse(
                {"error": _("The log is damaged: let verify_evidence name what was changed.")}, status=409
            )

    def answer(self) -> dict[str, Any]:
        raise NotImplementedError

    def number(self, name: str, default: int | None = None) -> int:
        """A whole number of the address. Raises BadQuestion."""
        text = self.request.GET.get(name, "")
        if not text and default is not None:
            return default
        if not (text.isascii() and text.isdigit()) or int(text[:20]) > LARGEST:
            raise BadQuestion(_("%(name)s must be a whole number.") % {"name": name})
        return int(text)


class CheckpointJson(ProofView):
    """The newest checkpoint, or the one whose `number` is asked for."""

    def answer(self) -> dict[str, Any]:
        rows = Checkpoint.objects.visible_to(self.actor)
        number = self.number("number", 0)
        made = (rows.filter(number=number) if number else rows.order_by("-number")).first()
        if made is None:
            raise Http404
        return shown.checkpoint_as_data(made)


class ProofJson(ScopedMixin, ProofView):
    """That an entry is in the log, of the `size` asked for (that of the newest checkpoint, else the whole)."""

    model = Entry

    def answer(self) -> dict[str, Any]:
        entry = self.get_object()
        made = Checkpoint.objects.order_by("-number").first()
        place = entry.place
        covers = made is not None and place is not None and place < made.size
        size = self.number("size", made.size if covers and made else proofs.log_size())
        if size > proofs.log_size():
            raise BadQuestion(_("The log has never had so many entries."))
        try:
            return shown.inclusion_as_data(entry, size)
        except ValueError as error:
            raise BadQuestion(_("The record is not in the log of this size.")) from error

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("batch")


class ConsistencyJson(ProofView):
    """That the log of `old` entries is the beginning of the one of `new`."""

    def answer(self) -> dict[str, Any]:
        try:
            return shown.consistency_as_data(self.number("old"), self.number("new", proofs.log_size()))
        except BadQuestion:
            raise
        except ValueError as error:
            raise BadQuestion(_("The log never had these sizes in this order.")) from error


class KeyJson(ProofView):
    """The public key by which today's checkpoints are checked."""

    def answer(self) -> dict[str, Any]:
        try:
            key = provider().public_key(HOLDER)
        except ImproperlyConfigured as error:
            raise Http404 from error
        return {"algorithm": ALGORITHM, "key_id": key_id_of(key), "public_key": key.hex()}
