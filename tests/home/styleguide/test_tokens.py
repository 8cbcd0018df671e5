"""Contrast and sizes, measured from the style sheet."""

import re
from pathlib import Path

import pytest

from home import colours
from home.styleguide import tokens

ROOT = Path(__file__).resolve().parents[3]
KNOWN = tokens.parse(tokens.read("tokens"))
COLOURS = [name for name in KNOWN if tokens.kind(name) == "colours"]
SHEETS = ("base", "layout", "components")


@pytest.mark.parametrize("scheme", tokens.SCHEMES)
@pytest.mark.parametrize("pair", tokens.PAIRS, ids=lambda pair: f"{pair.upper} on {pair.ground}")
def test_every_pair_has_the_contrast_that_it_needs(pair, scheme):
    found = {each: ratio for each, ratio, _ in tokens.measure(pair, KNOWN)}

    assert found[scheme] >= pair.need


def test_every_colour_is_measured_on_another():
    measured = {name for pair in tokens.PAIRS for name in pair[:2]}

    # A link is ink; line and track only part what is told in words.
    assert set(COLOURS) - measured == {"link", "line", "track"}


def test_no_colour_is_written_anywhere_but_in_the_tokens():
    literal = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|lab)a?\(")

    found = [(name, text) for name in SHEETS for text in literal.findall(tokens.read(name))]

    assert found == []


def test_every_token_is_used_and_every_one_that_is_used_is_there():
    sheets = "".join(map(tokens.read, ("tokens", *SHEETS)))
    used, own = (set(re.findall(what, sheets)) for what in (r"var\(--([\w-]+)", r"--([\w-]+):"))

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


def test_the_house_s_own_colour_is_measured_in_the_place_of_ours():
    known = tokens.parse(tokens.read("tokens"), colours.sheet("#0b4f3a"))

    assert tokens.colour(known["ultramarine"], "dark", known) == "#0b4f3a"
    assert tokens.colour(known["level"], "dark", known) == KNOWN["drop"]
    assert {verdict for row in tokens.measured(known) for *_, verdict in row["schemes"]} == {
        "AA",
        "AAA",
    }


@pytest.mark.parametrize(
    ("ratio", "need", "said"),
    [(4.49, 4.5, ""), (4.5, 4.5, "AA"), (7, 4.5, "AAA"), (2.99, 3, ""), (9, 3, "AA")],
)
def test_verdicts_are_those_of_wcag(ratio, need, said):
    assert tokens.verdict(ratio, need) == said


def test_sizes_are_told_in_pixels():
    found = [tokens.pixels(value) for value in ("clamp(1rem, 4vw, 1.25rem)", "0.5rem", "0.9")]

    assert found == ["16–20", "8", ""]


def test_what_is_for_paper_is_found_whole(tmp_path, monkeypatch):
    monkeypatch.setattr(tokens, "FOLDER", tmp_path)
    sheet = "@layer base { a { b: c } @media print { d { e: f } @media x { g { h: i } } } j {} }"
    (tmp_path / "base.css").write_text(sheet)

    found = " ".join(tokens.printed("base").split())

    assert found == "@layer base { d { e: f } @media x { g { h: i } } }"


def test_what_cannot_read_the_tokens_says_the_same_colours():
    """Browsers' frames, mails and pictures have the colours written out."""
    known = {value for row in tokens.palette(KNOWN) for _, value in row["schemes"]}
    places = [*(ROOT / "templates").glob("*.html"), *(ROOT / "site/static/icons").glob("*.svg")]
    places += (ROOT / "templates/mails").glob("*.html")

    found = {text for place in places for text in re.findall(r"#[0-9a-f]{6}\b", place.read_text())}

    assert len(found) > 5
    assert found - known == set()
