"""Fields of expertise and rules of reviews: loaded from files, kept in the administration by the administrator alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from apps.accounts.tests.factories import client_of, make_actor
from apps.evidence.models import Entry
from apps.projects.tests.factories import CategoryFactory
from apps.review import selfchecks
from apps.review.models import (
    Employment,
    Expert,
    ExpertField,
    ExpertState,
    PublicityRule,
    ReviewRule,
    ReviewSetting,
)
from apps.review.services import admission, experts, rules
from apps.review.tests import factories as make
from apps.review.tests import pool
from imbudget.kit.actor import system_actor
from imbudget.kit.errors import NotAllowed
from imbudget.kit.selfchecks import CheckFailed

pytestmark = pytest.mark.django_db
SYSTEM = system_actor("tests")


def load(tmp_path, table, text):
    path = tmp_path / "a.csv"
    path.write_text(text, encoding="utf-8")
    call_command("load_review_catalogue", path, table=table, verbosity=0)


def test_the_shipped_fields_load_twice_and_change_nothing(world, capsys):
    call_command("load_review_catalogue")
    call_command("load_review_catalogue")
    said = capsys.readouterr().out
    assert "created 30" in said
    assert "same 30" in said
    assert ExpertField.objects.filter(is_active=True).count() == 30
    assert Entry.objects.filter(event="review.settings_imported").count() == 2


def test_rules_of_regions_are_loaded_from_files(world, tmp_path):
    CategoryFactory(code="border")
    code = world.tree.banner.code
    rows = f"region_code,kind,category_code,least,only_new,source\n{code},budget,,500000,0,文件\n{code},evaluation,border,1,1,\n"
    load(tmp_path, "rules", rows)
    load(tmp_path, "rules", rows)
    assert ReviewRule.objects.count() == 2
    assert ReviewRule.objects.get(kind="evaluation").only_new
    load(tmp_path, "settings", f"region_code,panel_size,pass_mark\n{code},7,70\n")
    setting = ReviewSetting.objects.get()
    assert (setting.panel_size, setting.pass_mark, setting.scoring_days) == (7, 70, 7)
    load(tmp_path, "publicity", f"region_code,kind,days,counting\n{code},,10,natural\n")
    assert PublicityRule.objects.get().counting == "natural"


@pytest.mark.parametrize(
    ("table", "text"),
    [
        ("fields", "code,name_zh\na b,甲\n"),
        ("fields", "code\na\n"),
        ("rules", "region_code,kind\n999999,budget\n"),
        ("rules", "region_code,kind\n150102,beauty\n"),
        ("rules", "region_code,kind,least\n150102,budget,很多\n"),
        ("rules", "region_code,kind,category_code\n150102,budget,none\n"),
        ("settings", "region_code,panel_size\n150102,2\n"),
        ("settings", "region_code,panel_size\n150102,five\n"),
        ("settings", "region_code,outlier_share\n150102,1.5\n"),
        ("publicity", "region_code,days\n150102,0\n"),
        ("publicity", "region_code,days,counting\n150102,5,lunar\n"),
    ],
)
def test_a_bad_row_is_refused_and_nothing_is_kept(world, tmp_path, table, text):
    with pytest.raises(CommandError):
        load(tmp_path, table, text)
    for model in (ExpertField, ReviewRule, ReviewSetting, PublicityRule):
        assert not model.objects.exists()


def test_only_the_system_administrator_keeps_rules(world):
    tree = world.tree
    rule = ReviewRule(region=tree.banner, kind="budget")
    for actor in (make.officer(tree.banner), make.leader(tree.root), make_actor("security_admin", tree.root)):
        for act in (
            lambda actor=actor: rules.save_rule(actor, rule),
            lambda actor=actor: rules.delete_rule(actor, rule),
            lambda actor=actor: rules.put_field(actor, "a", {"name_zh_hans": "甲"}),
            lambda actor=actor: rules.put_rule(actor, {"region": tree.banner, "kind": "budget"}, {}),
            lambda actor=actor: rules.put_setting(actor, tree.banner, {}),
            lambda actor=actor: rules.put_publicity_rule(actor, {"region": tree.banner, "kind": ""}, {}),
        ):
            with pytest.raises(NotAllowed):
                act()
    assert not ReviewRule.objects.exists()


def page(model, name, *args):
    return reverse(f"admin:review_{model}_{name}", args=args)


def test_rules_are_kept_and_taken_away_in_the_administration(world):
    client = client_of("system_admin", world.tree.root)
    form = {"region": world.tree.banner.pk, "kind": "budget", "category": "", "least": "100", "source": ""}
    shown = client.post(page("reviewrule", "add"), form)
    assert shown.status_code == 302, shown.context["errors"]
    rule = ReviewRule.objects.get()
    assert client.get(page("reviewrule", "changelist")).status_code == 200
    assert client.post(page("reviewrule", "change", rule.pk), {"least": "200", "source": "文件"}).status_code == 302
    entry = Entry.objects.filter(event="review.setting_saved").latest("pk")
    assert entry.facts["changes"]["least"] == ["100.00", "200"]
    twice = client.post(page("reviewrule", "add"), form)
    assert twice.status_code == 200
    assert client.post(page("reviewrule", "delete", rule.pk), {"post": "yes"}).status_code == 302
    assert not ReviewRule.objects.exists()
    assert Entry.objects.get(event="review.setting_deleted").facts["region"] == str(world.tree.banner)


@pytest.mark.parametrize("model", [ExpertField, ReviewRule, ReviewSetting, PublicityRule])
def test_a_table_comes_back_as_it_went_out(world, model):
    client = client_of("system_admin", world.tree.root)
    make.ExpertFieldFactory()
    ReviewRule.objects.create(region=world.tree.banner, kind="budget", category=CategoryFactory())
    ReviewSetting.objects.create(region=world.tree.banner)
    PublicityRule.objects.create(region=world.tree.banner, kind="")
    name = model._meta.model_name
    sent = client.post(page(name, "export"), {"format": 1, "resource": 0})
    assert len(sent.content.decode("utf-8-sig").splitlines()) == 2
    file = SimpleUploadedFile("table.csv", sent.content)
    shown = client.post(page(name, "import"), {"import_file": file, "format": 1, "resource": 0})
    client.post(page(name, "process_import"), shown.context["confirm_form"].initial, follow=True)
    facts = Entry.objects.get(event="review.settings_imported").facts
    assert (facts["file"], facts["same"], facts["changed"]) == ("table.csv", 1, 0)


def test_others_than_the_system_administrator_only_look(world):
    setting = ReviewSetting.objects.create(region=world.tree.banner)
    client = client_of("audit_admin", world.tree.root)
    assert client.get(page("reviewsetting", "change", setting.pk)).status_code == 200
    client.post(page("reviewsetting", "change", setting.pk), {"panel_size": "9"})
    assert ReviewSetting.objects.get().panel_size == 5
    assert client_of("banner_officer", world.tree.banner).get(page("reviewsetting", "changelist")).status_code != 200


def test_the_self_check_finds_experts_without_their_post(world):
    expert = experts.enter_expert(SYSTEM, world.tree.banner, pool.facts())
    admission.admit_at_once(SYSTEM, expert)
    assert "1 experts" in selfchecks.accounts()
    admission.remove_expert(SYSTEM, expert, reason="本人申请")
    assert "0 experts" in selfchecks.accounts()
    make.make_expert(world.tree.banner)
    with pytest.raises(CheckFailed, match="hold no post"):
        selfchecks.accounts()


def test_the_self_check_finds_a_removed_expert_who_can_still_score(world):
    expert = make.make_expert(world.tree.banner, state=ExpertState.REMOVED)
    make.expert_actor(expert)
    with pytest.raises(CheckFailed, match="still hold their post"):
        selfchecks.accounts()


def test_the_self_check_finds_a_key_that_is_not_of_its_name(world):
    expert = make.make_expert(world.tree.banner)
    Employment.objects.create(expert=expert, employer="某局", employer_key="某局", since="2024-01-01")
    assert "2 employers" in selfchecks.employers()
    Expert.objects.filter(pk=expert.pk).update(employer="另一局")
    with pytest.raises(CheckFailed, match="not that of its name"):
        selfchecks.employers()
