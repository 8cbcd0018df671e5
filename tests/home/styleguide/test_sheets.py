"""The style sheets of the page of the design."""

from home.styleguide import sheets


def test_what_is_for_paper_is_found_whole_and_layer_by_layer():
    sheet = (
        "@layer base { a { b: c } @media print { d { e: f } @media x { g { h: i } } } j {} }"
        "@layer layout { k { l: m } }"
        "@layer layout { @media print { n { o: p } } }"
    )

    found = [" ".join(line.split()) for line in sheets.paper(sheet).splitlines()]

    assert found == [
        "@layer base { d { e: f } @media x { g { h: i } } }",
        "@layer layout { n { o: p } }",
    ]
