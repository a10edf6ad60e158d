"""Pages for everybody: does a receipt hold, and by which keys. They tell what a receipt says itself, and keep nothing."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from apps.evidence.receipts.checking import Head, Result, check, head_of_text
from apps.evidence.receipts.composing import checkpoint_over, entry_at
from apps.evidence.receipts.forms import LARGEST_FILE, ReceiptForm
from apps.evidence.receipts.keys import Key, key_for, keys
from apps.evidence.receipts.writing import LARGEST, read_code
from apps.evidence.vocabulary import facts_in_words, label_of
from imbudget.kit.errors import RuleViolation
from imbudget.kit.limits import Limit
from imbudget.kit.proofs import LIFETIME, checked
from imbudget.kit.views.public import PublicForm, PublicPage

BY_ADDRESS = Limit(most=60, seconds=3600, name="receipts")  # receipts checked
LOOKS = Limit(most=60, seconds=60, name="codes")  # codes looked up
ONCE = Limit(most=1, seconds=LIFETIME.total_seconds())  # a browser's work counts for one form, in a process


class CheckPage(PublicForm):
    """Anybody brings a receipt, or the code of a printed one (`?c=`)."""

    template_name = "public/receipt.html"
    done_template = "public/receipt_checked.html"
    form_class = ReceiptForm
    largest = LARGEST_FILE + 4 * LARGEST

    def content(self) -> dict[str, Any]:
        code = self.request.GET.get("c", "")
        if self.request.method != "GET" or not code:
            return {}
        if not LOOKS.take(self.address):
            return {"flood": True, "code": code[:80]}
        return {"looked": True, "found": look_up(code), "code": code[:80]}

    def file(self, form: ReceiptForm) -> dict[str, Any]:
        fresh = ONCE.take(checked(form.cleaned_data["altcha"]))
        if not fresh:
            raise RuleViolation(_("This form has been sent already. Open the page again to check another receipt."))
        if not BY_ADDRESS.take(self.address):
            raise RuleViolation(_("Too many receipts came from your address. Try again in an hour."))
        return told(check(form.cleaned_data["receipt"], key_for))


def told(result: Result) -> dict[str, Any]:
    """What the page says of a receipt."""
    record = result.record
    return {
        "result": result,
        "record": record,
        "event": label_of(record["event"]) if record else "",
        "facts": facts_in_words(record["facts"]) if record else [],
    }


def look_up(code: str) -> dict[str, Any] | None:
    """Where the record of a code stands; None where none stands there. Nothing of what the record says is told."""
    read = read_code(code)
    entry = entry_at(*read) if read else None
    if entry is None:
        return None
    checkpoint = checkpoint_over(entry.place)
    head: Head | None = head_of_text(checkpoint.text) if checkpoint else None
    return {"place": entry.place, "leaf": bytes(entry.leaf).hex(), "checkpoint": checkpoint, "head": head}


class KeyPage(PublicPage):
    """The public keys of the log, so that receipts can be checked elsewhere."""

    template_name = "public/receipt_keys.html"

    def load(self, **kwargs: Any) -> None:
        self.keys: list[Key] = keys()

    def validators(self) -> tuple[Any, ...]:
        last: datetime | None = max((key.last for key in self.keys if key.last), default=None)
        return (last, *(key.key_id for key in self.keys))

    def content(self) -> dict[str, Any]:
        return {"keys": self.keys}


class KeyFile(PublicPage):
    """One public key as PEM."""

    def load(self, **kwargs: Any) -> None:
        self.key = next((key for key in keys() if key.key_id == kwargs["key_id"]), None)
        if self.key is None:
            raise Http404

    def validators(self) -> tuple[Any, ...]:
        return (None, self.key.key_id if self.key else "")

    def respond(self) -> HttpResponseBase:
        response = HttpResponse(self.key.pem if self.key else "", content_type="application/x-pem-file")
        response["Content-Disposition"] = f'attachment; filename="evidence-{self.key.key_id if self.key else ""}.pem"'
        return response
