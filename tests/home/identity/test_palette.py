"""Text is legible in whatever colours an organisation chooses."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from home import stylesheets
from home.identity import palette
from home.identity.colours import contrast, mix
from home.identity.look import Look
from home.styleguide import tokens
from home.styleguide.contrast import PAIRS, measure

TOKENS = stylesheets.read("tokens.css")
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(first=COLOURS, second=st.one_of(st.just(""), COLOURS))
@example(first="#0b5d3b", second="#ff8800")
@example(first="#ffff00", second="#000000")
@example(first="#000000", second="#000000")
@example(first="#ffffff", second="#ffffff")
@example(first="", second="#0b5d3b")
@example(first="", second="#2511c6")
@example(first="#ed1c24", second="")
@example(first="#00a3e0", second="#00a3e0")
def test_whatever_the_colours_every_pair_keeps_its_contrast(first, second):
    known = tokens.parse(TOKENS, Look(first, second).sheet or ":root {}")

    short = [
        (pair, scheme, ratio)
        for pair in PAIRS
        for scheme, ratio, grade in measure(pair, known)
        if not grade
    ]

    assert short == []


@given(first=COLOURS, second=COLOURS)
def test_a_level_stands_out_from_what_is_below_it(first, second):
    found = palette.derive(first, second)
    names = ("ultramarine", "flood-shade", "flood-action")
    flood, shade, level = (found[name][0] for name in names)

    track = mix(flood, shade, palette.TRACK)

    assert contrast(level, track) >= 3


@pytest.mark.parametrize(
    ("first", "second", "ground", "words", "button"),
    [
        ("#0b5d3b", "#ff8800", "#0b5d3b", "#ffffff", "#ff8800"),
        ("#ffff00", "#000000", "#ffff00", "#191900", "#000000"),
        ("#000000", "#ffff00", "#000000", "#ffffff", "#ffff00"),
        ("#00a3e0", "#ffffff", "#00a3e0", "#001b29", "#001b29"),
        ("#ed1c24", "", "#e91420", "#ffffff", "#ffffff"),
    ],
)
def test_a_colour_is_taken_as_it_is_where_it_can_be_read(first, second, ground, words, button):
    found = palette.derive(first, second)

    names = ("ultramarine", "flood-text", "flood-action")
    assert [found[name][0] for name in names] == [ground, words, button]


def test_without_colours_it_is_the_palette_of_the_style_sheet():
    known = tokens.parse(TOKENS)

    written = {
        name: tuple(tokens.colour(known[name], scheme, known) for scheme in tokens.SCHEMES)
        for name in palette.derive("", "")
    }

    assert palette.derive("", "") == written


def test_a_look_without_colours_has_no_sheet():
    assert (Look().sheet, Look().url) == ("", "")


def test_greys_have_the_hue_of_the_first_colour_and_none_where_it_has_none():
    green, grey = palette.derive("#0b5d3b", "")["night"][0], palette.derive("#808080", "")["night"]

    assert green[3:5] > green[1:3]
    assert len({grey[0][place : place + 2] for place in (1, 3, 5)}) == 1
