"""What is done with a roster: lines worked out and checked, handed in, taken back, put before the public."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.lowcode.submitting import SubmitPage
from apps.subsidy import policies
from apps.subsidy.forms.rosters import PublishForm
from apps.subsidy.models import Roster
from apps.subsidy.services import publicity, rosters
from apps.subsidy.services.rosters import SUBJECT
from apps.subsidy.views.rosters import RELATED, roster_crumbs
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage
from imbudget.kit.views.base import Crumb


class RosterAction(ActionPage):
    model = Roster

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs(self.object)


class RosterMake(RosterAction):
    title = gettext_lazy("work the lines out")
    question = gettext_lazy("Work the lines out of the register?")
    consequence = gettext_lazy("The lines that are there are replaced.")
    submit_label = gettext_lazy("work the lines out")
    success_message = gettext_lazy("The lines have been worked out and checked.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_edit(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.make_lines(self.actor, obj)


class RosterCheck(RosterAction):
    title = gettext_lazy("check again")
    question = gettext_lazy("Check the lines again?")
    consequence = gettext_lazy("Registers and lists may have changed since.")
    submit_label = gettext_lazy("check again")
    success_message = gettext_lazy("The lines have been checked.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_edit(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.check_roster(self.actor, obj)


class RosterSubmit(SubmitPage, RosterAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this roster in for approval?")
    consequence = gettext_lazy("It is checked once more; until it is decided it can be taken back.")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_submit(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.submit_roster(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: Roster) -> str:
        return SUBJECT


class RosterWithdraw(RosterAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this roster back?")
    consequence = gettext_lazy("It is a draft again.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("The roster is a draft again.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_withdraw(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.withdraw_roster(self.actor, obj)


class RosterAbandon(RosterAction):
    title = gettext_lazy("give up")
    question = gettext_lazy("Give this roster up for good?")
    consequence = gettext_lazy("It stays to be read and is never paid.")
    submit_label = gettext_lazy("give up")
    success_message = gettext_lazy("The roster is given up.")
    danger = True

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_abandon(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        rosters.abandon_roster(self.actor, obj)


class RosterPublish(RosterAction):
    form_class = PublishForm
    title = gettext_lazy("put before the public")
    question = gettext_lazy("Put this roster before the public?")
    consequence = gettext_lazy(
        "Everybody reads names and identity numbers in part and the amounts; cards are not shown."
    )
    submit_label = gettext_lazy("put before the public")
    success_message = gettext_lazy("The roster stands before the public.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_publish(self.actor, obj)

    def act(self, obj: Roster, form: PublishForm) -> None:
        publicity.publish_roster(self.actor, obj, form.cleaned_data["objections_to"])


class RosterEnd(RosterAction):
    title = gettext_lazy("end the publicity")
    question = gettext_lazy("End the publicity of this roster?")
    consequence = gettext_lazy("Its days must be over and every objection answered; then it is ready to be paid.")
    submit_label = gettext_lazy("end the publicity")
    success_message = gettext_lazy("The roster is ready to be paid.")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_end_publicity(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        publicity.end_publicity(self.actor, obj)
