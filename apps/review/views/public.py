"""Pages for everybody, without signing in: notices and results of a region, objections to them."""

from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from apps.regions.models import Region
from apps.review.forms.objections import CodeForm, ObjectionForm
from apps.review.models import Objection, Publicity, PublicityItem, PublicityState
from apps.review.selectors import public
from apps.review.services import objections
from imbudget.kit.proofs import checked
from imbudget.kit.views.public import PublicForm, PublicPage, private

LARGEST_FORM = 16 * 1024 * 1024  # three files of 5 MB and the text


def region_of(code: str) -> Region:
    """The region of an address, or 404."""
    try:
        return Region.objects.get(code=code)
    except Region.DoesNotExist as error:
        raise Http404 from error


class Index(PublicPage):
    """The regions that have published anything."""

    template_name = "public/index.html"

    def validators(self) -> tuple[Any, ...]:
        return (public.last_change(),)

    def content(self) -> dict[str, Any]:
        return {"regions": public.regions_with_notices()}


class NoticeList(PublicPage):
    """The notices of a region, the newest first."""

    template_name = "public/notices.html"

    def load(self, **kwargs: Any) -> None:
        self.region = region_of(kwargs["region"])

    def validators(self) -> tuple[Any, ...]:
        return (public.last_change(self.region), self.region.pk)

    def content(self) -> dict[str, Any]:
        page = public.notices_of(self.region, _after(self.request.GET.get("after", "")))
        return {"region": self.region, "page": page, "today": timezone.localdate()}


def _after(text: str) -> tuple[datetime, int] | None:
    stamp, _dash, key = text.partition("-")
    try:
        return (datetime.fromtimestamp(float(stamp), UTC), int(key)) if text else None
    except (ValueError, OverflowError, OSError):
        raise Http404 from None


class Gone(Exception):
    """What was published here has been taken down."""


class OfNotice(PublicPage):
    """Pages about one notice: 410 once it has been taken down, and no copy of it is kept."""

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().answer(request, *args, **kwargs)
        except Gone:
            self.template_name = "public/gone.html"
            return private(HttpResponse(self.render({"region": self.notice.region}), status=410))

    def hold(self, notice: Publicity | None) -> None:
        if notice is None:
            raise Http404
        self.notice = notice
        if notice.state == PublicityState.TAKEN_DOWN:
            raise Gone

    def validators(self) -> tuple[Any, ...]:
        return (self.notice.changed_at, self.notice.pk, self.notice.state)


class NoticePage(OfNotice):
    """A notice with its results."""

    template_name = "public/notice.html"

    def load(self, **kwargs: Any) -> None:
        rows = Publicity.objects.select_related("region", "conclusion__review")
        found = rows.filter(region__code=kwargs["region"], year=kwargs["year"], number=kwargs["number"])
        self.hold(found.first())

    def content(self) -> dict[str, Any]:
        return {
            "region": self.notice.region,
            "notice": self.notice,
            "items": public.items_of(self.notice),
            "today": timezone.localdate(),
        }


class OfResult(OfNotice):
    """Pages about one published result."""

    def load(self, **kwargs: Any) -> None:
        rows = PublicityItem.objects.select_related("publicity__region", "publicity__conclusion__review")
        item = rows.filter(pk=kwargs["pk"], publicity__region__code=kwargs["region"]).first()
        self.hold(item.publicity if item else None)
        self.item = item

    def content(self) -> dict[str, Any]:
        today = timezone.localdate()
        return {
            "region": self.notice.region,
            "notice": self.notice,
            "item": self.item,
            "today": today,
            "may_object": public.may_object(self.item, today),
        }


class ResultPage(OfResult):
    """A published result, and the published answers to objections to it."""

    template_name = "public/result.html"

    def content(self) -> dict[str, Any]:
        return super().content() | {"answers": public.public_answers(self.item)}


class Objecting(PublicForm, OfResult):
    """The form of an objection."""

    template_name = "public/object.html"
    done_template = "public/filed.html"
    form_class = ObjectionForm
    largest = LARGEST_FORM

    def too_large(self) -> HttpResponse:
        self.template_name = "public/too_large.html"
        return HttpResponse(self.render(self.content()), status=413)

    def file(self, form: ObjectionForm) -> dict[str, Any]:
        given = form.cleaned_data
        made = objections.file_objection(
            objections.public_actor(self.address),
            self.item,
            ground=given["ground"],
            name=given["name"],
            contact=given["contact"],
            uploads=given["files"],
            proof=checked(given["altcha"]),
        )
        return {"objection": made}


class Follow(PublicPage):
    """Ask for an objection by its code."""

    template_name = "public/follow.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        asked = "code" in request.GET
        form = CodeForm(request.GET if asked else None)
        if asked and form.is_valid():
            code = form.cleaned_data["code"].strip().upper()
            return redirect(reverse("public:objection", args=[self.language, code]))
        return private(HttpResponse(self.render({"form": form})))


class ObjectionPage(PublicPage):
    """What became of an objection; whoever has its code may read it."""

    template_name = "public/objection.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        rows = Objection.objects.select_related("item", "publicity__region")
        found = rows.filter(code=kwargs["code"]).first()
        if found is None:
            context: dict[str, Any] = {"form": CodeForm(initial={"code": kwargs["code"]}), "unknown": True}
            self.template_name = "public/follow.html"
            return private(HttpResponse(self.render(context), status=404))
        return private(HttpResponse(self.render({"objection": found, "region": found.publicity.region})))
