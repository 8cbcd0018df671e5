"""Searching the guides."""

from guide import finding
from guide.documents import Guide, Section

GUIDE = Guide(
    "editors",
    "en",
    "Creating a campaign",
    "",
    [
        Section(2, "story", "Tell the story", "Choose a picture and say what it shows."),
        Section(3, "pictures", "Pictures", "Each has a description."),
        Section(2, "letter", "The letter", "Who decides."),
    ],
)


def anchors(query):
    return [found.section.anchor for found in finding.find(query, [GUIDE])]


def test_a_heading_with_the_words_comes_first():
    assert anchors("picture") == ["pictures", "story"]


def test_all_words_must_be_there_in_any_order_and_case():
    assert anchors("SHOWS Picture") == ["story"]
    assert anchors("picture decides") == []


def test_nothing_is_looked_for_without_words():
    assert anchors("  ") == []


def test_the_excerpt_shows_the_words_in_a_long_text():
    text = "word " * 200 + "needle " + "word " * 200

    shown = finding.excerpt(text, ["needle"])

    assert "needle" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < finding.SHOWN + 5
