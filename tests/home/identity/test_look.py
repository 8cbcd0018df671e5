"""The style sheet of a look, whose URL contains everything that it depends on."""

import pytest

from home.identity.colours import contrast, normalised
from home.identity.look import Look
from tests.factories import make_home


def test_the_sheet_of_a_look_may_be_kept_for_ever(client):
    response = client.get(Look("#7a0c2e", "#ff8800").url)

    assert (response.status_code, response["Content-Type"]) == (200, "text/css")
    assert "immutable" in response["Cache-Control"]
    assert "--ultramarine: light-dark(#7a0c2e, #7a0c2e);" in response.content.decode()
    assert "--drop: light-dark(#ff8800, #ff8800);" in response.content.decode()
    # A sandboxed frame on another site has no origin, so its requests come from elsewhere.
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_an_address_of_another_release_is_answered_and_not_kept(client):
    response = client.get("/look/7a0c2e-0-poster-drop/0123456789ab.css")

    assert response.status_code == 200
    assert "immutable" not in response["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        *(
            "0-0-poster-drop",
            "7A0C2E-0-poster-drop",
            "red-0-poster-drop",
            "7a0c2e",
            "7a0c2e}-0-poster-drop",
            "0-0-poster-star",
        ),
        *(
            "0-0-poster-own",
            "0-0-poster-own/images/a.svg",
            '0-0-own/images/a");x.png',
            "0-0-poster-own/b/a.png",
        ),
    ],
)
def test_what_is_no_look_has_no_sheet(client, name):
    make_home()

    assert client.get(f"/look/{name}/0123456789ab.css").status_code == 404


def test_contrast_is_that_of_wcag():
    assert round(contrast("#000000", "#ffffff"), 2) == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("#0B5D3B", "#0b5d3b"),
        ("0b5d3b", "#0b5d3b"),
        (" #fff ", "#ffffff"),
        ("", ""),
        ("#12", "#12"),
        ("green", "green"),
    ],
)
def test_a_colour_is_understood_in_every_way_of_writing_it(typed, read):
    assert normalised(typed) == read
