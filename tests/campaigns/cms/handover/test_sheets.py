"""The screen on which staff make signature sheets."""

import pytest

from campaigns.counting import ledger
from campaigns.petitions import immediate_actions
from tests.campaigns.cms.browsing import url
from tests.campaigns.imports.test_importing import bring_in, upload
from tests.factories import make_petition
from tests.printed import texts

pytestmark = pytest.mark.django_db


def test_sheets_are_made_with_the_numbers_that_were_typed(teams, people, browse):
    client, path = browse(people.editor), url("sheets", teams.ours.pk)
    asked = client.get(path).content.decode()
    overview = client.get(url("inspect", teams.ours.pk)).content.decode()

    answer = client.post(path, {"number": "2", "first": "41", "name": "Bamako"})

    assert "Number of the first sheet" in asked
    assert f'href="{path}"' in overview
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].endswith('-41-42.pdf"')
    assert ["Sheet Bamako 41" in texts(answer.content)[0], len(texts(answer.content))] == [True, 2]


def test_the_number_after_those_that_came_back_is_proposed(teams, people, browse):
    client, path = browse(people.editor), url("sheets", teams.ours.pk)
    ledger.enter(teams.ours, kind="paper", number=9, sheets="2–3", reason="Counted", by=None)
    proposed = [client.get(path).context["form"]["first"].value()]

    rows = [["Amina", "", "", "7", ""], ["Binta", "", "", "Bamako 40", ""]]
    bring_in(upload(teams.ours, rows))
    proposed.append(client.get(path).context["form"]["first"].value())

    assert proposed == [4, 8]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"number": "0"}, "greater than or equal to 1"),
        ({"number": "201"}, "less than or equal to 200"),
        ({"number": "many"}, "Enter a whole number."),
        ({"first": "999999999"}, "The last sheet would have a number that is too large."),
        ({"name": "Bamako, Gao"}, "Please leave out commas"),
    ],
)
def test_numbers_that_cannot_be_are_refused_kindly(typed, told, teams, people, browse):
    answer = browse(people.editor).post(
        url("sheets", teams.ours.pk), {"number": "2", "first": "1", "name": "Gao"} | typed
    )

    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert 'value="{}"'.format(typed.get("name", "Gao")) in answer.content.decode()


def test_there_are_none_for_drafts_and_after_the_end(teams, people, browse):
    client = browse(people.editor)
    draft = make_petition(live=False, title="A draft", collection=teams.river)
    immediate_actions.close(teams.ours, by=None)

    answers = [
        client.get(url("sheets", each.pk), follow=True).content.decode()
        for each in (draft, teams.ours)
    ]

    assert "The petition must be published first" in answers[0]
    assert "This petition has ended, so nobody can sign it any more." in answers[1]
    assert url("sheets", teams.ours.pk) not in answers[1]
