"""The administration: who sees and changes what, in which language, and with which traces."""

import re
from io import BytesIO

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from apps.accounts.models import Post, User
from apps.accounts.tests.factories import PASSWORD, UserFactory, client_of, make_post, sign_in
from apps.codes.models import Code, FiscalYear, YearState
from apps.codes.tests.factories import make_codes
from apps.evidence.models import Entry
from apps.ledger.tests.factories import load_chart
from apps.regions.models import Region, RegionTag, Unit
from apps.regions.tests.factories import Tree, UnitFactory, make_tree

pytestmark = pytest.mark.django_db
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")
OURS = {"regions", "codes", "accounts", "lowcode", "projects", "ledger", "disbursement", "budget", "evidence", "axes"}
OURS |= {"subsidy", "monitoring", "performance", "dashboard", "vault"}


@pytest.fixture
def tree() -> Tree:
    return make_tree()


@pytest.fixture
def system(tree: Tree) -> Client:
    return client_of("system_admin", tree.root)


@pytest.fixture
def security(tree: Tree) -> Client:
    return client_of("security_admin", tree.root)


@pytest.fixture
def audit(tree: Tree) -> Client:
    return client_of("audit_admin", tree.root)


def page(model: type, name: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{name}", args=args)


def region_form(region: Region, **changes: str) -> dict[str, object]:
    """What the region's form would send."""
    form = {
        "code": region.code,
        "finance_code": region.finance_code,
        "name_zh_hans": region.name_zh_hans,
        "name_mvf": region.name_mvf or "",
        "kind": region.kind,
        "parent": region.parent_id or "",
        "reports_to": "",
        "approval_body": "",
        "phase": region.phase,
        "valid_from": "",
        "valid_to": "",
    }
    return form | changes


@pytest.mark.covers("B1", "B4")
def test_only_administrators_come_in(tree: Tree, client: Client) -> None:
    assert client.get("/admin/").status_code == 302
    officer = client_of("banner_officer", tree.banner)
    assert officer.get("/admin/", follow=True).status_code == 403


def test_signing_in_leads_to_the_administration(tree: Tree, client: Client) -> None:
    post = make_post("system_admin", tree.root)
    sent = client.get("/admin/", follow=True)
    assert sent.request["PATH_INFO"] == reverse("accounts:login")
    address = sent.redirect_chain[-1][0]
    found = client.post(address, {"username": post.user.username, "password": PASSWORD}, follow=True)
    assert found.request["PATH_INFO"] == "/admin/"


@pytest.mark.parametrize("language", [("zh-hans", "zh-Hans-CN"), ("mvf", "mn-Mong-CN")], ids=lambda pair: pair[0])
@pytest.mark.parametrize("role", ADMINISTRATORS)
def test_every_page_opens_in_its_readers_language_or_refuses(tree: Tree, role: str, language: tuple[str, str]) -> None:
    make_codes()
    load_chart()
    UnitFactory(region=tree.banner)
    client = client_of(role, tree.root)
    client.cookies["django_language"] = language[0]
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label not in OURS:
            continue
        opened = client.get(page(model, "changelist"))
        assert opened.status_code in {200, 403}, model
        assert client.get(page(model, "add")).status_code in {200, 403}, model
        row = model._default_manager.order_by("pk").first()
        if row is None or opened.status_code == 403:
            continue
        for name in ("change", "history"):
            shown = client.get(page(model, name, row.pk))
            assert shown.status_code == 200, (model, name)
            assert f'<html lang="{language[1]}"' in shown.content.decode()
        assert model_admin is not None


@pytest.mark.covers("B4")
@pytest.mark.parametrize(
    ("role", "changes"),
    [
        (
            "system_admin",
            {
                "region",
                "regiontag",
                "rolloutphase",
                "regionphase",
                "department",
                "unit",
                "regioncodechange",
                "unitcodechange",
                "user",
            }
            | {"calendarday", "fiscalyear", "code", "economicderivation", "watchedcode", "fundrule", "regionsetting"}
            | {"roundplan", "statutoryclock", "seriesbreak", "account", "postingrule", "payaccount", "treasurylink"}
            | {"staffcategory", "assetstandard", "checkrule", "violationtype", "pacecurve", "kpibaseline", "kpitarget"}
            | {
                "indicatorset",
                "libraryindicator",
                "goalrule",
                "scheme",
                "schedulecurve",
                "frameworkitem",
                "boundarymap",
            }
            | {"projectcategory", "policytag", "projectsetting", "factorloss"},
        ),
        ("security_admin", {"post", "keydestruction", "postproposal", "factor", "peer"}),
        ("audit_admin", set()),
    ],
)
def test_each_administrator_changes_one_part(tree: Tree, role: str, changes: set[str]) -> None:
    client = client_of(role, tree.root)
    open_to = {
        model._meta.model_name
        for model in admin.site._registry
        if model._meta.app_label in OURS and client.get(page(model, "add")).status_code == 200
    }
    assert open_to == changes


@pytest.mark.covers("B4", "I1")
def test_only_the_audit_administrator_reads_the_record(system: Client, security: Client, audit: Client) -> None:
    address = page(Entry, "changelist")
    assert [client.get(address).status_code for client in (system, security, audit)] == [403, 403, 200]


def test_nothing_that_others_refer_to_is_deleted(system: Client, tree: Tree) -> None:
    for row in (tree.banner, UnitFactory(region=tree.banner), User.objects.first()):
        assert system.post(page(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403


def test_a_saved_region_is_searchable_and_its_history_names_the_person(system: Client, tree: Tree) -> None:
    form = region_form(tree.banner, name_zh_hans="新城新区", name_mvf="ᠰᠢᠨ᠎ᠡ ᠬᠣᠲᠠ")
    assert system.post(page(Region, "change", tree.banner.pk), form).status_code == 302
    tree.banner.refresh_from_db()
    assert "新城新区" in tree.banner.search_key
    newest = tree.banner.history.order_by("-history_date", "-history_id").first()
    assert (newest.history_user_id, newest.history_address) == (
        User.objects.get(posts__role="system_admin").pk,
        "127.0.0.1",
    )
    found = system.get(page(Region, "changelist"), {"q": "ＮＥＷ新城新区"[3:]})
    assert "新城新区" in found.content.decode()
    shown = system.get(page(Region, "history", tree.banner.pk)).content.decode()
    assert "新城新区" in shown


def test_a_new_region_gets_its_league(system: Client, tree: Tree) -> None:
    tag = RegionTag.objects.create(code="border", name="边境")
    form = region_form(Region(code="150122", finance_code="150122000", name_zh_hans="托克托县", kind="county"))
    form |= {"parent": tree.league.pk, "tags": [tag.pk]}
    assert system.post(page(Region, "add"), form).status_code == 302
    made = Region.objects.get(code="150122")
    assert (made.league_id, made.level) == (tree.league.pk, 2)
    assert list(made.tags.all()) == [tag]


def test_a_region_with_units_is_not_moved(system: Client, tree: Tree) -> None:
    UnitFactory(region=tree.banner)
    form = region_form(tree.banner, parent=tree.other_league.pk)
    form["approval_body"] = "新城区人民代表大会"
    answer = system.post(page(Region, "change", tree.banner.pk), form)
    tree.banner.refresh_from_db()
    assert tree.banner.parent_id == tree.league.pk
    refused = answer.context["adminform"].form
    assert str(tree.banner.name_zh_hans) in str(refused.non_field_errors())
    assert refused["approval_body"].value() == "新城区人民代表大会", "what was typed is still there"
    assert not Entry.objects.filter(event="regions.saved").exists()


def test_no_region_is_put_below_a_banner(system: Client, tree: Tree) -> None:
    form = region_form(Region(code="150199", finance_code="150199000", name_zh_hans="园区", kind="development_zone"))
    answer = system.post(page(Region, "add"), form | {"parent": tree.banner.pk})
    assert answer.context["adminform"].form.errors["parent"]
    assert not Region.objects.filter(code="150199").exists()


def test_a_region_table_comes_back_as_it_went_out(system: Client, tree: Tree) -> None:
    for number, kind in enumerate(("xlsx", "csv")):
        sent = system.post(page(Region, "export"), {"format": number, "resource": 0})
        assert sent.status_code == 200
        assert kind in sent["Content-Disposition"]
        upload = SimpleUploadedFile(f"regions.{kind}", sent.content)
        shown = system.post(page(Region, "import"), {"import_file": upload, "format": number, "resource": 0})
        assert not shown.context["result"].has_errors()
        assert shown.context["result"].totals["skip"] == Region.objects.count()
    assert Entry.objects.filter(event="evidence.downloaded", facts__what="regions.Region").count() == 2


def import_csv(client: Client, text: str) -> object:
    """Upload and confirm a CSV of regions; the last answer."""
    upload = SimpleUploadedFile("regions.csv", text.encode("gb18030"))
    shown = client.post(page(Region, "import"), {"import_file": upload, "format": 1, "resource": 0})
    confirm = shown.context.get("confirm_form")
    if confirm is None:
        return shown
    return client.post(page(Region, "process_import"), confirm.initial, follow=True)


HEAD = "code,finance_code,name_zh,name_mvf,parent_code,kind\n"


def test_an_import_takes_good_rows_and_leaves_evidence(system: Client, tree: Tree) -> None:
    import_csv(system, f"{HEAD}150122,150122000,托克托县,,150100,county\n")
    assert Region.objects.get(code="150122").league_id == tree.league.pk
    entry = Entry.objects.get(event="regions.imported", facts__what="regions", facts__file="regions.csv")
    assert entry.facts["created"] == 1
    assert entry.actor_id == str(User.objects.get(posts__role="system_admin").pk)


def test_an_import_with_a_bad_row_changes_nothing(system: Client, tree: Tree) -> None:
    rows = "150122,150122000,托克托县,,150100,county\n150123,150123000,和林格尔县,,159999,county\n"
    shown = import_csv(system, HEAD + rows)
    assert "159999" in shown.content.decode()
    assert not Region.objects.filter(code="150122").exists()


def test_others_may_not_import(security: Client, audit: Client) -> None:
    assert [client.get(page(Region, "import")).status_code for client in (security, audit)] == [403, 403]


@pytest.mark.covers("D1")
def test_an_export_is_guarded_against_formulas(system: Client, tree: Tree) -> None:
    Region.objects.filter(pk=tree.banner.pk).update(name_zh_hans="=1+1")
    sent = system.post(page(Region, "export"), {"format": 0, "resource": 0})
    cells = {cell for row in load_workbook(BytesIO(sent.content)).active.iter_rows(values_only=True) for cell in row}
    assert "'=1+1" in cells


def test_a_new_user_gets_a_password_once(system: Client, tree: Tree) -> None:
    form = {"username": "baatar", "name": "巴特尔", "phone": "13804710001", "language": ""}
    shown = system.post(page(User, "add"), form)
    password = re.search(r"<code>(.+?)</code>", shown.content.decode()).group(1)
    user = User.objects.get(username="baatar")
    assert user.check_password(password)
    assert user.must_change_password
    assert user.phone == "13804710001"
    assert Entry.objects.filter(event="accounts.user_created").exists()
    assert password not in str(list(Entry.objects.values()))


@pytest.mark.covers("H2")
def test_the_telephone_is_shown_only_to_who_keeps_it(system: Client, audit: Client) -> None:
    user = UserFactory(phone="13804710001")
    assert "13804710001" in system.get(page(User, "change", user.pk)).content.decode()
    assert "13804710001" not in audit.get(page(User, "change", user.pk)).content.decode()


def do(client: Client, action: str, *users: User) -> object:
    """One action on users of the list."""
    data = {"action": action, "_selected_action": [user.pk for user in users]}
    return client.post(page(User, "changelist"), data, follow=True)


@pytest.mark.covers("A4")
def test_a_reset_password_ends_the_sessions(system: Client, tree: Tree) -> None:
    post = make_post("banner_officer", tree.banner)
    theirs = sign_in(Client(), post.user)
    shown = do(system, "reset_passwords", post.user).content.decode()
    password = re.search(r"<code>(.+?)</code>", shown).group(1)
    post.user.refresh_from_db()
    assert post.user.check_password(password)
    assert post.user.must_change_password
    assert theirs.get("/").status_code == 302


def test_an_administrators_password_is_not_reset_by_another(system: Client, tree: Tree) -> None:
    other = make_post("audit_admin", tree.root).user
    do(system, "reset_passwords", other)
    do(system, "deactivate", other)
    before = other.password
    other.refresh_from_db()
    assert other.password == before
    assert other.is_active


def test_a_locked_user_is_unlocked(system: Client, tree: Tree, client: Client) -> None:
    user = make_post("banner_officer", tree.banner).user
    address = reverse("accounts:login")
    for _attempt in range(6):
        failed = client.post(address, {"username": user.username, "password": "wrong"})
    assert failed.status_code == 429
    do(system, "unlock", user)
    assert client.post(address, {"username": user.username, "password": PASSWORD}).status_code == 302


@pytest.mark.covers("B3")
def test_a_switched_off_user_is_out_at_once(system: Client, tree: Tree) -> None:
    post = make_post("banner_officer", tree.banner)
    theirs = sign_in(Client(), post.user)
    do(system, "deactivate", post.user)
    assert theirs.get("/").status_code == 302
    do(system, "activate", post.user)
    post.user.refresh_from_db()
    assert post.user.is_active


def post_form(user: User, role: str, **node: int) -> dict[str, object]:
    return {"user": user.pk, "role": role, "valid_from": "2026-01-01", "valid_to": ""} | node


def test_a_post_is_given_and_ended_but_not_rewritten(security: Client, tree: Tree) -> None:
    user = UserFactory()
    given = security.post(page(Post, "add"), post_form(user, "banner_officer", region=tree.banner.pk))
    assert given.status_code == 302
    post = user.posts.get()
    assert Entry.objects.filter(event="accounts.post_given", facts__user=user.username).exists()
    changed = {"role": "auditor", "valid_to": "2026-01-31"}
    assert security.post(page(Post, "change", post.pk), changed).status_code == 302
    post.refresh_from_db()
    assert (post.role, str(post.valid_to)) == ("banner_officer", "2026-01-31")


@pytest.mark.parametrize(
    ("role", "node"), [("banner_officer", "league"), ("unit_clerk", "banner"), ("audit_admin", "")]
)
def test_a_post_that_does_not_fit_is_refused_in_the_form(security: Client, tree: Tree, role: str, node: str) -> None:
    user = UserFactory()
    places = {"region": getattr(tree, node).pk} if node else {}
    shown = security.post(page(Post, "add"), post_form(user, role, **places))
    assert shown.status_code == 200
    assert shown.context["adminform"].form.errors
    assert not user.posts.exists()


@pytest.mark.covers("B5")
def test_nobody_gives_posts_to_themselves(tree: Tree) -> None:
    own = make_post("security_admin", tree.root)
    client = sign_in(Client(), own.user)
    shown = client.post(page(Post, "add"), post_form(own.user, "auditor", region=tree.root.pk))
    assert shown.status_code == 200
    assert own.user.posts.count() == 1


def test_the_classification_of_a_closed_year_stays(system: Client) -> None:
    codes = make_codes()
    FiscalYear.objects.filter(pk=codes.year).update(state=YearState.CLOSED)
    answer = system.post(page(Code, "change", codes.wages.pk), {"name_zh_hans": "改", "is_leaf": "on"})
    assert answer.status_code == 403


def test_a_code_is_renamed_and_found(system: Client) -> None:
    codes = make_codes()
    form = {"name_zh_hans": "工资", "name_mvf": "", "parent": codes.wages.parent_id, "is_leaf": "on", "source": ""}
    assert system.post(page(Code, "change", codes.wages.pk), form).status_code == 302
    codes.wages.refresh_from_db()
    assert "工资" in codes.wages.search_key
    assert codes.wages.name_zh_hans == "工资"


def test_a_unit_keeps_its_old_code(system: Client, tree: Tree) -> None:
    unit = UnitFactory(region=tree.banner)
    form = {
        "region": unit.region_id,
        "department": unit.department_id,
        "code": "999001",
        "credit_code": unit.credit_code,
        "name_zh_hans": unit.name_zh_hans,
        "name_mvf": "",
        "nature": unit.nature,
        "phone": "",
        "valid_from": "",
        "valid_to": "",
    }
    old = unit.code
    assert system.post(page(Unit, "change", unit.pk), form).status_code == 302
    assert Unit.objects.get(pk=unit.pk).code == "999001"
    assert unit.old_codes.get().old_code == old
