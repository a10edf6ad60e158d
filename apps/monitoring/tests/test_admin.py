"""Types of violation and curves of spending in the administration: who keeps them, and with which traces."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.accounts.tests.factories import client_of
from apps.evidence.models import Entry
from apps.monitoring.models import PaceCurve, ViolationType
from apps.regions.tests.factories import make_tree

pytestmark = pytest.mark.django_db
EVEN = [8, 16, 25, 33, 41, 50, 58, 66, 75, 83, 91, 100]


@pytest.fixture
def tree():
    return make_tree()


@pytest.fixture
def system(tree):
    return client_of("system_admin", tree.root)


def to(model, name, *args):
    return reverse(f"admin:monitoring_{model._meta.model_name}_{name}", args=args)


def curve_form(**changes):
    form = {"name_zh_hans": "秋季发放", "name_mvf": "", "function": "2110401", "basis": "草原补奖多在秋季发放"}
    return form | {"shares": " ".join(map(str, EVEN))} | changes


def test_a_curve_is_written_as_twelve_numbers_and_leaves_its_traces(system):
    for wrong in ("8 16", "一 二", " ".join(map(str, EVEN[::-1])), " ".join(["nan"] * 12)):
        assert system.post(to(PaceCurve, "add"), curve_form(shares=wrong)).status_code == 200
    assert not PaceCurve.objects.exists()
    assert system.post(to(PaceCurve, "add"), curve_form()).status_code == 302
    curve = PaceCurve.objects.get()
    assert curve.shares == EVEN
    assert "8 16 25" in system.get(to(PaceCurve, "change", curve.pk)).content.decode()
    changed = curve_form(shares="5、10，20 30 40 50 58 66 75 83 91 100", function="")
    assert system.post(to(PaceCurve, "change", curve.pk), changed).status_code == 302
    curve.refresh_from_db()
    assert (curve.shares[0], curve.function) == (5, "2110401")  # what it is found by stays
    assert [row.history_type for row in curve.history.order_by("history_id")] == ["+", "~"]
    assert "shares" in json.dumps(Entry.objects.filter(event="monitoring.catalogue_saved").latest("pk").facts)
    assert system.post(to(PaceCurve, "delete", curve.pk), {"post": "yes"}).status_code == 302
    assert not PaceCurve.objects.exists()
    assert Entry.objects.filter(event="monitoring.curve_dropped").count() == 1


def test_a_type_of_violation_is_ended_and_never_deleted(system):
    form = {"code": "21", "name_zh_hans": "虚假整改", "name_mvf": "", "is_direct": "", "is_current": "on", "source": ""}
    assert system.post(to(ViolationType, "add"), form).status_code == 302
    kind = ViolationType.objects.get()
    assert system.post(to(ViolationType, "change", kind.pk), form | {"is_current": ""}).status_code == 302
    kind.refresh_from_db()
    assert not kind.is_current
    assert system.post(to(ViolationType, "delete", kind.pk), {"post": "yes"}).status_code == 403


def test_a_file_of_curves_comes_in_whole_or_not_at_all(system):
    head = "name_zh,name_mn,function,shares,basis\n"
    for row, count in ((f"春耕,,21301,{' '.join(map(str, EVEN))},\n", 1), ("秋收,,21302,1 2,\n", 1)):
        file = SimpleUploadedFile("curves.csv", (head + row).encode())
        shown = system.post(to(PaceCurve, "import"), {"import_file": file, "format": "1"})
        assert shown.status_code == 200
        if "confirm_form" in shown.context:
            confirmed = {
                name: shown.context["confirm_form"][name].value() for name in shown.context["confirm_form"].fields
            }
            system.post(to(PaceCurve, "process_import"), {k: v for k, v in confirmed.items() if v is not None})
        assert PaceCurve.objects.count() == count


def test_the_audit_administrator_reads_and_others_do_not_come_in(tree, system):
    PaceCurve.objects.create(name="平均", function="", shares=EVEN)
    curve = PaceCurve.objects.get()
    for role, seen in (("security_admin", 403), ("audit_admin", 200)):
        reader = client_of(role, tree.root)
        assert reader.get(to(PaceCurve, "change", curve.pk)).status_code == seen
        assert reader.post(to(PaceCurve, "change", curve.pk), curve_form()).status_code == 403
    stranger = client_of("treasury_officer", tree.banner)
    assert stranger.get(to(PaceCurve, "changelist"), follow=True).status_code == 403
