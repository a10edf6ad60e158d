"""Messages between us and treasuries: what went out and came in, what is refused and why, and what the desk does about it."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement import policies
from apps.disbursement.filters.desk import ReceivedFilter, SentFilter
from apps.disbursement.models import InMessage, OutKind, OutMessage, Voucher
from apps.disbursement.selectors.rawtext import text_of
from apps.disbursement.services import exchange, queries
from apps.disbursement.signatures import GIVE_UP
from apps.disbursement.tables.desk import ReceivedTable, SentTable
from imbudget.kit import registry
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, KitView, ListPage, ScopedMixin, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

AHEAD = timedelta(minutes=5)  # by which clocks may differ before it is told
SENT, RECEIVED = "disbursement:sent_messages", "disbursement:received_messages"


class SentList(ListPage):
    model = OutMessage
    table = SentTable
    filters = SentFilter
    grant = "disbursement.treasury"
    title = gettext_lazy("messages sent")
    empty_text = gettext_lazy("No voucher has been made yet.")

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(_("messages received"), reverse(RECEIVED))]


class ReceivedList(ListPage):
    model = InMessage
    table = ReceivedTable
    filters = ReceivedFilter
    grant = "disbursement.treasury"
    title = gettext_lazy("messages received")
    empty_text = gettext_lazy("The treasury has said nothing yet.")

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(_("messages sent"), reverse(SENT))]


def _sent(page: DetailPage, message: OutMessage) -> dict[str, Any]:
    voucher = message.voucher
    return {
        "sent": list(voucher.messages.order_by("pk").defer("raw")),
        "received": list(voucher.answers.order_by("pk").defer("raw")),
    }


class MessagePage(DetailPage):
    grant = "disbursement.treasury"
    template_name = "disbursement/message.html"

    def get_acts(self) -> list[Act]:
        return [act for act in self.possible() if act.verdict]

    def possible(self) -> list[Act]:
        raise NotImplementedError


class SentDetail(MessagePage):
    model = OutMessage
    tabs = (Tab("messages", gettext_lazy("all messages of the voucher"), "disbursement/_messages.html", _sent),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("link", "region", "voucher__request")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("messages sent"), reverse(SENT))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        message = self.object
        return [
            (_("connection"), message.link),
            (_("kind of message"), message.get_kind_display()),
            (_("payment voucher"), message.voucher.number),
            (_("payment request"), message.voucher.request.number),
            (_("tries"), message.tries),
            (_("sent at"), message.sent_at or "–"),
            (_("answer to the query"), message.get_says_display() or "–"),
            (_("last trouble"), message.trouble or "–"),
            (_("digest"), message.digest),
        ]

    def possible(self) -> list[Act]:
        message, actor, voucher = self.object, self.actor, self.object.voucher
        return [
            Act(_("ask"), reverse("disbursement:voucher_ask", args=[voucher.pk]), policies.may_ask(actor, voucher)),
            Act(_("send again"), self._to("again"), policies.may_send_again(actor, message)),
            Act(_("text of the message"), self._to("raw"), policies.may_read_messages(actor)),
            Act(
                _("give up"),
                reverse("disbursement:voucher_give_up", args=[voucher.pk]),
                policies.may_give_up(actor, voucher),
                danger=True,
            ),
        ]

    def _to(self, name: str) -> str:
        return reverse(f"disbursement:sent_{name}", args=[self.object.pk])


def _received(page: DetailPage, message: InMessage) -> dict[str, Any]:
    voucher = message.voucher
    return {
        "sent": list(voucher.messages.order_by("pk").defer("raw")) if voucher else [],
        "received": list(voucher.answers.order_by("pk").defer("raw")) if voucher else [message],
        "statements": list(message.statements.select_related("account").order_by("pk")),
    }


class ReceivedDetail(MessagePage):
    model = InMessage
    tabs = (Tab("messages", gettext_lazy("all messages of the voucher"), "disbursement/_messages.html", _received),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("link", "region", "voucher__request").defer("raw")

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("messages received"), reverse(RECEIVED))]

    def get_facts(self) -> list[tuple[Any, Any]]:
        message = self.object
        genuine = {True: _("genuine"), False: _("forged"), None: _("none (known by its line)")}
        facts = [
            (_("connection"), message.link),
            (_("received at"), message.received_at),
            *self._written(message),
            (_("times received"), message.times),
            (_("size in bytes"), message.size),
            (_("stamp of the treasury"), genuine[message.genuine]),
            (_("taken into account at"), message.done_at or "–"),
            (_("why it is not believed"), message.trouble or "–"),
            (_("digest"), message.digest),
        ]
        if message.voucher:
            facts.insert(1, (_("payment voucher"), message.voucher.number))
        return facts

    def _written(self, message: InMessage) -> list[tuple[Any, Any]]:
        """By the clock of the treasury, and how far it is from ours: what came late is behind, what is ahead cannot be."""
        if message.said_at is None:
            return []
        written, ahead = timezone.localtime(message.said_at), message.said_at - message.received_at
        if ahead < AHEAD:
            return [(_("written at"), written)]
        text = _("%(time)s: the clock of the treasury is %(minutes)s min ahead of ours; nothing is decided by it")
        minutes = int(ahead.total_seconds() // 60)
        return [(_("written at"), text % {"time": f"{written:%Y-%m-%d %H:%M}", "minutes": minutes})]

    def possible(self) -> list[Act]:
        message, actor = self.object, self.actor
        return [
            Act(_("look at it again"), self._to("again"), policies.may_look_again(actor, message)),
            Act(_("text of the message"), self._to("raw"), policies.may_read_messages(actor)),
        ]

    def _to(self, name: str) -> str:
        return reverse(f"disbursement:received_{name}", args=[self.object.pk])


class RawPage(ScopedMixin, KitView):
    """The message as text; that somebody looked at it stands in evidence."""

    grant = "disbursement.treasury"
    title = gettext_lazy("text of the message")

    def get(self, request: Any, **kwargs: Any) -> HttpResponse:
        message = self.get_object()
        masked = not policies.may_read_accounts(self.actor, message)
        registry.download_record.get()(
            request, what=self.get_title(), message=str(message), digest=message.digest, masked=masked
        )
        context = {
            "title": self.get_title(),
            "crumbs": [Crumb(str(message), message.get_absolute_url())],
            "object": message,
            "raw": text_of(message, masked=bool(masked)),
            "masked": masked,
        }
        return TemplateResponse(request, "disbursement/raw.html", context)


class SentRaw(RawPage):
    model = OutMessage


class ReceivedRaw(RawPage):
    model = InMessage


class SentAgain(ActionPage):
    model = OutMessage
    grant = "disbursement.treasury"
    title = gettext_lazy("send again")
    question = gettext_lazy("Send this message once more?")
    consequence = gettext_lazy(
        "The same bytes go out again; the treasury takes a voucher once, however often it comes."
    )
    submit_label = gettext_lazy("send again")
    success_message = gettext_lazy("It goes out with the next round.")

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(kind=OutKind.VOUCHER).select_related("voucher__request")

    def allowed(self, obj: OutMessage) -> Verdict:
        return policies.may_send_again(self.actor, obj)

    def act(self, obj: OutMessage, form: Any) -> None:
        queries.send_again(self.actor, obj)


class ReceivedAgain(ActionPage):
    model = InMessage
    grant = "disbursement.treasury"
    title = gettext_lazy("look at it again")
    question = gettext_lazy("Have this message looked at again?")
    consequence = gettext_lazy(
        "For what has been put right meanwhile: a day that was reopened, an account that was entered."
    )
    submit_label = gettext_lazy("look at it again")
    success_message = gettext_lazy("It is looked at with the next round.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("link").defer("raw")

    def allowed(self, obj: InMessage) -> Verdict:
        return policies.may_look_again(self.actor, obj)

    def act(self, obj: InMessage, form: Any) -> None:
        exchange.look_again(self.actor, obj)


class VoucherAction(ActionPage):
    model = Voucher
    grant = "disbursement.treasury"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("request").defer("body")

    def get_success_url(self, obj: Voucher) -> str:
        return obj.messages.latest("pk").get_absolute_url()


class VoucherAsk(VoucherAction):
    title = gettext_lazy("ask")
    question = gettext_lazy("Ask the treasury what became of this voucher?")
    submit_label = gettext_lazy("ask")
    success_message = gettext_lazy("The query goes out with the next round.")

    def allowed(self, obj: Voucher) -> Verdict:
        return policies.may_ask(self.actor, obj)

    def act(self, obj: Voucher, form: Any) -> None:
        queries.ask_treasury(self.actor, obj)


class VoucherGiveUp(VoucherAction):
    title = gettext_lazy("give up")
    question = gettext_lazy("Give up this voucher, which the treasury never took?")
    consequence = gettext_lazy("Nobody is paid by it, its money is free again, and the unit reads the reason.")
    submit_label = gettext_lazy("give up")
    success_message = gettext_lazy("The voucher is given up; its money is free.")
    form_class = ReasonForm
    danger = True
    signs = GIVE_UP

    def allowed(self, obj: Voucher) -> Verdict:
        return policies.may_give_up(self.actor, obj)

    def act(self, obj: Voucher, form: Any) -> None:
        queries.give_up_voucher(self.actor, obj, form.cleaned_data["reason"])
