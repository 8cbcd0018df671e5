"""Editors add questions to the form of a petition."""

import pytest
from wagtail.test.utils.form_data import streamfield

from campaigns.models import Petition
from tests.campaigns.cms.browsing import form_data, url
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def typed(label, **more):
    return {"label": label, "help": "", "is_personal": "on", **more}


def save(client, *questions, **buttons):
    petition = make_petition()
    data = form_data(slug=petition.slug, questions=streamfield(questions), **buttons)
    response = client.post(url("edit", petition.pk), data)
    return response, Petition.objects.get().get_latest_revision_as_object()


def test_an_editor_adds_a_question_of_each_kind(admin_client):
    choices = streamfield([("item", "Oak"), ("item", "Ash")])

    response, draft = save(
        admin_client,
        ("text", typed("What is your job?", is_required="on")),
        ("choice", {**typed("Which tree?"), "choices": choices}),
        ("checkbox", {"label": "I can plant trees.", "help": "In May."}),
    )

    assert response.status_code == 302
    assert [
        (each.kind, each.label, each.help, each.is_required, each.is_personal)
        for each in draft.asked_questions
    ] == [
        ("text", "What is your job?", "", True, True),
        ("choice", "Which tree?", "", False, True),
        ("checkbox", "I can plant trees.", "In May.", False, False),
    ]
    assert [choice.stored for choice in draft.asked_questions[1].choices] == ["Oak", "Ash"]


@pytest.mark.parametrize(
    ("questions", "message"),
    [
        ([("text", typed(f"Number {n}?")) for n in range(6)], "maximum number of items is 5"),
        ([("text", typed("Why?")), ("text", typed("why?"))], "Two questions are the same."),
        (
            [("choice", {**typed("Why?"), "choices": streamfield([("item", "A")])})],
            "minimum number of items is 2",
        ),
        (
            [
                (
                    "choice",
                    {**typed("Why?"), "choices": streamfield([("item", "A"), ("item", "a")])},
                )
            ],
            "Two choices are the same.",
        ),
    ],
)
def test_what_cannot_be_asked_is_an_error_of_the_form(admin_client, questions, message):
    response, _ = save(admin_client, *questions, **{"action-publish": "on"})

    assert response.status_code == 200
    assert message in response.content.decode()


def test_the_form_says_what_becomes_of_the_answers_to_a_removed_question(admin_client):
    petition = make_petition()

    page = admin_client.get(url("edit", petition.pk)).content.decode()

    assert "the answers that were given stay with their signatures" in page
    assert Petition.objects.get().tally.questions == []
