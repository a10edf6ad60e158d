"""Pages for everybody, without signing in: notices and results of a region, objections to them.

The language stands in the address, so that one copy serves all its readers. Every page is asked for anew
(`no-cache`) and answered with 304 when nothing changed: what is taken down is gone at once.
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.http import http_date, quote_etag
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import View

from apps.regions.models import Region
from apps.review.forms.objections import CodeForm, ObjectionForm
from apps.review.models import Objection, Publicity, PublicityItem, PublicityState
from apps.review.proofs import checked, new_challenge
from apps.review.selectors import public
from apps.review.services import objections
from imbudget.kit.context import BCP47
from imbudget.kit.errors import RuleViolation

LARGEST_FORM = 16 * 1024 * 1024  # three files of 5 MB and the text


@method_decorator(login_not_required, name="dispatch")
class PublicPage(View):
    """In the language of its address. `validators` says what a copy is compared by, `content` what the page shows."""

    template_name = ""
    request: HttpRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = kwargs.pop("language")
        if language not in dict(settings.LANGUAGES):
            raise Http404
        self.language = language
        with translation.override(language):
            response = self.answer(request, *args, **kwargs)
            response.headers["Content-Language"] = BCP47[language]
            return response

    def answer(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The answer, in the language of the page."""
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.load(**kwargs)
        changed, *parts = self.validators()
        etag = quote_etag(_hash(self.language, timezone.localdate(), request.get_full_path(), changed, *parts))
        stamp = int(changed.timestamp()) if changed else None
        unchanged = get_conditional_response(request, etag=etag, last_modified=stamp)
        response = unchanged or HttpResponse(self.render(self.content()))
        response.headers["ETag"] = etag
        if stamp is not None:
            response.headers["Last-Modified"] = http_date(stamp)
        response.headers["Cache-Control"] = "public, no-cache"
        return response

    def load(self, **kwargs: Any) -> None:
        """Find what the page is about, or 404."""

    def validators(self) -> tuple[Any, ...]:
        """When it last changed, and what else a copy depends on."""
        return (public.last_change(),)

    def content(self) -> dict[str, Any]:
        return {}

    def render(self, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The page without the request, where it can be: it is the same for all its readers."""
        other = {code: self.request.get_full_path().replace(f"/{self.language}/", f"/{code}/", 1) for code in BCP47}
        languages = [(code, name, BCP47[code], other[code]) for code, name in settings.LANGUAGES]
        frame = {
            "HTML_LANG": BCP47[self.language],
            "VERTICAL": self.language == "mvf",
            "language": self.language,
            "languages": languages,
            "money_unit": "yuan",
        }
        return render_to_string(self.template_name, frame | context, request)


def _hash(*parts: Any) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]


def region_of(code: str) -> Region:
    """The region of an address, or 404."""
    try:
        return Region.objects.get(code=code)
    except Region.DoesNotExist as error:
        raise Http404 from error


class Index(PublicPage):
    """The regions that have published anything."""

    template_name = "public/index.html"

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


@method_decorator(csrf_exempt, name="dispatch")  # the token is checked once the size of the form is known
class Objecting(OfResult):
    """The form of an objection; never kept as a copy."""

    template_name = "public/object.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.load(**kwargs)
        return self.show(ObjectionForm())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.load(**kwargs)
        if content_size(request) > LARGEST_FORM:
            self.template_name = "public/too_large.html"
            response = HttpResponse(self.render(self.content()), status=413)
            response.headers["Connection"] = "close"  # what is still coming is not read
            return response
        return csrf_protect(self.take)(request)

    def take(self, request: HttpRequest) -> HttpResponse:
        form = ObjectionForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, 422)
        given = form.cleaned_data
        try:
            made = objections.file_objection(
                objections.public_actor(request.META.get("REMOTE_ADDR") or ""),
                self.item,
                ground=given["ground"],
                name=given["name"],
                contact=given["contact"],
                uploads=given["files"],
                proof=checked(given["altcha"]),
            )
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(form, 422)
        self.template_name = "public/filed.html"
        return private(HttpResponse(self.render(self.content() | {"objection": made})))

    def show(self, form: ObjectionForm, status: int = 200) -> HttpResponse:
        context = self.content() | {"form": form, "challenge": new_challenge()}
        return private(HttpResponse(self.render(context, self.request), status=status))


def content_size(request: HttpRequest) -> int:
    """How many bytes a browser says it sends."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def private(response: HttpResponse) -> HttpResponse:
    """The answer as one of which no copy is kept."""
    response.headers["Cache-Control"] = "no-store"
    return response


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
