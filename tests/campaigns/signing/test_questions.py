"""The questions of a petition: the form's fields, what is stored, and the form's errors."""

import json
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Petition, Signature
from campaigns.signing.questions import name_of
from tests.factories import make_petition, make_translation

pytestmark = pytest.mark.django_db

JOB = ("text", {"label": "What is your job?", "is_required": True, "is_personal": True})
TREE = (
    "choice",
    {"label": "Which tree?", "choices": ["Oak", "Ash"], "is_personal": False, "help": "Only one."},
)
PLANTS = ("checkbox", {"label": "I can plant trees.", "is_personal": False})
QUESTIONS = [JOB, TREE, PLANTS]
TYPED = {"name": "Ada Lovelace", "email": "ada@example.org", "consent": "on"}


def names(petition: Petition) -> list[str]:
    """The names of the form's fields for the questions of a petition."""
    return [name_of(each) for each in petition.asked_questions]


def sign(client, petition, *answers, path="", **more):
    """Send the form with these answers. None leaves the field out."""
    given = dict(zip(names(petition), answers, strict=False))
    data = {**TYPED, "version": petition.version.pk, **given, **more}
    sent = {name: value for name, value in data.items() if value is not None}
    return client.post(path or petition.url_path("sign"), sent)


def keys(petition: Petition) -> list[str]:
    return [each.key for each in petition.asked_questions]


def test_the_form_asks_in_the_order_of_the_editor_and_before_the_consent(client):
    petition = make_petition(questions=QUESTIONS, shows_signers=True)

    page = client.get(petition.get_absolute_url()).content.decode()

    places = [page.index(f'name="{name}"') for name in [*names(petition), "is_shown", "consent"]]
    job, *others = places
    assert others == sorted(others)
    assert job < page.index("form-more") < others[0]  # optional questions are folded away
    assert "What is your job?" in page
    assert '<option value="Oak">Oak</option>' in page
    assert "Only one. This answer stays when we remove your data." in page
    assert page.count("This answer stays when we remove your data.") == 2  # not for the job


def test_answers_are_stored_by_whether_they_are_personal(client):
    petition = make_petition(questions=QUESTIONS)
    job, tree, plants = keys(petition)

    response = sign(client, petition, "  Tree   surgeon ", "Ash", "on")

    assert response.status_code == 303
    assert Signature.objects.get().replies == {
        "personal": {job: "Tree surgeon"},
        "other": {tree: "Ash", plants: True},
    }


def test_what_may_stay_empty_is_not_stored_and_an_empty_box_says_no(client):
    petition = make_petition(questions=QUESTIONS)
    job, _, plants = keys(petition)

    sign(client, petition, "Baker", "", None)

    assert Signature.objects.get().replies == {"personal": {job: "Baker"}, "other": {plants: False}}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("", "Please answer this question."),
        ("  \u200b ", "Please answer this question."),
        ("www.evil.com", "Please write this without a web address or an email address."),
        ("see evil.com/now", "Please write this without a web address or an email address."),
        ("ada@example.org", "Please write this without a web address or an email address."),
        ("a" * 256, "This is too long. Please write at most 255 characters."),
        ("Ba\x07ker", "This contains a character that cannot be stored."),
    ],
)
def test_a_text_that_cannot_be_stored_is_asked_back_and_kept(client, answer, message):
    petition = make_petition(questions=QUESTIONS)

    response = sign(client, petition, answer, "Ash", "on")

    page = response.content.decode()
    assert response.status_code == 422
    assert message in page
    assert '<option value="Ash" selected>Ash</option>' in page
    assert 'value="Ada Lovelace"' in page
    assert f"What is your job? {message}" in page
    assert not answer.strip("\u200b ") or f'value="{answer}"' in page
    assert not Signature.objects.exists()


def test_only_what_stands_in_the_list_can_be_chosen(client):
    petition = make_petition(questions=QUESTIONS)

    response = sign(client, petition, "Baker", "Elm")

    assert response.status_code == 422
    assert "Please choose an answer from the list." in response.content.decode()


def test_a_box_that_must_be_ticked_is_asked_for(client):
    petition = make_petition(questions=[("checkbox", {"label": "I am 18.", "is_required": True})])

    refused = sign(client, petition, None)
    accepted = sign(client, petition, "on")

    assert (refused.status_code, accepted.status_code) == (422, 303)
    # Its link in the list of errors says which box.
    assert ">I am 18. Please tick the box.</a>" in refused.content.decode()


def test_the_embedded_form_asks_the_same(client):
    petition = make_petition(questions=QUESTIONS, embed_sites="https://example.org")
    path = petition.url_path("sign", framed=True)

    refused = sign(client, petition, "", path=path)
    sign(client, petition, "Baker", path=path)

    assert "Please answer this question." in refused.content.decode()
    assert Signature.objects.get().replies["personal"] == {keys(petition)[0]: "Baker"}


def test_signing_with_answers_asks_the_database_no_more(client):
    plain, asks = make_petition(), make_petition(slug="asks", questions=QUESTIONS)
    for petition in (plain, asks):
        sign(client, petition, "Baker")  # fills Django's cache of content types

    counts = []
    for petition in (plain, asks):
        with CaptureQueriesContext(connection) as captured:
            sign(client, petition, "Baker", "Ash", "on", email="ida@example.org")
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert Signature.objects.filter(tally=asks.tally).count() == 2


def test_a_mistaken_answer_that_is_sent_again_needs_the_newer_mail(client):
    petition = make_petition(questions=QUESTIONS)
    sign(client, petition, "Baker")
    earlier = Signature.objects.get().token("confirm")

    sign(client, petition, "Butcher")

    assert client.get(f"/signatures/confirm/{earlier}/").status_code == 409
    newer = client.get(f"/signatures/confirm/{Signature.objects.get().token('confirm')}/")
    assert "Butcher" in newer.content.decode()


def in_french(petition: Petition) -> Petition:
    """A translation of the questions, block by block, as wagtail-localize makes it."""
    words = json.loads(json.dumps(petition.questions.get_prep_value()))
    for block in words:
        for name in ("label", "help"):
            text = block["value"].get(name)
            block["value"][name] = f"[fr] {text}" if text else ""
        for choice in block["value"].get("choices", []):
            choice["value"] = f"[fr] {choice['value']}"
    return make_translation(petition, "fr", questions=json.dumps(words))


def test_a_translation_asks_in_its_language_and_the_answer_is_that_of_the_original(client):
    original = make_petition(questions=QUESTIONS)
    french = in_french(original)

    page = client.get(french.get_absolute_url()).content.decode()
    sign(client, french, "Boulangère", "Ash")
    signature = Signature.objects.get()
    confirm = client.get(f"/signatures/confirm/{signature.token('confirm')}/").content.decode()

    assert "[fr] What is your job?" in page
    assert '<option value="Ash">[fr] Ash</option>' in page
    assert signature.replies["other"][keys(original)[1]] == "Ash"
    assert "[fr] Which tree?" in confirm
    assert "[fr] Ash" in confirm


def test_what_is_not_translated_yet_is_not_asked():
    original = make_petition(questions=[TREE])
    french = in_french(original)

    added = [*original.questions.get_prep_value(), {"type": JOB[0], "value": JOB[1]}]
    Petition.objects.filter(pk=original.pk).update(questions=json.dumps(added))

    assert len(fresh(original).asked_questions) == 2
    assert [each.label for each in fresh(french).asked_questions] == ["[fr] Which tree?"]


def test_a_choice_of_which_nothing_is_translated_yet_keeps_nobody_from_signing(client):
    must = ("choice", {**TREE[1], "is_required": True})
    original = make_petition(questions=[must])
    french = in_french(original)
    others = json.loads(json.dumps(original.questions.get_prep_value()))
    for choice in others[0]["value"]["choices"]:
        choice["id"] = str(uuid4())  # as if an editor had replaced each of them
    Petition.objects.filter(pk=original.pk).update(questions=json.dumps(others))

    sign(client, fresh(french))

    assert Signature.objects.exists()


def fresh(petition: Petition) -> Petition:
    return Petition.objects.get(pk=petition.pk)


def test_what_one_signer_sends_changes_nothing_for_the_next(client, settings):
    """All signers share the fields of the form, for as long as a process caches the petition."""
    settings.CACHE_SECONDS = 60
    petition = make_petition(questions=QUESTIONS)

    first = sign(client, petition, "", "Ash")
    second = sign(client, petition, "Teacher", petition.asked_questions[1].choices[0][0])
    third = sign(client, petition, "Nurse", "Elm", email="eve@example.org")

    assert [each.status_code for each in (first, second, third)] == [422, 303, 422]
    assert "Please answer this question." in first.content.decode()
    assert "Please answer this question." not in third.content.decode()
    assert Signature.objects.get().email == "ada@example.org"
