"""Every colour has the contrast that it needs on each background that it is used on."""

import pytest

from home import stylesheets
from home.identity.look import Look
from home.styleguide import contrast, tokens

KNOWN = tokens.parse(stylesheets.read("tokens.css"))


@pytest.mark.parametrize("scheme", tokens.SCHEMES)
@pytest.mark.parametrize("pair", contrast.PAIRS, ids=lambda pair: f"{pair.upper} on {pair.ground}")
def test_every_pair_has_the_contrast_that_it_needs(pair, scheme):
    found = {each: ratio for each, ratio, _ in contrast.measure(pair, KNOWN)}

    assert found[scheme] >= pair.need


def test_every_colour_is_measured_on_another():
    measured = {name for pair in contrast.PAIRS for name in pair[:2]}

    # A link has the colour of ink, and an action that of the drop. A line only separates things,
    # and text says what the colour of errors says. A level's shade has more contrast to it than
    # its background has.
    assert set(dict(tokens.of_kind("colours", KNOWN))) - measured == {
        *("action", "on-action", "action-lit", "flood-shade", "line", "link", "wrong")
    }


def test_the_site_s_own_colours_are_measured_in_the_place_of_ours():
    known = tokens.parse(stylesheets.read("tokens.css"), Look("#0b5d3b", "#ff8800").sheet)

    assert tokens.colour(known["ultramarine"], "dark", known) == "#0b5d3b"
    assert tokens.colour(known["drop"], "dark", known) == "#ff8800"
    assert {grade for row in contrast.measured(known) for *_, grade in row["schemes"]} == {
        "AA",
        "AAA",
    }


@pytest.mark.parametrize(
    ("ratio", "need", "grade"),
    [(4.49, 4.5, ""), (4.5, 4.5, "AA"), (7, 4.5, "AAA"), (2.99, 3, ""), (9, 3, "AA")],
)
def test_grades_are_those_of_wcag(ratio, need, grade):
    assert contrast.grade(ratio, need) == grade
