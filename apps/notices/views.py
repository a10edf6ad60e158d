"""Pages of notices: the list, the count behind the bell, and what marks notices as read."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from apps.notices import selectors, services
from apps.notices.filters import NoticeFilters
from apps.notices.models import Notice
from apps.notices.tables import NoticeTable
from imbudget.kit.tables import Column
from imbudget.kit.views import KitView, ListPage, ScopedMixin


class NoticeList(ListPage):
    model = Notice
    table = NoticeTable
    filters = NoticeFilters
    template_name = "notices/notice_list.html"
    title = _("notices")
    empty_text = _("No notices yet. What happens to your work, and what waits for you, is told here.")

    @property
    def columns(self) -> Sequence[Column]:
        """Always the same: the page is a list of sentences, not a table."""
        return self.table.columns

    def get_context_data(self) -> dict[str, Any]:
        unread, newest = selectors.unread_count(self.actor), selectors.newest_id(self.actor)
        return super().get_context_data() | {"unread": unread, "newest": newest}


class UnreadCount(KitView):
    """What the bell shows. Asked for by a script each minute, with a head that keeps it from counting as use."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse({"unread": selectors.unread_count(self.actor)})


class ReadAll(KitView):
    """Marks as read what stood on the page when it was made, not what has come since."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        until = request.POST.get("until", "")
        if until.isascii() and until.isdecimal() and len(until) < 19:
            services.mark_read(self.actor, until=int(until))
        return redirect("notices:list")


class OpenNotice(ScopedMixin, KitView):
    """Marks a notice as read and goes where it leads."""

    model = Notice
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        notice = self.get_object()
        services.mark_read(self.actor, [notice.pk])
        ours = url_has_allowed_host_and_scheme(notice.url, allowed_hosts=None)
        return redirect(notice.url if ours else "notices:list")
