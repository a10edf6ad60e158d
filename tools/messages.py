"""Message catalogues without the system's gettext: `python -m tools.messages extract|compile|check`.

extract   collects the messages of Python files and templates, keeps translations, drops unused ones
compile   writes django.mo beside each django.po, where the one is older than the other
check     exits with 1 and lists messages that are missing, fuzzy, unused, or have other placeholders
"""

import argparse
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from tools.places import ROOT, ToolError, say

LANGUAGES = ("zh_Hans", "mvf")
DJANGO_MESSAGES = "imbudget/django_messages.py"
SKIPPED = {"tests", "migrations", "testing"}
PLAIN = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"))
PLURAL = dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2))
CONTEXT = dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2))
KEYWORDS = PLAIN | PLURAL | CONTEXT | dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3))
NOTES = ["Translators:"]
OPTIONS = {"encoding": "utf-8"}
HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: imbudget\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
PLACEHOLDER = re.compile(r"%\(\w+\)[-+ #0]*\d*(?:\.\d+)?[a-zA-Z]|%[sdr]|\{\w*\}")

Key = tuple[str, str | None]


def sources(root: Path) -> Iterator[Path]:
    """Python files and templates whose messages belong to the product."""
    for folder in ("imbudget", "apps", "templates"):
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root).parts
            ours = path.suffix == ".py" or (path.suffix in {".html", ".txt"} and "templates" in inside)
            if ours and not SKIPPED.intersection(inside):
                yield path


def _python_text(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    from django.utils.translation.template import templatize

    # The result is Python by its calls only: its indentation is the template's and means nothing.
    return "\n".join(line.strip() for line in templatize(text, str(path)).splitlines())


def collect(root: Path) -> Catalog:
    """Every message of the product, untranslated, with the files it comes from."""
    catalog = Catalog()
    for path in sources(root):
        stream = io.BytesIO(_python_text(path).encode())
        name = path.relative_to(root).as_posix()
        for line, message, notes, context in extract("python", stream, KEYWORDS, NOTES, OPTIONS):
            if message:
                catalog.add(message, None, [(name, line)], auto_comments=notes, context=context)
    return catalog


def key_of(message: Message) -> Key:
    """Singular and context: what gettext looks a message up by."""
    singular = message.id if isinstance(message.id, str) else message.id[0]
    return singular, message.context


def entries(catalog: Catalog) -> dict[Key, Message]:
    """The catalogue's messages without its header."""
    return {key_of(message): message for message in catalog if message.id}


def catalogue_path(root: Path, language: str) -> Path:
    """The language's only catalogue."""
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def empty() -> Catalog:
    """A catalogue with one plural form: Babel has no rule for Mongolian, and the Chinese one is ours too."""
    return Catalog(locale="zh_Hans")


def load(path: Path) -> Catalog:
    """A catalogue from its file; an empty one when there is none."""
    if not path.exists():
        return empty()
    with path.open("rb") as handle:
        return read_po(handle, ignore_obsolete=True)  # no locale: the file's own header says the plural forms


def texts(message: Message) -> list[str]:
    """The translations of a message; one, as neither language has a plural."""
    if isinstance(message.string, str):
        return [message.string]
    return [text for text in message.string or () if text]


def _django_entries(language: str) -> dict[Key, Message]:
    import django

    path = Path(django.__file__).parent / "conf" / "locale" / language / "LC_MESSAGES" / "django.po"
    auth = path.parents[3].parent / "contrib" / "auth" / "locale" / language / "LC_MESSAGES" / "django.po"
    found: dict[Key, Message] = {}
    for part in (path, auth):
        found |= entries(load(part)) if part.exists() else {}
    return found


def update(root: Path, language: str) -> int:
    """Brings one catalogue up to date with the code; returns how many messages are untranslated."""
    path = catalogue_path(root, language)
    known = entries(load(path))
    django = _django_entries(language)
    result = empty()
    missing = 0
    for key, message in entries(collect(root)).items():
        from_django = all(name == DJANGO_MESSAGES for name, _line in message.locations)
        old = known.get(key)
        if from_django and (old is None or not any(texts(old))):
            old = django.get(key, old)
        translated = next(iter(texts(old)), "") if old else ""
        missing += not translated
        string = translated if isinstance(message.id, str) else (translated,)
        new = result.add(message.id, string, auto_comments=message.auto_comments, context=message.context)
        new.flags |= {"fuzzy"} & (old.flags if old else set())
        new.user_comments = list(old.user_comments) if old and key in known else []
    path.parent.mkdir(parents=True, exist_ok=True)
    body = io.BytesIO()
    write_po(body, result, width=110, no_location=True, omit_header=True, sort_output=True)
    path.write_bytes(HEADER.format(language=language).encode() + body.getvalue())
    return missing


def compile_all(root: Path) -> int:
    """Writes the binary catalogues that are older than their source; returns how many."""
    written = 0
    for language in LANGUAGES:
        source = catalogue_path(root, language)
        target = source.with_suffix(".mo")
        if not source.exists():
            raise ToolError(f"{source} is missing; run: python -m tools.messages extract")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        part = target.with_suffix(".part")
        catalog = empty()
        for message in entries(load(source)).values():
            catalog[message.id] = message
        with part.open("wb") as handle:
            write_mo(handle, catalog)
        part.replace(target)
        written += 1
    return written


def problems(root: Path) -> list[str]:
    """What keeps the catalogues from being complete, one line each."""
    wanted = entries(collect(root))
    found: list[str] = []
    for language in LANGUAGES:
        have = entries(load(catalogue_path(root, language)))
        for key, message in wanted.items():
            found += [f"{language}: {fault}: {key[0]!r}" for fault in _faults(message, have.get(key))]
        found += [f"{language}: unused: {key[0]!r}" for key in have.keys() - wanted.keys()]
    return sorted(found)


def _faults(message: Message, translated: Message | None) -> list[str]:
    if translated is None or not any(texts(translated)):
        return ["missing"]
    faults = ["fuzzy"] if translated.fuzzy else []
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    allowed = [sorted(PLACEHOLDER.findall(text)) for text in ids]
    if any(sorted(PLACEHOLDER.findall(text)) not in allowed for text in texts(translated)):
        faults.append("other placeholders")
    return faults


def main(root: Path = ROOT) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("action", choices=["extract", "compile", "check"])
    action = parser.parse_args().action
    if action == "extract":
        for language in LANGUAGES:
            say(f"{language}: {update(root, language)} messages without translation")
        return 0
    if action == "compile":
        say(f"messages: {compile_all(root)} catalogues written")
        return 0
    found = problems(root)
    for line in found:
        say(line)
    say(f"messages: {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except ToolError as error:
        sys.exit(str(error))
