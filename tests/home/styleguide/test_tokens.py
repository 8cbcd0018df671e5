"""The design tokens, read from the style sheet. Nothing is styled without them."""

import re
from pathlib import Path

import pytest

from home import stylesheets
from home.styleguide import tokens

ROOT = Path(__file__).resolve().parents[3]
TOKENS = stylesheets.read("tokens.css")
KNOWN = tokens.parse(TOKENS)


def test_no_colour_is_written_anywhere_but_in_the_tokens():
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(")

    derived = stylesheets.light_alone(TOKENS)
    found = literal.findall(stylesheets.whole().replace(TOKENS, "").replace(derived, ""))

    assert literal.findall(TOKENS) != []
    assert literal.findall(derived) != []
    assert found == []


def test_every_token_is_used_and_every_one_that_is_used_is_there():
    sheet = stylesheets.whole()
    used, own = (set(re.findall(what, sheet)) for what in (r"var\(--([\w-]+)", r"--([\w-]+):"))

    assert (set(KNOWN) - used, used - own) == (set(), set())


@pytest.mark.parametrize(
    ("value", "light", "dark"),
    [
        ("#fff", "#ffffff", "#ffffff"),
        ("light-dark(#fff, #12103a)", "#ffffff", "#12103a"),
        ("var(--b)", "#aabbcc", "#112233"),
        ("light-dark(var(--b), #000)", "#aabbcc", "#000000"),
    ],
)
def test_a_colour_is_looked_up_in_its_scheme(value, light, dark):
    known = {"b": "light-dark(#abc, #112233)"}

    found = [tokens.colour(value, scheme, known) for scheme in tokens.SCHEMES]

    assert found == [light, dark]


@pytest.mark.parametrize("value", ["tomato", "rgb(1 2 3)", "0.9"])
def test_what_cannot_be_measured_is_not_passed_over(value):
    with pytest.raises(ValueError, match="could be measured"):
        tokens.colour(value, "light", {})


def test_sizes_are_told_in_pixels():
    found = [tokens.pixels(value) for value in ("clamp(1rem, 4vw, 1.25rem)", "0.5rem", "0.9")]

    assert found == ["16–20", "8", ""]


def test_what_cannot_read_the_tokens_says_the_same_colours():
    """Icons contain the colours as literals; the templates of emails look them up."""
    known = {value for row in tokens.palette(KNOWN) for _, value in row["schemes"]}
    mails = (ROOT / "templates/mails").glob("*.html")
    places = [*(ROOT / "site/static/icons").glob("*.svg"), *(ROOT / "templates").glob("*.html")]

    found, written = (
        {text for place in files for text in re.findall(r"#[0-9a-f]{6}\b", place.read_text())}
        for files in (places, mails)
    )

    assert len(found) > 1
    assert (found - known, written) == (set(), set())
