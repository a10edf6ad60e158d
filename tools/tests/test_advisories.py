"""Versions are compared with published advisories; what could not be compared is never said to be good."""

import json
import zipfile
from pathlib import Path

import pytest

from tools import advisories

pytestmark = pytest.mark.covers("D2")
BAD = ["PYSEC-2018-1"]


@pytest.fixture
def answer(monkeypatch):
    def give(results):
        monkeypatch.setattr(advisories, "ask", lambda packages, _service: results(packages))

    return give


def test_nothing_open_is_said_only_of_what_was_compared(answer, capsys):
    answer(lambda packages: [BAD, *([] for _package in packages[1:])])
    assert advisories.main([]) == 0
    assert f"{len(advisories.pinned())} packages compared" in capsys.readouterr().out


def test_an_open_advisory_is_named_until_somebody_has_said_why_it_does_not_matter(
    answer, capsys, monkeypatch, tmp_path
):
    answer(lambda packages: [BAD, *(["GHSA-x"] if name == "django" else [] for name, _version in packages[1:])])
    assert advisories.main(["--unless-unreachable"]) == 1
    assert "GHSA-x" in capsys.readouterr().err
    monkeypatch.setattr(advisories, "ACCEPTED", tmp_path / "advisories.txt")
    advisories.ACCEPTED.write_text("# id package reason\nGHSA-x Django only with MySQL\n")
    assert advisories.main([]) == 0


@pytest.mark.parametrize(
    "results", [lambda packages: [[] for _package in packages], lambda packages: [BAD], lambda _packages: []]
)
def test_an_answer_that_knows_nothing_is_none(answer, capsys, results):
    answer(results)
    assert advisories.main([]) == 2
    assert "NOT COMPARED" in capsys.readouterr().err


def test_a_service_that_cannot_be_reached_is_told_plainly(monkeypatch, capsys):
    monkeypatch.setenv("ADVISORY_SERVICE", "http://127.0.0.1:9")
    assert advisories.main([]) == 2
    assert advisories.main(["--unless-unreachable"]) == 0
    said = capsys.readouterr()
    assert said.err.count("ADVISORIES NOT COMPARED") == 2
    assert said.out == ""


def test_the_published_file_does_where_there_is_no_internet(tmp_path: Path, capsys):
    def record(number: str, name: str, **affected):
        return json.dumps({"id": number, "affected": [{"package": {"ecosystem": "PyPI", "name": name}, **affected}]})

    version = dict(advisories.pinned())["django"]
    events = [{"introduced": "0"}, {"fixed": "3.0"}]
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("a.json", record("OLD", "Django", ranges=[{"type": "ECOSYSTEM", "events": events}]))
        file.writestr("b.json", record("ELSE", "nothing", versions=[version]))
    assert advisories.main(["--file", str(path)]) == 0
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("c.json", record("NOW", "django", versions=[version]))
        range_of = [{"type": "ECOSYSTEM", "events": [{"introduced": "5.2"}, {"last_affected": version}]}]
        file.writestr("d.json", record("LAST", "django", ranges=range_of))
    assert advisories.main(["--file", str(path)]) == 1
    assert {line.rsplit(" ", 1)[1] for line in capsys.readouterr().err.splitlines()} == {"NOW", "LAST"}
    path.write_bytes(b"no zip")
    assert advisories.main(["--file", str(path)]) == 2
