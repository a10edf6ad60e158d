"""Pages of the desk: a job's progress, the list of jobs, saved views."""

import re
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from apps.desk import services
from apps.desk.models import Job
from apps.desk.tables import JobTable
from imbudget.kit.errors import RuleViolation
from imbudget.kit.text import printable, strip
from imbudget.kit.views import KitView, ListPage, ScopedMixin

NAME = re.compile(r"[a-z_]{1,60}\Z")


class JobList(ListPage):
    model = Job
    table = JobTable
    title = _("my background work")
    empty_text = _("No background work yet. Imports, compilations and batches of documents appear here.")


class JobPage(ScopedMixin, KitView):
    """Progress of one job; htmx asks for the part `progress` each second."""

    model = Job

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.get_object()
        part = "#progress" if request.htmx else ""
        return TemplateResponse(
            request, f"desk/job_detail.html{part}", {"object": job, "title": job.label, "crumbs": []}
        )


class JobCancel(ScopedMixin, KitView):
    model = Job
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = self.get_object()
        services.cancel_job(self.actor, job)
        return redirect(job)


class SaveView(KitView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        given = {name: printable(request.POST.get(name, "")) for name in ("page", "name", "query")}
        page = _path_of(given["page"])
        try:
            view = services.save_view(self.actor, page, strip(given["name"]), given["query"])
        except RuleViolation as refusal:
            messages.error(request, str(refusal))
            return redirect(page)
        return redirect(f"{page}?{view.query}")


class DropView(KitView):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not services.drop_view(self.actor, pk):
            raise Http404
        return redirect(_goal_of(request))


class FirstView(KitView):
    """Let a list open with a view, or (`chosen` empty) as it begins again."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if services.choose_first_view(self.actor, pk, chosen=bool(request.POST.get("chosen"))) is None:
            raise Http404
        return redirect(_goal_of(request))


class ChooseColumns(KitView):
    """The columns of a list: those ticked, in the order of their numbers; none when `reset` was pressed."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        given = request.POST
        names = [] if "reset" in given else [name for name in given.getlist("column") if NAME.match(name)]
        places = {name: number_of(given.get(f"place-{name}", "")) for name in names}
        chosen = ",".join(sorted(names, key=lambda name: places[name]))
        services.choose_columns(self.actor, _path_of(printable(given.get("page", ""))), chosen)
        return redirect(_goal_of(request))


def number_of(text: str) -> int:
    """A place in an order; what is no small number stands last."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 5 else 9999


def _goal_of(request: HttpRequest) -> str:
    """The address of ours that a form names as the place to go on."""
    goal = printable(request.POST.get("next", ""))
    return goal if _is_local(goal) else "/"


def _path_of(address: str) -> str:
    """The path of an address of ours; the home page's for anything else."""
    try:
        path = urlsplit(address).path
    except ValueError:
        return "/"
    return path if _is_local(path) else "/"


def _is_local(address: str) -> bool:
    return address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
