"""Files of experts: read as people write them, all or nothing, with each bad cell named and nothing private in reports."""

import io
import json

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from apps.accounts.models import User
from apps.accounts.tests.factories import client_of, sign_in
from apps.desk import services as desk
from apps.desk.models import Job
from apps.evidence.models import Entry
from apps.review.expertfacts import Relative
from apps.review.importing.report import ImportOrder, ImportRefused
from apps.review.importing.table import HEADS
from apps.review.models import Employment, Expert, ExpertSpeciality, ExpertState, Kinship
from apps.review.selectors.pool import facts_of
from apps.review.services import expertimport
from apps.review.tests import factories as make
from apps.review.tests import pool
from imbudget.kit.errors import NotAllowed, RuleViolation

pytestmark = pytest.mark.django_db
NAMES = list(HEADS)


@pytest.fixture
def officer(world):
    make.ExpertFieldFactory(code="grassland", name_zh_hans="草原生态")
    make.ExpertFieldFactory(code="finance", name_zh_hans="财务会计")
    return make.officer(world.tree.banner)


def row(number=1, **values):
    given = {
        "name": f"其其格{number}", "id_number": pool.id_number(number), "phone": "13800000000", "title_rank": "正高级",
        "employer": "内蒙古农业大学", "fields": "草原生态、finance",
    }  # fmt: skip
    return [(given | values).get(name, "") for name in NAMES]


def workbook(tmp_path, *rows, heads=None, above=()):
    book = Workbook()
    for line in (*above, heads or list(HEADS.values()), *rows):
        book.active.append(line)
    path = tmp_path / "专家.xlsx"
    book.save(path)
    return path


def order(world, path, **values):
    return ImportOrder(path, world.tree.banner, **values)


def test_a_file_is_read_as_people_write_it(world, officer, tmp_path):
    full = row(
        title="研究员", languages="汉语、蒙古语", level="旗县", email="qqg@nmg.cn", id_number=pool.id_number(1).replace("1", "１"),
        employments="某咨询公司|顾问|2024年3月|2025.02\n草原站｜任职｜2020-01-01｜至今", kin="配偶|新城区水利局|巴图，局长；直系|财政局",
    )  # fmt: skip
    title = ["2027年度评审专家名册"]
    path = workbook(tmp_path, full, row(2), [], above=(title, []))
    report = expertimport.import_experts(officer, order(world, path))
    assert (report.rows, report.created, report.same, report.error_count) == (2, 2, 0, 0)
    expert = Expert.objects.get(name="其其格1")
    assert (expert.state, expert.source, expert.author_id) == (ExpertState.APPLIED, "import", officer.user_id)
    facts = facts_of(expert)
    assert (facts.languages, facts.fields, facts.level) == (("zh", "mn"), ("finance", "grassland"), 2)
    assert [(tie.kind, str(tie.since), str(tie.until)) for tie in facts.employments] == [
        ("adviser", "2024-03-01", "2025-02-28"),
        ("employee", "2020-01-01", "None"),
    ]
    assert facts.kin == (Relative("spouse", "新城区水利局", "巴图，局长"), Relative("lineal", "财政局", ""))
    entry = Entry.objects.get(event="review.experts_imported")
    assert (entry.facts["created"], entry.facts["admitted"], len(entry.facts["digest"])) == (2, False, 64)


def test_the_same_file_twice_changes_nothing(world, officer, tmp_path):
    path = workbook(tmp_path, row(1), row(2))
    expertimport.import_experts(officer, order(world, path))
    again = expertimport.import_experts(officer, order(world, path))
    assert (again.created, again.same) == (0, 2)
    assert Expert.objects.count() == 2


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("name", ""),
        ("id_number", "150102197503080000"),
        ("id_number", "150102 19750308 0"),
        ("phone", "一三八"),
        ("email", "qqg"),
        ("title_rank", "高级"),
        ("title_rank", ""),
        ("fields", "占卜"),
        ("fields", ""),
        ("languages", "英语"),
        ("level", "自治区"),
        ("level", "村"),
        ("employments", "某公司"),
        ("employments", "某公司|老板|2024-01-01"),
        ("employments", "某公司|任职|2024-02-30"),
        ("employments", "某公司|任职|2024-05-01|2024-01-01"),
        ("kin", "表亲|某局"),
        ("kin", "配偶"),
        ("name", "\ue123旧字"),
        ("employer", "=A1"),
    ],
)
def test_a_bad_cell_is_named_and_nothing_is_written(world, officer, tmp_path, column, text):
    path = workbook(tmp_path, row(1), row(2, **{column: text}))
    with pytest.raises(ImportRefused) as refusal:
        expertimport.import_experts(officer, order(world, path))
    errors = refusal.value.report.errors
    assert [(error.row, error.column) for error in errors] == [(3, column)]
    assert not Expert.objects.exists()
    assert not Entry.objects.filter(event="review.experts_imported").exists()


def test_reports_hold_nothing_private(world, officer, tmp_path):
    bad = row(2, id_number="150102197503080000", phone="1380000", email="qqg", kin="表亲|某局|巴图")
    with pytest.raises(ImportRefused) as refusal:
        expertimport.import_experts(officer, order(world, workbook(tmp_path, bad)))
    text = json.dumps(refusal.value.report.as_json(), ensure_ascii=False)
    for secret in ("150102197503080000", "1380000", "qqg", "巴图"):
        assert secret not in text


def test_whoever_stands_in_a_pool_is_not_written_again(world, officer, tmp_path):
    path = workbook(tmp_path, row(1))
    expertimport.import_experts(make.officer(world.tree.neighbour), ImportOrder(path, world.tree.neighbour))
    with pytest.raises(ImportRefused):
        expertimport.import_experts(officer, order(world, path))
    renamed = workbook(tmp_path, row(1, name="别人"))
    with pytest.raises(ImportRefused):
        expertimport.import_experts(make.officer(world.tree.neighbour), ImportOrder(renamed, world.tree.neighbour))


def test_good_rows_alone_are_taken_when_asked_and_a_trial_keeps_nothing(world, officer, tmp_path):
    path = workbook(tmp_path, row(1), row(2, title_rank="高级"))
    tried = expertimport.import_experts(officer, order(world, path, partial=True, dry_run=True))
    assert (tried.created, tried.bad_rows) == (1, 1)
    assert not Expert.objects.exists()
    expertimport.import_experts(officer, order(world, path, partial=True))
    assert Expert.objects.get().name == "其其格1"
    with pytest.raises(ImportRefused):
        expertimport.import_experts(officer, order(world, workbook(tmp_path, row(2, title_rank="高级")), partial=True))


def test_a_thousand_rows_cost_no_more_statements_than_one(world, officer, tmp_path, django_assert_max_num_queries):
    full = {"employments": "草原站｜任职｜2020-01-01｜至今", "kin": "直系|财政局"}
    one, more = order(world, workbook(tmp_path, row(1, **full))), tmp_path / "more"
    more.mkdir()
    with CaptureQueriesContext(connection) as asked:
        expertimport.import_experts(officer, one)
    many = workbook(more, *(row(number, **full) for number in range(2, 120)))
    with django_assert_max_num_queries(len(asked)):
        report = expertimport.import_experts(officer, order(world, many))
    assert (report.created, len(asked) <= 20) == (118, True)
    assert [Model.objects.count() for Model in (Expert, Employment, Kinship, ExpertSpeciality)] == [119, 119, 119, 238]
    expert = Expert.objects.get(id_number_index=pool.id_number(60))
    assert (expert.phone, expert.league_id) == ("13800000000", world.tree.banner.league_id)
    assert expert.history.get().history_user_id == officer.user_id


def test_rows_are_taken_part_by_part_with_their_errors_in_order(world, officer, tmp_path, monkeypatch):
    monkeypatch.setattr(expertimport, "AT_ONCE", 2)
    rows = [row(1), row(2, phone="x"), row(3), row(1), row(1, name="别人"), row(4, fields="占卜"), row(5)]
    report = expertimport.import_experts(officer, order(world, workbook(tmp_path, *rows), partial=True))
    assert (report.rows, report.created, report.same, report.bad_rows) == (7, 3, 1, 3)
    assert [(error.row, error.column) for error in report.errors] == [(3, "phone"), (6, "id_number"), (7, "fields")]


def test_one_person_twice_in_a_part_is_one_expert(world, officer, tmp_path):
    path = workbook(tmp_path, row(1), row(1), row(1, name="别人"))
    report = expertimport.import_experts(officer, order(world, path, partial=True))
    assert (report.created, report.same, report.bad_rows) == (1, 1, 1)
    assert Expert.objects.get().name == "其其格1"


def test_who_is_entered_in_this_very_moment_is_known(world, officer, tmp_path, monkeypatch):
    """The first look misses somebody whom another act has just committed; the database does not."""
    expertimport.import_experts(officer, order(world, workbook(tmp_path, row(1))))
    real, looks = expertimport._known_people, []

    def late(part):
        looks.append(len(part))
        return real(part) if len(looks) > 1 else {}

    monkeypatch.setattr(expertimport, "_known_people", late)
    report = expertimport.import_experts(officer, order(world, workbook(tmp_path, row(1), row(2))))
    assert (report.created, report.same, looks) == (1, 1, [2, 2])


@pytest.mark.parametrize(
    "heads",
    [["甲", "乙", "丙"], ["姓名", "联系电话", "职称级别"], ["姓名", "姓名", *list(HEADS.values())[1:]]],
)
def test_a_file_without_its_head_is_refused(world, officer, tmp_path, heads):
    with pytest.raises(RuleViolation):
        expertimport.import_experts(officer, order(world, workbook(tmp_path, row(1), heads=heads)))


def test_an_empty_table_and_a_file_of_something_else_are_refused(world, officer, tmp_path):
    with pytest.raises(RuleViolation):
        expertimport.import_experts(officer, order(world, workbook(tmp_path)))
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"%PDF-1.7")
    with pytest.raises(RuleViolation):
        expertimport.import_experts(officer, order(world, path))


def test_who_may_not_import(world, officer, tmp_path):
    path = workbook(tmp_path, row(1))
    for actor in (make.officer(world.tree.neighbour), make.officer(world.tree.league), make.leader(world.tree.banner)):
        with pytest.raises(NotAllowed):
            expertimport.import_experts(actor, order(world, path))
    with pytest.raises(NotAllowed):  # admission without a flow is the operator's alone
        expertimport.import_experts(officer, order(world, path, admit=True))
    assert not Expert.objects.exists()


def test_the_command_imports_admits_and_marks(world, officer, tmp_path, capsys):
    region = world.tree.banner.code
    template = tmp_path / "leer.xlsx"
    call_command("import_experts", template, template=True)
    assert [cell.value for cell in load_workbook(template).active[1]] == list(HEADS.values())
    path = workbook(tmp_path, row(1), row(2, phone="x"))
    with pytest.raises(CommandError):
        call_command("import_experts", path, region=region, marked=tmp_path / "marked.xlsx")
    assert (tmp_path / "marked.xlsx").is_file()
    capsys.readouterr()
    call_command("import_experts", path, region=region, partial=True, admitted=True, json=True)
    assert json.loads(capsys.readouterr().out)["created"] == 1
    assert Expert.objects.get().user.username
    with pytest.raises(CommandError):
        call_command("import_experts", path, region="999999")


@pytest.fixture
def at_once(monkeypatch):
    """Jobs run when a test asks, and tell nobody how far they are."""
    monkeypatch.setattr(desk, "_send", lambda job_id: None)
    monkeypatch.setattr(desk.Reporter, "__call__", lambda self, *args: None)


def test_the_office_uploads_a_file_and_gets_its_wrong_cells_back(client, world, officer, tmp_path, at_once):
    sign_in(client, User.objects.get(pk=officer.user_id))
    address = reverse("review:expert_import")
    assert client.get(address).status_code == 200
    assert load_workbook(io.BytesIO(client.get(reverse("review:expert_template")).content))
    path = workbook(tmp_path, row(1), row(2, title_rank="高级"))
    answer = client.post(address, {"file": SimpleUploadedFile("专家.xlsx", path.read_bytes())})
    job = Job.objects.get()
    assert answer.url == job.get_absolute_url()
    desk.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result["report"]["refused"]) == ("done", True), job.error
    assert client.get(job.get_absolute_url()).status_code == 200
    marked = client.get(job.result["report"]["marked"])
    assert load_workbook(io.BytesIO(b"".join(marked.streaming_content))).sheetnames[0] == "改正清单"
    other = client_of("banner_officer", world.tree.banner)
    assert other.get(job.result["report"]["marked"]).status_code == 404
    client.post(address, {"file": SimpleUploadedFile("a.xlsx", path.read_bytes()), "partial": "on"})
    second = Job.objects.latest("pk")
    desk.run(second.pk)
    assert "其其格1" in client.get(reverse("review:experts")).content.decode()
    assert client.get(second.get_absolute_url()).status_code == 200


def test_a_huge_file_is_refused_before_any_job_begins(client, world, officer, at_once):
    sign_in(client, User.objects.get(pk=officer.user_id))
    huge = SimpleUploadedFile("专家.xlsx", bytes(settings.IMPORT_MAX_BYTES + 1))
    answer = client.post(reverse("review:expert_import"), {"file": huge})
    assert answer.status_code == 422
    assert "专家.xlsx" in str(answer.context["form"].errors)
    assert not Job.objects.exists()
    assert settings.IMPORT_MAX_BYTES < 100 * 1024 * 1024


def test_others_find_no_import(world):
    for role, node in (
        ("finance_leader", world.tree.banner),
        ("expert", world.tree.banner),
        ("unit_clerk", world.unit),
    ):
        client = client_of(role, node)
        for name in ("expert_import", "expert_template", "expert_new"):
            assert client.get(reverse(f"review:{name}")).status_code == 403, (role, name)
