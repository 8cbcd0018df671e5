"""The screen before an export: what each file contains, and how many rows it has."""

from bs4 import BeautifulSoup

from campaigns.exports.shapes import SHAPES
from tests.campaigns.cms.signatures.test_export_answers import export_url
from tests.factories import make_signature


def test_the_screen_says_before_what_each_file_holds_and_how_many_rows(teams, people, browse):
    for number, fields in enumerate([{"updates": True}, {"confirmed_at": None}, {}]):
        make_signature(teams.ours, email=f"{number}@example.org", **fields)
    make_signature(teams.theirs, email="theirs@example.org", updates=True)

    page = browse(people.river_manager).get(export_url()).content

    offered = BeautifulSoup(page, "html.parser").select(".export-shape")
    told = [" ".join(each.get_text() for each in shape.select("b, span")) for shape in offered]
    assert told == [
        "Handing over 3 signatures",
        "Mailing list 1 signature",
        "Analysis 3 signatures",
        "Everything 4 signatures",
    ]
    assert [shape.small.get_text() for shape in offered] == [s.contents for s in SHAPES.values()]
