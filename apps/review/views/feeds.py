"""Feeds of a region's notices, for readers of news and for other public sites."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.syndication.views import Feed
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from apps.regions.models import Region
from apps.review.models import Publicity
from apps.review.selectors import public
from imbudget.kit.context import BCP47


class NoticeFeed(Feed):
    """The newest notices of a region."""

    feed_type = Rss201rev2Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.lang = kwargs["language"]
        if self.lang not in dict(settings.LANGUAGES):
            raise Http404
        self.language = BCP47[self.lang]
        with translation.override(self.lang):
            response = super().__call__(request, *args, **kwargs)
        response.headers["Cache-Control"] = "public, no-cache"
        return response

    def get_object(self, request: HttpRequest, language: str, region: str) -> Region:
        found = Region.objects.filter(code=region).first()
        if found is None:
            raise Http404
        return found

    def title(self, region: Region) -> str:
        return _("Public notices of %(region)s") % {"region": region}

    def link(self, region: Region) -> str:
        return reverse("public:notices", args=[self.lang, region.code])

    def description(self, region: Region) -> str:
        return _("Results of project reviews before the public")

    def items(self, region: Region) -> list[Publicity]:
        return public.notices_of(region).notices

    def item_title(self, item: Publicity) -> str:
        return item.title

    def item_description(self, item: Publicity) -> str:
        return _("Before the public from %(start)s to %(end)s.") % {"start": item.starts_on, "end": item.last_day}

    def item_link(self, item: Publicity) -> str:
        return public.address_of(item, self.lang)

    def item_pubdate(self, item: Publicity) -> Any:
        return item.published_at

    def item_updateddate(self, item: Publicity) -> Any:
        return item.changed_at


class AtomFeed(NoticeFeed):
    """The same as Atom."""

    feed_type = Atom1Feed
    subtitle = NoticeFeed.description


rss = login_not_required(require_safe(NoticeFeed()))
atom = login_not_required(require_safe(AtomFeed()))
