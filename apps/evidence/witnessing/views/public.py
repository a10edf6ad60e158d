"""What other installations ask: our newest checkpoint, and what we hold of theirs. Open to everybody: heads and signatures only.

Nobody learns from it what was done or by whom; that a log may be watched by anybody is what makes it trustworthy.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.decorators import method_decorator
from django.views.generic import View

from apps.evidence.models import Checkpoint, Peer
from apps.evidence.witnessing import told

LONGEST = 18  # digits of a size


@method_decorator(login_not_required, name="dispatch")
class ToldPage(View):
    """One small answer in JSON, which nobody may keep as a copy."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest) -> JsonResponse:
        response = JsonResponse(self.answer(), json_dumps_params={"ensure_ascii": False})
        response["Cache-Control"] = "no-store"
        return response

    def answer(self) -> dict[str, Any]:
        raise NotImplementedError


class NewestCheckpoint(ToldPage):
    """The newest checkpoint; with `since` (entries) the proof that it only added to the log of so many."""

    def answer(self) -> dict[str, Any]:
        made = Checkpoint.objects.order_by("-number").first()
        if made is None:
            raise Http404
        since = self.request.GET.get("since", "")
        plain = since.isascii() and since.isdigit() and len(since) <= LONGEST
        return told.as_data(made, int(since) if plain else 0)


class SeenCheckpoint(ToldPage):
    """The newest checkpoint that we hold of the log with the name `origin`, so that its owner can hold it against the log."""

    def answer(self) -> dict[str, Any]:
        origin = self.request.GET.get("origin", "")[:200]
        peer = Peer.objects.at_work().filter(origin=origin).first() if "\x00" not in origin else None
        held = peer.checkpoints.order_by("-number").first() if peer else None
        return {"seen": told.held_as_data(held) if held else None}
