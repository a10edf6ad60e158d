"""What every page of the administration shares: rights from posts, acts with a name in the history, no deletion.

Django's own permissions mean nothing here (`PostBackend` grants none), so each right is asked of the actor.
"""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.widgets import AutocompleteSelect
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.admin import SimpleHistoryAdmin

from imbudget.kit.actor import NOBODY
from imbudget.kit.errors import RuleViolation
from imbudget.kit.history import record_context
from imbudget.kit.text import search_key

NAMES = {
    "_zh_hans": (gettext_lazy("Chinese name"), "zh-Hans-CN"),
    "_mvf": (gettext_lazy("Mongolian name"), "mn-Mong-CN"),
}
SYSTEM, SECURITY, AUDIT = "system.administer", "security.administer", "audit.administer"
ALL = frozenset({SYSTEM, SECURITY, AUDIT})
OVERSEES = frozenset({AUDIT})


class GrantedAdmin(ModelAdmin):
    """Rows that posts with one grant change and posts with others only see.

    `change_grant` empty: nobody changes them here. What PROTECT ties to other rows is ended by a date and never
    deleted; `deletable` is for rows that nothing refers to. `private_fields` are shown only to who may change them.
    """

    change_grant = SYSTEM
    view_grants: frozenset[str] | None = None  # besides whoever changes them: the audit administrator, who sees all
    deletable = False
    private_fields: tuple[str, ...] = ()
    show_facets = False
    list_per_page = 50
    view_on_site = False  # administrators hold no business post: pages of the product are closed to them

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        actor = getattr(request, "actor", NOBODY)
        return bool(
            (OVERSEES | {self.change_grant} if self.view_grants is None else self.view_grants) & actor.grants
        ) or self.has_change_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(self.change_grant) and getattr(request, "actor", NOBODY).can(self.change_grant)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.deletable and self.has_change_permission(request, obj)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        groups = super().get_fieldsets(request, obj)
        if not self.private_fields or self.has_change_permission(request, obj):
            return groups
        return [
            (name, {**group, "fields": [field for field in group["fields"] if field not in self.private_fields]})
            for name, group in groups
        ]

    def choice_label(self, obj: Any) -> str:
        """How a row is named among thousands in a field that finds as you type: more than its name alone."""
        return str(obj)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        other = self.admin_site._registry.get(db_field.remote_field.model)
        if field is not None and isinstance(other, GrantedAdmin):
            field.label_from_instance = other.choice_label
        if field is not None and isinstance(field.widget, AutocompleteSelect):
            field.widget.i18n_name = "zh-CN"  # the package has no Mongolian; Chinese is read here by everybody
        return field

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for end, (label, tag) in NAMES.items():
            if field is not None and db_field.name.endswith(end):
                field.label = label
                field.widget.attrs["lang"] = tag
        return field

    @admin.display(description=gettext_lazy("Mongolian name"))
    def mongolian_name(self, obj: Any) -> str:
        """The name in Mongolian, which stands by itself on a Chinese page."""
        return format_html('<span lang="mn-Mong-CN">{}</span>', obj.name_mvf) if obj.name_mvf else ""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        refusal = getattr(request, "refusal", "")
        return _refusing(form, refusal) if refusal else form

    def before_write(self, request: HttpRequest) -> None:
        """Called first in the transaction of a write, before the row is read: the place for locks."""

    def _changeform_view(self, request: HttpRequest, *args: Any) -> HttpResponse:
        if request.method == "POST":
            record_context(request.actor.user_id, request.actor.address, "administration")
            self.before_write(request)
        return super()._changeform_view(request, *args)

    def _delete_view(self, request: HttpRequest, *args: Any) -> HttpResponse:
        if request.method == "POST":
            record_context(request.actor.user_id, request.actor.address, "administration")
            self.before_write(request)
        return super()._delete_view(request, *args)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A rule that says no takes the whole write back; the form comes back as it was filled in, with the reason."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except (RuleViolation, ValidationError) as refusal:
            request.refusal = said(refusal)
        return super().changeform_view(request, *args, **kwargs)

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().delete_view(request, *args, **kwargs)
        except RuleViolation as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


def said(refusal: Exception) -> str:
    """The sentence of a refusal."""
    return "; ".join(refusal.messages) if isinstance(refusal, ValidationError) else str(refusal)


def _refusing(form: Any, refusal: str) -> Any:
    """The same form, whose check ends with the reason that a service gave."""

    class Refusing(form):
        def clean(self) -> Any:
            cleaned = super().clean()
            self.add_error(None, refusal)
            return cleaned

    return Refusing


class KeySearch:
    """Search as the product's lists search: whatever width, case or look-alike Mongolian letter was typed."""

    search_fields: tuple[str, ...] = ("search_key",)

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> Any:
        return super().get_search_results(request, queryset, search_key(search_term))


class HistoryAdmin(GrantedAdmin, SimpleHistoryAdmin):
    """Shows the history of a row; history is read, never put back."""

    object_history_list_template = "admin/history_list.html"  # the package's own one has an inline style

    def has_view_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_change_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def revert_disabled(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def set_history_delta_changes(self, request: HttpRequest, historical_records: Any, **kwargs: Any) -> None:
        super().set_history_delta_changes(request, historical_records, **kwargs)
        people = get_user_model().objects.in_bulk({record.history_user_id for record in historical_records} - {None})
        for record in historical_records:
            record.who = people.get(record.history_user_id, "")

    def history_form_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            self.message_user(request, _("History can be read, not changed."), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        return super().history_form_view(request, *args, **kwargs)


class ReadOnlyAdmin(GrantedAdmin):
    """Logs: nobody changes them, only the audit administrator reads them."""

    change_grant = ""
    view_grants = frozenset({AUDIT})
