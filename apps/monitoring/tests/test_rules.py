"""Rules on their way: worded, tried, approved by another person, replaced; exceptions by who set the rule alone."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from apps.accounts.tests.factories import make_actor
from apps.disbursement.models import PaymentRequest
from apps.disbursement.tests.factories import make_treasury, row
from apps.lowcode.services import tasks
from apps.monitoring import services
from apps.monitoring.models import Exemption, Rule, RuleVersion, Trial
from apps.monitoring.tests.factories import BIG, FLOW, load_all, rule_of, shipped
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
D = Decimal
VALUES = {
    "name_zh_hans": "大额",
    "text_zh_hans": "请核对。",
    "basis_zh_hans": "旗办法",
    "condition": BIG,
    "valid_from": date(2020, 1, 1),
}


@pytest.fixture
def treasury(world):
    return make_treasury(world)


@pytest.fixture
def officer(treasury):
    return make_actor("treasury_officer", treasury.region)


def test_a_rule_watches_once_another_person_has_approved_it(treasury, officer):
    call_command("load_flows", str(FLOW), verbosity=0)
    leader = make_actor("finance_leader", treasury.region)
    version = services.start_rule(officer, treasury.region, "BQ01", VALUES)
    request = treasury.submitted(row("150.00"))
    services.submit_version(officer, version)
    assert services.watch(treasury.clerk, request).warns == ()
    task = treasury.task(leader)
    with pytest.raises(RuleViolation):
        tasks.approve(officer, task)
    tasks.approve(leader, task)
    version.refresh_from_db()
    assert (version.state, version.rule.current_id) == ("in_force", version.pk)
    assert len(services.watch(treasury.clerk, request).warns) == 1
    with pytest.raises(NotAllowed, match="settled"):
        services.save_version(officer, version, version.revision, VALUES)
    second = services.renew_rule(officer, version.rule)
    services.save_version(officer, second, second.revision, {"mode": "block"})
    services.submit_version(officer, second)
    tasks.send_back(leader, treasury.task(leader), reason="依据不足", to="applicant")
    second.refresh_from_db()
    assert (second.state, second.return_reason) == ("returned", "依据不足")
    services.submit_version(officer, second)
    tasks.approve(leader, treasury.task(leader))
    assert set(version.rule.versions.values_list("number", "state")) == {(1, "ended"), (2, "in_force")}


def test_who_may_not_keep_rules(treasury, officer, world):
    version = services.start_rule(officer, treasury.region, "BQ01", VALUES)
    for actor in (
        make_actor("treasury_clerk", treasury.region),
        treasury.officer,
        treasury.clerk,
        make_actor("treasury_officer", world.tree.neighbour),
        make_actor("treasury_officer", world.tree.league),
    ):
        with pytest.raises(NotAllowed):
            services.start_rule(actor, treasury.region, "BQ02", VALUES)
        for act in (
            lambda actor=actor: services.save_version(actor, version, 1, VALUES),
            lambda actor=actor: services.submit_version(actor, version),
            lambda actor=actor: services.try_version(actor, version, 2027),
            lambda actor=actor: services.renew_rule(actor, version.rule),
        ):
            with pytest.raises(NotAllowed):
                act()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"condition": None}, "when the rule is hit"),
        ({"condition": {"fact": "nothing", "op": "="}}, "no fact"),
        ({"phase": "timed", "measure": "nothing"}, "measure"),
        ({"phase": "timed", "measure": "year_end", "parameters": {"share": "101"}}, "from 1 to 100"),
        ({"phase": "timed", "measure": "year_end", "parameters": {"x": "1"}}, "no parameter"),
        ({"phase": "timed", "measure": "year_end", "parameters": {"share": "NaN"}}, "from 1 to 100"),
    ],
)
def test_a_rule_that_cannot_watch_is_not_handed_in(treasury, officer, values, words):
    version = services.start_rule(officer, treasury.region, "BQ01", VALUES | values)
    with pytest.raises(RuleViolation, match=words):
        services.submit_version(officer, version)


def test_two_officers_do_not_overwrite_each_other_and_codes_are_given_once(treasury, officer):
    version = services.start_rule(officer, treasury.region, "BQ01", VALUES)
    services.save_version(officer, version, 1, {"mode": "block"})
    with pytest.raises(RuleViolation, match="Someone else saved"):
        services.save_version(officer, version, 1, {"mode": "hint"})
    with pytest.raises(RuleViolation, match="already"):
        services.start_rule(officer, treasury.region, "BQ01", VALUES)
    with pytest.raises(NotAllowed, match="under way"):
        services.renew_rule(officer, version.rule)


def test_exceptions_are_kept_by_who_set_the_rule_and_end(treasury, officer):
    upper = rule_of(treasury.region.get_root(), "U1")
    values = {"kind": "account", "value": row().payee_account, "basis": "财政批复", "valid_from": date(2020, 1, 1)}
    with pytest.raises(NotAllowed, match="office that set"):
        services.add_exemption(officer, upper.rule, values)
    own = rule_of(treasury.region, "B1")
    request = treasury.submitted(row("150.00"))
    one = services.add_exemption(officer, own.rule, values)
    assert (one.value.endswith("0001"), "6228" in one.value) == (True, False)
    codes = [text.split()[0] for text in services.watch(treasury.clerk, request).warns]
    assert codes == ["U1"]
    one.valid_from = date(2020, 1, 1)
    services.end_exemption(officer, one)
    assert Exemption.objects.get().valid_to == timezone.localdate() - timedelta(days=1)
    assert len(services.watch(treasury.clerk, request).warns) == 2
    with pytest.raises(RuleViolation, match="ended already"):
        services.end_exemption(officer, one)
    with pytest.raises(RuleViolation):
        services.add_exemption(officer, own.rule, values | {"basis": ""})
    with pytest.raises(RuleViolation, match="first one"):
        services.add_exemption(officer, own.rule, values | {"valid_to": date(2019, 1, 1)})


def test_a_trial_says_what_would_have_been_hit_and_raises_nothing(treasury, officer):
    for number, amount in enumerate(("50.00", "100.00", "250.00"), 1):
        treasury.submitted(row(amount, number=number))
    version = services.start_rule(officer, treasury.region, "BQ01", VALUES)
    trial = services.try_version(officer, version, 2027)
    assert (trial.looked_at, trial.hits, trial.amount) == (3, 2, D("350.00"))
    assert {one["amount"] for one in trial.samples} == {"100.00", "250.00"}
    assert not PaymentRequest.objects.filter(alarms__isnull=False).exists()
    assert services.try_version(officer, version, 2026).hits == 0
    assert Trial.objects.count() == 2


def test_the_shipped_rules_are_loaded_once_and_renewed_where_they_change(treasury):
    load_all()
    assert Rule.objects.count() == len(shipped())
    assert RuleVersion.objects.filter(state="in_force").count() == len(shipped())
    covered = Rule.objects.exclude(gap_zh_hans="").count()
    assert covered == sum(bool(rule["gap_zh"]) for rule in shipped().values())
    officer = make_actor("treasury_officer", treasury.region.get_root())
    services.rules.enforce(services.renew_rule(officer, Rule.objects.get(code="NM06")), "load")
    load_all()
    assert RuleVersion.objects.count() == len(shipped()) + 1


@pytest.mark.parametrize(
    "text", ["", "[]", '{"valid_from": "x", "rules": []}', '{"rules": [{}], "valid_from": "2026-01-01"}']
)
def test_a_file_that_is_none_is_refused_with_a_word(treasury, tmp_path, text):
    file = tmp_path / "rules.json"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("load_monitoring_rules", str(file), verbosity=0)
    assert not Rule.objects.exists()
