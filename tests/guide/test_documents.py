"""The guides of the repository as HTML of the CMS."""

import os
import re

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import translation

from campaigns.petitions.actions import ACTIONS
from guide import documents
from tests.journeys.guide import named

LINK = re.compile(r'href="([^"]*)"')


@pytest.mark.parametrize("name", documents.NAMES)
def test_every_link_of_a_guide_leads_to_a_heading_or_another_site(name):
    found = LINK.findall(documents.read(name).html)

    lost = []
    for href in found:
        path, _, fragment = href.partition("#")
        if href.startswith(("https:", "http:", "mailto:")):
            continue
        target = path.removeprefix("/admin/guide/").strip("/") or name
        anchors = [section.anchor for section in documents.read(target).sections]
        if fragment and fragment not in anchors:
            lost.append(href)
    assert lost == []


@pytest.mark.parametrize("name", documents.NAMES)
def test_every_picture_of_a_guide_is_served_with_its_size(name):
    pictures = re.findall(r"<img [^>]+>", documents.read(name).html)

    for picture in pictures:
        path = re.search(r'src="/static/([^"]+)"', picture)
        assert path, picture
        assert finders.find(path[1]), picture
        assert re.search(r'width="\d+" height="\d+"', picture), picture
        assert not re.search(r'alt=""', picture), picture


def test_the_guide_for_editors_names_what_is_pressed_once_a_petition_is_public():
    """As it names what test_beginning.py presses until then."""
    verbs = "pause", "resume", "close", "declare_victory", "undo_victory", "record_handover"
    labels = [str(action.label) for action in ACTIONS if action.verb in (*verbs, "move")]

    assert len(labels) == 7
    for control in ("Approve and Publish", "Petitions", *labels):
        named(control)


def test_headings_have_the_anchors_of_the_repository():
    found = {section.title: section.anchor for section in documents.read("editors").sections}

    assert found["1. Begin the campaign"] == "1-begin-the-campaign"
    assert found["On paper, on other sites, and where it is shared"] == (
        "on-paper-on-other-sites-and-where-it-is-shared"
    )


@pytest.fixture
def folder(tmp_path, settings):
    settings.GUIDES = tmp_path
    (tmp_path / "managers.md").write_text("# Signatures\n\nText.\n\n## The list\n\nRows.\n")
    return tmp_path


def write(folder, text):
    (folder / "editors.md").write_text(f"# Writing\n\n{text}\n")
    return documents.read("editors").html


def test_html_and_scripts_in_a_guide_are_text(folder):
    html = write(folder, "<script>alert(1)</script> [a](javascript:alert(1)) <b onclick=x>b</b>")

    assert "<script" not in html
    assert "<b " not in html
    assert "href" not in html


def test_links_between_guides_hold_in_the_cms_and_others_become_text(folder):
    html = write(
        folder, "[a](managers.md#the-list) [b](adr/0001-site-folder.md) [c](#x) [d](https://e.org/)"
    )

    assert LINK.findall(html) == ["/admin/guide/managers/#the-list", "#x", "https://e.org/"]
    assert "</a> b <a" in html


def test_a_translated_guide_takes_the_place_of_the_english_one(folder):
    write(folder, "Text.")
    (folder / "de").mkdir()
    (folder / "de" / "editors.md").write_text("# Schreiben\n\n## Anfangen\n\nWorte.\n")

    with translation.override("de"):
        german, english = documents.read("editors"), documents.read("managers")

    assert (german.language, german.title) == ("de", "Schreiben")
    assert (english.language, english.title) == ("en", "Signatures")
    assert documents.read("editors").title == "Writing"


def test_a_section_has_its_words_without_marks(folder):
    write(
        folder,
        "Before.\n\n## A *bold* `code`\n\nOne **two**\nthree.\n\n- four\n\n### Below\n\n5",
    )

    assert documents.read("editors").sections == [
        documents.Section(2, "a-bold-code", "A bold code", "One two three. four"),
        documents.Section(3, "below", "Below", "5"),
    ]


def test_a_guide_that_is_changed_is_read_anew(folder):
    assert "first" in write(folder, "first")
    path = folder / "editors.md"
    path.write_text("# Writing\n\nsecond\n")
    stamp = path.stat().st_mtime_ns + 1_000_000
    os.utime(path, ns=(stamp, stamp))

    assert "second" in documents.read("editors").html


def test_the_image_for_production_contains_the_guides():
    ignored = (settings.ROOT / "deploy" / "Dockerfile.dockerignore").read_text().splitlines()

    assert ignored.index("docs/*") < ignored.index("!docs/*.md")
    assert {"!docs/*.md", "!docs/??", "!docs/images"} <= set(ignored)
    assert "docs" not in ignored


def test_a_guide_without_one_of_its_pictures_is_read(tmp_path, settings):
    (tmp_path / "editors.md").write_text("# Title\n\n![A queue](images/gone.png)\n\nText.\n")
    settings.GUIDES = tmp_path

    html = documents.read("editors").html

    assert '<img src="/static/guide/gone.png" alt="A queue" loading="lazy"' in html
    assert "<p>Text.</p>" in html
