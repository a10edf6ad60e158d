"""Pages of the expert pool: the list, one expert with the record of their work, and their entry."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.panels import timeline_tab
from apps.regions.models import Region
from apps.review.expertfacts import ID_SHAPE, PHONE_SHAPE, level_label, mask_email
from apps.review.filters.experts import ExpertFilter
from apps.review.forms.experts import ExpertForm
from apps.review.models import Expert, Language
from apps.review.policies import experts as policies
from apps.review.selectors.pool import record_of
from apps.review.services import admission, experts
from apps.review.tables.experts import ExpertTable
from imbudget.kit.actor import Actor
from imbudget.kit.bulk import BulkAct
from imbudget.kit.errors import Verdict
from imbudget.kit.fields import mask_id, mask_phone, plain
from imbudget.kit.views import DetailPage, FormPage, HistoryTab, ListPage, ScopedMixin, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def pool_crumbs(expert: Expert | None = None) -> list[Crumb]:
    """The way back to the list, and to the expert."""
    crumbs = [Crumb(_("expert pool"), reverse("review:experts"))]
    return [*crumbs, Crumb(expert.name, expert.get_absolute_url())] if expert else crumbs


def _submit(actor: Actor, expert: Expert) -> None:
    admission.submit_expert(actor, expert)


class ExpertList(ListPage):
    model = Expert
    table = ExpertTable
    filters = ExpertFilter
    grant = "review.see"
    title = gettext_lazy("expert pool")
    empty_text = gettext_lazy("No expert yet. They apply on the public page, or the finance office enters them.")
    bulk = (
        BulkAct(
            "submit",
            gettext_lazy("submit for admission"),
            _submit,
            grant="review.experts",
            question=gettext_lazy("Hand the admission of these experts in for approval?"),
            icon="send",
        ),
    )

    @cached_property
    def rows(self) -> Any:
        """A whole identity or telephone number finds its expert by its index; parts of one find nobody."""
        text = plain(self.search_text)
        if ID_SHAPE.fullmatch(text):
            return self.narrowed_rows.filter(id_number_index=text)
        if PHONE_SHAPE.fullmatch(text):
            return self.narrowed_rows.filter(phone_index=text)
        return super().rows

    def get_actions(self) -> list[tuple[Any, str]]:
        if not self.actor.can("review.experts"):
            return []
        return [
            (_("new expert"), reverse("review:expert_new")),
            (_("import experts"), reverse("review:expert_import")),
        ]


def _person(page: DetailPage, expert: Expert) -> dict[str, Any]:
    return {
        "specialities": [row.field for row in expert.specialities.select_related("field").order_by("field__code")],
        "employments": expert.employments.select_related("unit").order_by("-since", "pk"),
        "kin": expert.kin.select_related("unit").order_by("pk"),
    }


def _record(page: DetailPage, expert: Expert) -> dict[str, Any]:
    record, actor = record_of(expert), page.actor
    rated = [(member, bool(policies.may_rate_member(actor, member))) for member in record.panels]
    return {"record": record, "panels": rated}


class ExpertDetail(DetailPage):
    model = Expert
    person = True
    grant = "review.see"
    template_name = "review/expert.html"
    tabs = (
        Tab("person", gettext_lazy("person"), "review/_expert_person.html", _person),
        Tab("record", gettext_lazy("record of work"), "review/_expert_record.html", _record),
        timeline_tab(admission.SUBJECT),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "employer_unit", "user", "author")

    def get_crumbs(self) -> list[Crumb]:
        return pool_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        expert = self.object
        title = " · ".join(filter(None, [expert.title, str(expert.get_title_rank_display())]))
        languages = [str(dict(Language.choices)[code]) for code in expert.languages]
        return [
            (_("professional title"), title),
            (_("employer"), expert.employer),
            (_("employer as a budget unit"), expert.employer_unit or "–"),
            (_("region"), expert.region),
            (_("level of the pool"), level_label(expert.level)),
            (_("languages"), "、".join(languages)),
            (_("telephone"), mask_phone(expert.phone) or "–"),
            (_("e-mail"), mask_email(expert.email) or "–"),
            (_("identity number"), mask_id(expert.id_number) or "–"),
            (_("came by"), expert.get_source_display()),
            (_("sign-in name"), expert.user.username if expert.user else "–"),
        ]

    def get_acts(self) -> list[Act]:
        """The keeper's acts that are open now."""
        expert, actor = self.object, self.actor
        acts = [
            self._act(_("submit for admission"), "submit", policies.may_submit_expert(actor, expert), primary=True),
            self._act(_("edit"), "edit", policies.may_edit_expert(actor, expert)),
            self._act(_("show what is masked"), "unmask", policies.may_unmask_expert(actor, expert)),
            self._act(_("suspend"), "suspend", policies.may_suspend_expert(actor, expert)),
            self._act(_("take back into the pool"), "resume", policies.may_resume_expert(actor, expert)),
            self._act(_("turn down"), "decline", policies.may_decline_expert(actor, expert), danger=True),
            self._act(_("remove from the pool"), "remove", policies.may_remove_expert(actor, expert), danger=True),
        ]
        return [act for act in acts if act.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"review:expert_{name}", args=[self.object.pk]), verdict, **look)


class ExpertPage(FormPage):
    """An expert as a form, with the lists of employments and kin."""

    grant = "review.experts"
    form_class = ExpertForm
    template_name = "review/expert_edit.html"
    region: Region
    expert: Expert | None = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"region": self.region, "actor": self.actor, "expert": self.expert}

    def get_crumbs(self) -> list[Crumb]:
        return pool_crumbs(self.expert)

    def save(self, form: ExpertForm) -> Any:
        try:
            expert = self.keep(form)
        except experts.BadFacts as bad:
            form.take(bad.errors)
            return self.show(form, status=422)
        messages.success(self.request, _("The expert is kept."))
        return expert.get_absolute_url()

    def keep(self, form: ExpertForm) -> Expert:
        raise NotImplementedError


class ExpertNew(ExpertPage):
    title = gettext_lazy("new expert")

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()

    def allowed(self) -> Verdict:
        return policies.may_keep_pool(self.actor, self.region.pk)

    def get_cancel_url(self) -> str:
        return reverse("review:experts")

    def keep(self, form: ExpertForm) -> Expert:
        return experts.enter_expert(self.actor, self.region, form.facts())


class ExpertEdit(ScopedMixin, ExpertPage):
    model = Expert
    title = gettext_lazy("edit an expert")

    def setup_page(self) -> None:
        self.expert = self.get_object()
        self.region = self.expert.region

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "employer_unit")

    def allowed(self) -> Verdict:
        return policies.may_edit_expert(self.actor, self.expert)

    def get_cancel_url(self) -> str:
        return self.expert.get_absolute_url()

    def keep(self, form: ExpertForm) -> Expert:
        experts.save_expert(self.actor, self.expert, form.facts(), seen=form.cleaned_data["seen"])
        return self.expert
