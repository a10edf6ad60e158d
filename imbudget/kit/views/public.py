"""Pages for everybody, without signing in. The language stands in the address, so that one copy serves all its readers.

Every page is asked for anew (`no-cache`) and answered with 304 when nothing changed: what is taken down is gone at once.
"""

import hashlib
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.decorators import method_decorator
from django.utils.http import http_date, quote_etag
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.generic import View

from imbudget.kit.context import BCP47
from imbudget.kit.errors import RuleViolation
from imbudget.kit.proofs import new_challenge


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

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.load(**kwargs)
        changed, *parts = self.validators()
        etag = quote_etag(_hash(self.language, timezone.localdate(), request.get_full_path(), changed, *parts))
        stamp = int(changed.timestamp()) if changed else None
        unchanged = get_conditional_response(request, etag=etag, last_modified=stamp)
        response: HttpResponseBase = unchanged or self.respond()
        response.headers["ETag"] = etag
        if stamp is not None:
            response.headers["Last-Modified"] = http_date(stamp)
        response.headers["Cache-Control"] = "public, no-cache"
        return response

    def respond(self) -> HttpResponseBase:
        """The answer to whoever has no copy yet."""
        return HttpResponse(self.render(self.content()))

    def load(self, **kwargs: Any) -> None:
        """Find what the page is about, or 404."""

    def validators(self) -> tuple[Any, ...]:
        """When it last changed (None where no row says so), and what else a copy depends on."""
        raise NotImplementedError

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


@method_decorator(csrf_exempt, name="dispatch")  # the token is checked once the size of the form is known
class PublicForm(PublicPage):
    """A form that anybody sends, for work done by the browser (`kit.proofs`); never kept as a copy.

    `file` calls one service and returns what the page of `done_template` shows besides `content`.
    """

    form_class: Any = None
    done_template = ""
    largest = 256 * 1024  # text alone

    def make_form(self, *args: Any) -> Any:
        return self.form_class(*args)

    def file(self, form: Any) -> dict[str, Any]:
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.load(**kwargs)
        return self.show(self.make_form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        self.load(**kwargs)
        if content_size(request) > self.largest:
            response = self.too_large()
            response.headers["Connection"] = "close"  # what is still coming is not read
            return response
        return csrf_protect(self.take)(request)

    def too_large(self) -> HttpResponse:
        """What who sent too much reads."""
        return self.show(self.make_form(), 413)

    def take(self, request: HttpRequest) -> HttpResponse:
        form = self.make_form(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(form, 422)
        try:
            done = self.file(form)
        except RuleViolation as refusal:
            form.add_error(None, str(refusal))
            return self.show(form, 422)
        self.template_name = self.done_template
        return private(HttpResponse(self.render(self.content() | done)))

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        context = self.content() | {"form": form, "challenge": new_challenge(), "too_large": status == 413}
        return private(HttpResponse(self.render(context, self.request), status=status))

    @property
    def address(self) -> str:
        """Where the form was sent from."""
        return self.request.META.get("REMOTE_ADDR") or ""


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


def _hash(*parts: Any) -> str:
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:32]
