"""The page that turns a compiled budget into authority."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies, services
from apps.budget.forms.sheets import ApprovalForm
from apps.budget.models import Compilation
from apps.budget.selectors.approvals import has_long_round
from apps.budget.views.compilationacts import CompilationAction
from apps.desk.services import start_job
from imbudget.kit.errors import Verdict, require


class CompilationApprove(CompilationAction):
    form_class = ApprovalForm
    title = gettext_lazy("approve and issue")
    question = gettext_lazy("Draw up the approval of this budget?")
    consequence = gettext_lazy(
        "Each line of the accepted sheets becomes authority of its unit once the document has gone through its flow."
    )
    submit_label = gettext_lazy("hand in for approval")
    success_message = gettext_lazy("The approval is under way.")

    def get_initial(self, obj: Compilation) -> dict[str, Any]:
        values = {"region": obj.region, "year": obj.year_id}
        return {"title": _("Approval of the budget of %(region)s for %(year)s") % values, "dated": timezone.localdate()}

    def allowed(self, obj: Compilation) -> Verdict:
        return policies.may_approve(self.actor, obj)

    def act(self, obj: Compilation, form: Any) -> str:
        require(self.allowed(obj))  # the job would refuse as well, but it should not even begin
        head = form.cleaned_data
        if not has_long_round(obj):
            return services.draw_up_approval(self.actor, obj, head).get_absolute_url()
        params = {"compilation": obj.pk, "head": head | {"dated": head["dated"].isoformat()}}
        label = _("approve %(what)s") % {"what": obj}
        return start_job(self.actor, "budget.approval", params, label=label).get_absolute_url()
