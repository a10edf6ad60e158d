"""What every page of a document shows of its approval: `timeline_tab(subject)` is a tab for a detail page."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.models import Case, CaseEvent, CaseState, Task, TaskState
from apps.lowcode.selectors.cases import acts_on_case, cases_of, open_case, with_flow
from apps.lowcode.selectors.timeline import timeline_of
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import DetailPage, Tab
from imbudget.kit.views.detail import Act

SHOWN = 10  # earlier cases of a document that are named


def timeline_tab(subject: str) -> Tab:
    """The way of a document through its approvals; the row of the page is the document."""

    def context(page: DetailPage, document: Any) -> dict[str, Any]:
        cases = list(with_flow(cases_of(subject, document.pk)).select_related("applicant")[:SHOWN])
        if not cases:
            return {"timeline": None, "cases": []}
        return {"cases": cases, "case_acts": case_acts(page.actor, cases[0])} | timeline_context(cases[0], page.actor)

    return Tab("approval", gettext_lazy("way of the document"), "lowcode/_timeline_tab.html", context)


def own_task(actor: Actor, subject: str, document_id: int) -> Task | None:
    """The person's own open task on a document."""
    tasks = Task.objects.visible_to(actor).filter(state=TaskState.OPEN)
    return tasks.filter(case__subject=subject, case__document_id=document_id).order_by("pk").first()


def deciding(actor: Actor, subject: str, document: Any) -> list[Act]:
    """The way from a document's page to the task that the person has on it: there it is approved or returned."""
    task = own_task(actor, subject, document.pk) if actor.can("lowcode.act") else None
    return [Act(_("approve or return"), task.get_absolute_url(), ALLOWED, primary=True)] if task else []


def missing_post(subject: str, document: Any) -> str:
    """Who is missing where a document cannot go on, and what is to be done; empty where it goes on."""
    case = open_case(subject, document.pk)
    if case is None or case.state != CaseState.STUCK:
        return ""
    text = _(
        "Handed in, but nobody can act at the next step: %(post)s. The system administrator enters in the administration"
        " who holds this post; then the document goes on by itself."
    )
    return text % {"post": timeline_of(case).missing}


def timeline_context(case: Case, actor: Actor, events: list[CaseEvent] | None = None) -> dict[str, Any]:
    """What `lowcode/_timeline.html` needs, and the reader's own open task of the case; its history may be at hand."""
    own = Task.objects.visible_to(actor).filter(case=case, state=TaskState.OPEN).order_by("pk").first()
    return {"timeline": timeline_of(case, events), "today": timezone.localdate(), "own_task": own}


def case_acts(actor: Actor, case: Case) -> list[Act]:
    """What the person may do with the whole case: urge, copy, withdraw."""
    open_to = acts_on_case(actor, case)
    acts = []
    if "urge" in open_to:
        acts.append(Act(_("urge"), reverse("lowcode:case_urge", args=[case.pk]), ALLOWED))
    if "copy" in open_to and actor.can("lowcode.act"):
        acts.append(Act(_("send a copy"), reverse("lowcode:case_copy", args=[case.pk]), ALLOWED))
    if actor.user_id == case.applicant_id and case.state in (CaseState.RUNNING, CaseState.STUCK):
        href = reverse("lowcode:case_withdraw", args=[case.pk])
        acts.append(Act(_("withdraw"), href, may_withdraw(open_to), danger=True))
    return acts


def may_withdraw(open_to: set[str]) -> Verdict:
    """The engine's word on withdrawing, with its reason."""
    if "withdraw" in open_to:
        return ALLOWED
    return refused(_("Somebody has acted on this document since: it cannot be withdrawn any more."))
