"""Locked packages: only the locked bytes, only plain files of the package."""

import base64
import hashlib
import io
import json
import tarfile
from pathlib import Path

import pytest

from tools import assets
from tools.places import ToolError


def make_archive(path: Path, members: dict[str, bytes], link: str | None = None) -> str:
    """Writes a package and returns its integrity."""
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
        if link:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
            tar.addfile(info)
    return "sha512-" + base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()


def package_of(integrity: str, files: dict[str, str]) -> dict[str, object]:
    return {"name": "@maker/font", "version": "1.0.0", "integrity": integrity, "files": files}


def test_the_locked_package_is_taken_from_a_directory(tmp_path, monkeypatch):
    integrity = make_archive(tmp_path / "maker-font-1.0.0.tgz", {"package/a.ttf": b"font"})
    monkeypatch.setenv("ASSETS_PACKAGES", str(tmp_path))
    package = package_of(integrity, {"package/a.ttf": "A.ttf"})
    archive = assets.fetched(package, tmp_path, "unused")
    assets.unpack(archive, package, tmp_path)
    assert (tmp_path / "A.ttf").read_bytes() == b"font"


def test_another_hash_is_refused(tmp_path, monkeypatch):
    integrity = make_archive(tmp_path / "maker-font-1.0.0.tgz", {"package/a.ttf": b"font"})
    make_archive(tmp_path / "maker-font-1.0.0.tgz", {"package/a.ttf": b"evil"})
    monkeypatch.setenv("ASSETS_PACKAGES", str(tmp_path))
    with pytest.raises(ToolError, match="not the locked package"):
        assets.fetched(package_of(integrity, {}), tmp_path, "unused")


def test_a_weaker_hash_is_refused(tmp_path):
    with pytest.raises(ToolError, match="only sha512"):
        assets.verify(tmp_path / "x.tgz", "sha1-abc")


@pytest.mark.parametrize(
    ("member", "target", "text"),
    [
        ("package/link.ttf", "A.ttf", "not a plain file"),
        ("package/a.ttf", "../A.ttf", "not a plain file"),
        ("package/none.ttf", "A.ttf", "has no file"),
    ],
)
def test_odd_members_are_refused(tmp_path, member, target, text):
    archive = tmp_path / "p.tgz"
    integrity = make_archive(archive, {"package/a.ttf": b"font"}, link="package/link.ttf")
    with pytest.raises(ToolError, match=text):
        assets.unpack(archive, package_of(integrity, {member: target}), tmp_path)


def test_lock_file_pins_every_package():
    recipe = json.loads(assets.LOCK.read_text())
    targets = {name for package in recipe["packages"] for name in package["files"].values()}
    assert all(package["integrity"].startswith("sha512-") for package in recipe["packages"])
    assert {entry["from"] for entry in recipe["web"].values()} <= targets


def test_gbk_holds_the_rare_characters_of_names():
    characters = set(assets.gbk_characters())
    assert {ord(c) for c in "国镕喆堃叒A、→"} <= characters
    assert len(characters) > 21_000


def test_second_build_does_nothing(tmp_path, monkeypatch):
    target = tmp_path / "assets"
    target.mkdir()
    (target / "built.txt").write_text(assets.stamp())
    monkeypatch.setattr(assets, "_build_into", lambda _target: pytest.fail("built again"))
    assert assets.build(target) is False
