"""Which changes may be called small mistakes, and which may not."""

import pytest

from campaigns.models import Petition
from campaigns.petitions.signed_versions import changes, small_corrections
from campaigns.petitions.signed_versions.versions import Unexplained
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Stop the buildding.", "Stop the building."),
        ("We beleive you.", "We believe you."),
        ("Dear minister", "Dear Minister,"),
        ("Protect teh vallley, now.", "Protect teh valley, now."),
        ("Свободная река", "Свободная река."),
        ("Ten, not 10", "Ten, not 10."),
    ],
)
def test_a_misspelt_word_is_a_slip(before, after):
    assert small_corrections.is_small_mistake({"letter": before}, {"letter": after})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("We agree to it.", "We do not agree to it."),
        ("Act now.", "Act not."),
        ("You can do it.", "You can't do it."),
        ("It is legal.", "It is illegal."),
        ("Это законно.", "Это незаконно."),
        ("Build 10 dams.", "Build 100 dams."),
        ("Within 10% of it", "Within 1.0% of it"),
        ("At least 1000.0 of it", "At least 100.00 of it"),
        ("At -10 degrees", "At 10 degrees"),
        ("我们同意。", "我们不同意。"),
        ("Stop the dam.", "Build the dam."),
        ("One two three four.", "Onne twoo threee fourr."),
        ("", "Stop the dam."),
        ("A word", "— word"),
    ],
)
def test_another_meaning_is_none(before, after):
    assert not small_corrections.is_small_mistake({"letter": before}, {"letter": after})


def test_few_words_are_few_in_all_parts_together():
    before = {"title": "The rivver", "ask": "Stopp it", "letter": "Deaar Minister, the valley"}
    after = {"title": "The river", "ask": "Stop it", "letter": "Dear Minister, the valley"}

    assert small_corrections.is_small_mistake(before, after)
    assert not small_corrections.is_small_mistake(
        before, after | {"letter": "Dear Minisster, the valley"}
    )


def test_a_setting_is_never_a_slip():
    assert not small_corrections.is_small_mistake({"retention_days": 90}, {"retention_days": 91})


def publish(petition, *, is_small_mistake=True, reason="", **texts):
    draft = Petition.objects.get(pk=petition.pk)
    for name, text in texts.items():
        setattr(draft, name, text)
    draft.save_revision()
    changes.explain(draft, reason=reason, is_small_mistake=is_small_mistake)
    Petition.objects.get(pk=petition.pk).get_latest_revision().publish()


def test_a_slip_is_recorded_and_public_without_a_reason(client):
    petition = make_petition(close="Let the watter run.")
    signature = make_signature(petition)

    publish(petition, close="Let the water run.")

    newest = Petition.objects.get(pk=petition.pk).changes[0]
    assert (newest.is_small_mistake, newest.reason) == (True, "")
    page = client.get(petition.url_path()).content.decode()
    assert "A small mistake was corrected on <time" in page
    shown = client.get(petition.url_path("changes")).content.decode()
    assert "watter" in shown.split("<del>")[1].split("</del>")[0]
    own = client.get(f"/signatures/manage/{signature.token('manage')}/").content.decode()
    assert "A small mistake in the text was corrected after you signed, on" in own


def test_whoever_calls_another_meaning_a_slip_publishes_nothing():
    petition = make_petition()
    make_signature(petition)

    with pytest.raises(Unexplained):
        publish(petition, close="Let it be dammed.")

    assert Petition.objects.get(pk=petition.pk).changes == []


def test_small_steps_lead_no_further_than_one():
    petition = make_petition(close="Save the dear.")
    make_signature(petition)

    publish(petition, close="Save the deer.")
    publish(petition, close="Save the door.")
    with pytest.raises(Unexplained):
        publish(petition, close="Save the doom.")

    assert [row.is_small_mistake for row in Petition.objects.get(pk=petition.pk).changes] == [
        True,
        True,
    ]


def test_a_slip_of_an_earlier_version_does_not_serve_for_a_later_one():
    petition = make_petition(close="Let the watter run.")
    make_signature(petition)
    draft = Petition.objects.get(pk=petition.pk)
    draft.close = "Let the water run."
    waiting = draft.save_revision()
    changes.explain(draft, is_small_mistake=True)
    publish(
        petition,
        is_small_mistake=False,
        reason="Another aim.",
        close="Dam the whole of the valley.",
    )

    with pytest.raises(Unexplained):
        waiting.publish()
