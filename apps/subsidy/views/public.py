"""Rosters before the public, for everybody without signing in: names and numbers in part, amounts, no cards; objections."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.regions.models import Region
from apps.subsidy.forms.objections import CodeForm, PublicObjectionForm
from apps.subsidy.models import Place, RosterObjection
from apps.subsidy.selectors.public import is_open_to_objections, lines_on_show, notices_of, sumus_of
from apps.subsidy.services import objections
from imbudget.kit.errors import RuleViolation
from imbudget.kit.proofs import checked
from imbudget.kit.views.public import PublicForm, PublicPage, private

SHOWN = 100


class OfRegion(PublicPage):
    """Pages about the rosters of one region."""

    def load(self, **kwargs: Any) -> None:
        self.region = Region.objects.filter(code=kwargs["region"]).first()
        if self.region is None:
            raise Http404

    def content(self) -> dict[str, Any]:
        return {"region": self.region, "today": timezone.localdate()}


class RosterNotices(OfRegion):
    """The rosters of a region that stand or stood before the public."""

    template_name = "public/rosters.html"

    def load(self, **kwargs: Any) -> None:
        super().load(**kwargs)
        self.rosters = list(notices_of(self.region)[:SHOWN])

    def validators(self) -> tuple[Any, ...]:
        shown = [(str(one), one.unit.name, one.state, one.published_on, one.public_until) for one in self.rosters]
        return (None, self.region.name, shown)

    def content(self) -> dict[str, Any]:
        return super().content() | {"rosters": self.rosters}


class OfRoster(OfRegion):
    """Pages about one roster."""

    def load(self, **kwargs: Any) -> None:
        super().load(**kwargs)
        self.roster = notices_of(self.region).filter(pk=kwargs["pk"]).first()
        if self.roster is None:
            raise Http404

    def content(self) -> dict[str, Any]:
        shown = super().content()
        return shown | {"roster": self.roster, "may_object": is_open_to_objections(self.roster, shown["today"])}


class RosterNotice(OfRoster):
    """One roster, some lines at a time, of one sumu where it is asked for."""

    template_name = "public/roster.html"

    def load(self, **kwargs: Any) -> None:
        super().load(**kwargs)
        sumu = self._number("sumu")
        self.lines, self.after = lines_on_show(self.roster, sumu, self._number("after") or 0)
        self.sumus = sumus_of(self.roster)
        self.sumu: Place | None = next((place for place in self.sumus if place.pk == sumu), None)
        if sumu and self.sumu is None:
            raise Http404

    def validators(self) -> tuple[Any, ...]:
        """What is shown itself: no row says when the name of a line was put right."""
        roster = self.roster
        head = (str(roster), roster.unit.name, roster.subsidy.basis, roster.published_on, roster.public_until)
        lines = [(one.number, one.public_name, one.masked_id, one.quantity, one.amount) for one in self.lines]
        places = [place.name for place in self.sumus]
        return (None, head, roster.state, roster.count, roster.total, roster.objections_to, lines, places)

    def content(self) -> dict[str, Any]:
        shown = {"lines": self.lines, "after": self.after, "sumus": self.sumus, "sumu": self.sumu}
        return super().content() | shown

    def _number(self, name: str) -> int | None:
        text = self.request.GET.get(name, "")
        return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class Objecting(PublicForm, OfRoster):
    """The form of an objection to a roster."""

    template_name = "public/roster_object.html"
    done_template = "public/roster_filed.html"
    form_class = PublicObjectionForm

    def file(self, form: PublicObjectionForm) -> dict[str, Any]:
        given, line = form.cleaned_data, None
        if given["number"]:
            line = self.roster.lines.filter(number=given["number"]).first()
            if line is None:
                raise RuleViolation(_("The roster has no line of this number."))
        made = objections.file_objection(
            objections.public_actor(self.address),
            self.roster,
            line,
            given["ground"],
            person=given["person"],
            contact=given["contact"],
            proof=checked(given["altcha"]),
        )
        return {"objection": made}


class Follow(PublicPage):
    """Ask for an objection by its code."""

    template_name = "public/roster_follow.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        asked = "code" in request.GET
        form = CodeForm(request.GET if asked else None)
        if asked and form.is_valid():
            code = form.cleaned_data["code"].strip().upper()
            return redirect(reverse("subsidy:public_objection", args=[self.language, code]))
        return private(HttpResponse(self.render({"form": form})))


class ObjectionPage(PublicPage):
    """What became of an objection; whoever has its code may read it."""

    template_name = "public/roster_objection.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = RosterObjection.objects.select_related("roster__subsidy", "roster__place", "roster__region", "line")
        found = rows.filter(code=kwargs["code"]).exclude(code="").first()
        if found is None:
            self.template_name = "public/roster_follow.html"
            shown = {"form": CodeForm(initial={"code": kwargs["code"]}), "unknown": True}
            return private(HttpResponse(self.render(shown), status=404))
        return private(HttpResponse(self.render({"objection": found, "region": found.roster.region})))
