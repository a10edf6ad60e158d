"""What a list page does with acts on several rows: the chosen ones come by POST, the answer is the list again."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imbudget.kit.bulk import BulkAct, Outcome, chosen_keys, run_each

TOLD = 10  # refusals that are said one by one


class BulkMixin:
    """`bulk` declares the acts; those whose grant the actor's post lacks are neither shown nor done."""

    bulk: tuple[BulkAct, ...] = ()
    actor: Any
    request: HttpRequest

    def bulk_acts(self) -> list[BulkAct]:
        return [act for act in self.bulk if not act.grant or self.actor.can(act.grant)]

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        act = next((act for act in self.bulk_acts() if act.name == request.POST.get("act")), None)
        if act is None:
            return HttpResponseNotAllowed(["GET"])
        rows = list(self.get_queryset().filter(pk__in=chosen_keys(request.POST.getlist("row"))))
        if not rows:
            messages.warning(request, _("Choose rows first: tick the box at their beginning."))
        elif act.page:
            return redirect(
                f"{reverse(act.page)}?{urlencode([*request.GET.items(), *(('row', row.pk) for row in rows)])}"
            )
        elif act.question and "sure" not in request.POST:
            return self.ask(act, rows)
        else:
            self.tell(act, run_each(self.actor, act, rows))
        return redirect(request.get_full_path())

    def ask(self, act: BulkAct, rows: list[Any]) -> HttpResponse:
        context = {"title": act.label, "crumbs": self.get_crumbs(), "act": act, "rows": rows}
        return TemplateResponse(self.request, "kit/bulk.html", context)

    def tell(self, act: BulkAct, outcome: Outcome) -> None:
        if outcome.done:
            text = act.done or ngettext("Done for %(count)d row.", "Done for %(count)d rows.", len(outcome.done))
            messages.success(self.request, str(text) % {"count": len(outcome.done)})
        for row, reason in outcome.refused[:TOLD]:
            messages.warning(self.request, _("%(row)s – %(reason)s") % {"row": row, "reason": reason})
        rest = len(outcome.refused) - TOLD
        if rest > 0:
            text = ngettext("%(count)d more row was refused.", "%(count)d more rows were refused.", rest)
            messages.warning(self.request, text % {"count": rest})
