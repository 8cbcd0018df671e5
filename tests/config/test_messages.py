"""Translations of the site's own strings: none is missing or broken, and all are compiled."""

import ast
import functools
import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, ngettext, to_locale
from django.utils.translation.template import templatize

from campaigns.signing import countries

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
MARKS = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}
LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# Modules whose strings the public never reads. New ones may be English until they are translated.
INSIDE = re.compile(
    r"/(cms|staff|wagtailadmin|wagtailcore|styleguide|migrations)/|/(blocks|panels|apps)\.py"
)
PUBLIC = re.compile(
    r"/templates/|search/|home/discovery\.py|campaigns/(mail|public|sharing|signing)/|"
    r"petitions/(state|texts)\.py|pages/timeline\.py|privacy/people\.py|signatures/columns\.py"
)
CALL = re.compile(rf"\b(?:n?gettext|_)\(\s*({LITERAL})(?:\s*,\s*({LITERAL}))?", re.DOTALL)
# What we translate in another way than a package does, while it means the same. Our translation
# stands in the package's screens too: Django reads the site's catalogue before those of packages.
REWORDED = (
    "(optional)|Account|Add|All|Back|Check your email|Choose|Collection|Comments|"
    "Country|Created|Dark|Edit|Edited|Email|Field|File|Filter|History|Home|Light|"
    "Next|None|Pagination|Previous|Promote|Search|Settings|Show|Sign in|Source|"
    "Submit for moderation|This field is required.|Timeline|Title|Undo|Upload|View live|"
    "comment|file|first name|format|in moderation|last name|page|scheduled|title|user|"
    "version"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|</?(?:b|strong)>")


def is_public(path: Path) -> bool:
    return bool(PUBLIC.search(str(path)) and not INSIDE.search(str(path)))


def in_python() -> Iterator[tuple[str, ...]]:
    """Each marked string (with its plural) in the modules that speak to the public."""
    for room in ("campaigns", "home", "search", "site/config"):
        for path in filter(is_public, (ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MARKS:
                    texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                    yield tuple(text for text in texts if isinstance(text, str))


def in_templates() -> Iterator[tuple[str, ...]]:
    for path in filter(is_public, (ROOT / "templates").rglob("*.*")):
        for single, plural in CALL.findall(templatize(path.read_text())):
            yield tuple(ast.literal_eval(text) for text in (single, plural) if text)


@functools.cache
def strings() -> frozenset[tuple[str, ...]]:
    return frozenset(texts for texts in (*in_python(), *in_templates()) if texts)


def without_context(entries: Iterable[polib.POEntry]) -> Iterator[tuple[str, str]]:
    """Each string without a context or plural, and its translation in small letters."""
    for entry in entries:
        if entry.msgstr and not entry.msgctxt:
            yield entry.msgid, entry.msgstr.casefold()


@functools.cache
def catalogue(code: str) -> polib.POFile:
    path = ROOT / "locale" / to_locale(code) / "LC_MESSAGES" / "django.po"
    assert path.exists(), "Run script/messages, and translate (docs/translating.md)."
    return polib.pofile(path)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_string_of_the_public_is_translated(code):
    done = {entry.msgid: entry for entry in catalogue(code) if not entry.obsolete}

    missing = {
        texts[0]
        for texts in strings()
        if texts[0] not in done or not done[texts[0]].translated() or done[texts[0]].fuzzy
    }
    missing |= {each.msgid for each in catalogue(code) if each.msgctxt and not each.translated()}

    assert len(strings()) > 200
    assert not missing, "\n".join(["Run script/messages and translate:", *sorted(missing)])


def test_strings_are_marked_by_names_that_are_collected():
    rooms = ("campaigns", "guide", "home", "operations", "search", "site/config", "staff")
    modules = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    names = {
        (path.name, name.asname)
        for path in modules
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for name in node.names
    }

    assert {name for name in names if name[1] not in (None, "_")} == set()
    assert len(names) > 100


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_pages_of_nginx_say_it_in_every_language(code):
    pages = list((ROOT / "deploy/pages").glob("*.html"))

    assert pages
    assert [page.name for page in pages if f'<li lang="{code}"' not in page.read_text()] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_plurals_are_whole_and_placeholders_agree(code):
    found = catalogue(code)
    forms = int(found.metadata["Plural-Forms"].partition("nplurals=")[2].partition(";")[0])
    for entry in found.translated_entries():
        texts = [entry.msgstr]
        if entry.msgid_plural:
            texts = list(entry.msgstr_plural.values())
            assert len(texts) == forms, entry.msgid
        for text in texts:
            assert text.strip(), entry.msgid
            asked = PLACEHOLDER.findall(entry.msgid_plural or entry.msgid)
            assert sorted(PLACEHOLDER.findall(text)) == sorted(asked), entry.msgid


def test_french_signs_stay_on_the_line_of_their_word():
    entries = catalogue("fr").translated_entries()
    texts = [text for e in entries for text in (e.msgstr, *e.msgstr_plural.values())]

    torn = [text for text in texts if re.search(r" [:;?!»]|« ", text)]

    assert len(texts) > 1000
    assert not torn, "Use no-break spaces (U+00A0)."


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_is_compiled_is_what_is_written(code):
    entries = catalogue(code).translated_entries()
    written = {(e.msgid, e.msgstr, tuple(e.msgstr_plural.values())) for e in entries}
    compiled = polib.mofile(ROOT / "locale" / to_locale(code) / "LC_MESSAGES" / "django.mo")

    read = {(e.msgid, e.msgstr, tuple(e.msgstr_plural.values())) for e in compiled}

    assert read == written, "Run script/messages."


def test_words_that_mean_something_else_to_a_package_have_a_context():
    ours = {
        (code, words): text
        for code in LANGUAGES
        for words, text in without_context(catalogue(code))
    }
    theirs = defaultdict(set)
    for code, app in itertools.product(LANGUAGES, apps.get_app_configs()):
        path = Path(app.path, "locale", to_locale(code), "LC_MESSAGES", "django.mo")
        for words, text in without_context(polib.mofile(path)) if path.exists() else ():
            theirs[code, words].add(text)

    shared = ours.keys() & theirs.keys()
    different = {key[1] for key in shared if ours[key] not in theirs[key]}
    with translation.override("en"):
        corrected = set(map(str, countries.CORRECTED))

    assert len(shared) > 200
    assert different.difference(REWORDED.split("|"), corrected) == set(), "Give them a context."


def test_numbers_take_their_form():
    people = ("%(total)s person has signed", "%(total)s people have signed")

    with translation.override("ru"):
        russian = [ngettext(*people, n) % {"total": n} for n in (1, 3, 12, 21)]
    with translation.override("ar"):
        arabic = [ngettext(*people, n) % {"total": n} for n in (2, 3, 11, 100)]

    assert russian == [
        "1 человек подписал",
        "3 человека подписали",
        "12 человек подписали",
        "21 человек подписал",
    ]
    assert (
        len({text.replace(str(n), "") for n, text in zip((2, 3, 11, 100), arabic, strict=True)})
        == 4
    )


def test_a_language_that_is_not_ours_reads_english():
    with translation.override("it"):
        assert gettext("Add my name") == "Add my name"


def test_a_colon_between_two_values_is_that_of_the_language():
    sentences = re.compile(r"{% blocktrans.*?{% endblocktrans\w* %}", re.DOTALL)
    bare = re.compile(r"(?:%}|}}|</\w+>): ")
    texts = {
        path.relative_to(ROOT).as_posix(): sentences.sub("", path.read_text())
        for path in (ROOT / "templates").rglob("*.*")
    }

    wrong = [name for name, text in texts.items() if bare.search(text)]

    assert wrong == []
