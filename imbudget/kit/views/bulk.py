"""What a list page does with acts on several rows: the chosen ones come by POST, the answer is the list again.

Where some of very many were refused, the answer is a page that says of each why.
"""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from imbudget.kit.bulk import BulkAct, Outcome, chosen_keys, run_each, run_together
from imbudget.kit.signatures import proof_before

TOLD = 10  # refusals that are said one by one
NAMED = 50  # rows that are named where a page asks


class BulkMixin:
    """`bulk` declares the acts; those whose grant the actor's post lacks are neither shown nor done."""

    bulk: tuple[BulkAct, ...] = ()
    actor: Any
    request: HttpRequest

    def bulk_acts(self) -> list[BulkAct]:
        return [act for act in self.bulk if not act.grant or self.actor.can(act.grant)]

    def takes_all(self) -> bool:
        """Whether an act may be done to the whole list, beyond the ticked rows."""
        return any(act.together for act in self.bulk_acts())

    def bulk_rows(self, rows: Any) -> Any:
        """The chosen rows with what their names are made of."""
        return rows

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        act = next((act for act in self.bulk_acts() if act.name == request.POST.get("act")), None)
        if act is None:
            return HttpResponseNotAllowed(["GET"])
        rows = self.chosen_rows(act)
        if not rows:
            messages.warning(request, self.nothing_chosen())
        elif act.page:
            return redirect(
                f"{reverse(act.page)}?{urlencode([*request.GET.items(), *(('row', row.pk) for row in rows)])}"
            )
        elif act.together:
            return self.do_together(act, rows)
        elif act.question and "sure" not in request.POST:
            return self.ask(act, rows)
        else:
            page = proof_before(request, act.signs)
            if page is not None:
                return page
            self.tell(act, run_each(self.actor, act, rows))
        return redirect(request.get_full_path())

    def nothing_chosen(self) -> str:
        if "all" in self.request.POST:
            return _("Nothing in this list waits for that.")
        return _("Choose rows first: tick the box at their beginning.")

    def chosen_rows(self, act: BulkAct) -> list[Any]:
        """The ticked rows, or all of the list that the act is for, as many as it takes at once."""
        sent = self.request.POST
        if act.together and "all" in sent:
            # The page of the question names the rows it was asked about: none slips in between.
            found = self.rows.order_by("pk")  # type: ignore[attr-defined]
            found = act.among(self.actor, found) if act.among else found
        else:
            asked = [*sent.getlist("row"), *sent.get("rows", "").split(",")]
            found = self.get_queryset().filter(pk__in=chosen_keys(asked, act.most))  # type: ignore[attr-defined]
        return list(self.bulk_rows(found)[: act.most])

    def do_together(self, act: BulkAct, rows: list[Any]) -> HttpResponse:
        sure = "sure" in self.request.POST
        form = act.form(self.request.POST if sure else None) if act.form else None
        if (act.question and not sure) or (form is not None and not form.is_valid()):
            return self.ask(act, rows, form)
        page = proof_before(self.request, act.signs)
        if page is not None:
            return page
        outcome = run_together(self.actor, act, rows, form.cleaned_data if form is not None else {})
        if len(outcome.refused) > TOLD:
            return self.report(act, outcome)
        self.tell(act, outcome)
        return redirect(self.request.get_full_path())

    def ask(self, act: BulkAct, rows: list[Any], form: Any = None) -> HttpResponse:
        context = {"title": act.label, "crumbs": self.get_crumbs(), "act": act, "form": form}  # type: ignore[attr-defined]
        context |= {"rows": rows[:NAMED], "more": len(rows[NAMED:]), "count": len(rows)}
        context["keys"] = ",".join(str(row.pk) for row in rows)
        context["capped"] = "all" in self.request.POST and len(rows) == act.most
        return TemplateResponse(self.request, "kit/bulk.html", context)

    def report(self, act: BulkAct, outcome: Outcome) -> HttpResponse:
        context = {"title": act.label, "crumbs": self.get_crumbs(), "act": act, "refused": outcome.refused}  # type: ignore[attr-defined]
        context |= {"done": len(outcome.done), "all": len(outcome.done) + len(outcome.refused)}
        return TemplateResponse(self.request, "kit/bulk_report.html", context)

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
