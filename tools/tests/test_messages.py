"""Catalogues: collecting, keeping, compiling, and finding what is wrong."""

import gettext
from pathlib import Path

import pytest

from tools import messages

CODE = """
from django.utils.translation import gettext_lazy as _, ngettext
label = _("region")
rows = ngettext("%(count)d row", "%(count)d rows", 2)
"""
PAGE = """{% load i18n %}
   <h1 title="it's">{% translate "budget" %}</h1>
{% if x %}
      {% blocktranslate trimmed with name=x %}
         Hello %s,
         {{ name }}
      {% endblocktranslate %}
 {% endif %}
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "apps" / "one" / "tests").mkdir(parents=True)
    (tmp_path / "apps" / "one" / "models.py").write_text(CODE)
    (tmp_path / "apps" / "one" / "tests" / "test_x.py").write_text('_("not for users")')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "page.html").write_text(PAGE)
    return tmp_path


def translate(tree: Path, language: str, words: dict[str, str]) -> None:
    path = messages.catalogue_path(tree, language)
    text = path.read_text()
    for msgid, msgstr in words.items():
        field = "msgstr[0]" if "_plural" in text.partition(f'msgid "{msgid}"')[2].partition("msgid ")[0] else "msgstr"
        head, mark, tail = text.partition(f'msgid "{msgid}"')
        text = head + mark + tail.replace(f'{field} ""', f'{field} "{msgstr}"', 1)
    path.write_text(text)


def complete(tree: Path) -> None:
    words = {
        "region": "地区",
        "budget": "预算",
        "%(count)d row": "%(count)d行",
        "Hello %%s, %(name)s": "%(name)s好 %%s",
    }
    for language in messages.LANGUAGES:
        messages.update(tree, language)
        translate(tree, language, words)


def test_messages_come_from_code_and_templates_but_not_from_tests(tree):
    found = {singular for singular, _context in messages.entries(messages.collect(tree))}
    assert {"region", "budget", "%(count)d row"} <= found
    assert any("%(name)s" in text for text in found)
    assert "not for users" not in found


def test_complete_catalogues_have_no_problem(tree):
    complete(tree)
    assert messages.problems(tree) == []


def test_update_keeps_translations_and_drops_unused_ones(tree):
    complete(tree)
    (tree / "templates" / "page.html").write_text('{% load i18n %}{% translate "draft" %}')
    assert messages.update(tree, "mvf") == 1
    have = messages.entries(messages.load(messages.catalogue_path(tree, "mvf")))
    assert have["region", None].string == "地区"
    assert ("budget", None) not in have


def test_a_new_message_is_reported_as_missing(tree):
    complete(tree)
    (tree / "templates" / "page.html").write_text(PAGE + '{% translate "draft" %}')
    assert messages.problems(tree) == ["mvf: missing: 'draft'", "zh_Hans: missing: 'draft'"]


def test_a_changed_placeholder_is_reported(tree):
    complete(tree)
    path = messages.catalogue_path(tree, "zh_Hans")
    path.write_text(path.read_text().replace("%(count)d行", "%(number)d行"))
    assert messages.problems(tree) == ["zh_Hans: other placeholders: '%(count)d row'"]


def test_update_twice_writes_the_same_file(tree):
    complete(tree)
    messages.update(tree, "mvf")
    before = messages.catalogue_path(tree, "mvf").read_bytes()
    messages.update(tree, "mvf")
    assert messages.catalogue_path(tree, "mvf").read_bytes() == before


def test_compiled_catalogue_translates(tree):
    complete(tree)
    assert messages.compile_all(tree) == 2
    assert messages.compile_all(tree) == 0
    with messages.catalogue_path(tree, "mvf").with_suffix(".mo").open("rb") as handle:
        catalogue = gettext.GNUTranslations(handle)
    assert catalogue.gettext("region") == "地区"
    assert catalogue.ngettext("%(count)d row", "%(count)d rows", 5) == "%(count)d行"
