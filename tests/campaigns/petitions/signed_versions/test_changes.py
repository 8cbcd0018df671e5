"""Changes of texts that people have signed: recorded with a reason, and shown on the page."""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import ModelLogEntry

from campaigns.models import ChangeReason, Petition, Version
from campaigns.petitions.signed_versions import changes
from campaigns.petitions.signed_versions.versions import Unexplained
from campaigns.signatures import tokens
from campaigns.signing import signing
from tests.factories import days_ago, make_campaign, make_petition, make_signature, make_translation

pytestmark = pytest.mark.django_db


def fresh(petition):
    return Petition.objects.get(pk=petition.pk)


def draft(petition, **words):
    """A newer draft of the petition with other texts."""
    version = fresh(petition)
    for name, text in words.items():
        setattr(version, name, text)
    version.save_revision()
    return version


def publish(petition, reason="", **words):
    version = draft(petition, **words)
    if reason:
        changes.explain(version, reason=reason)
    fresh(petition).get_latest_revision().publish()


def said(petition):
    rows = Version.objects.order_by("pk")
    return [(row.parts["letter"].splitlines()[-1], row.reason) for row in rows]


def test_a_change_after_signing_keeps_its_reason_with_the_new_words():
    petition = make_petition()
    make_signature(petition)

    publish(petition, close="Let it flow.", reason="The river asked.")

    assert said(petition) == [("Let it run.", ""), ("Let it flow.", "The river asked.")]
    assert not ChangeReason.objects.exists()


@pytest.mark.parametrize("words", [{"close": "Let it flow."}, {"consent": "I agree to more."}])
def test_without_a_reason_nothing_is_published(words):
    petition = make_petition()
    make_signature(petition)

    with pytest.raises(Unexplained):
        publish(petition, **words)

    assert said(petition) == [("Let it run.", "")]


def test_nor_is_it_saved_as_live():
    petition = make_petition()
    make_signature(petition)
    petition.close = "Let it flow."

    with pytest.raises(Unexplained):
        petition.save()

    assert said(petition) == [("Let it run.", "")]
    assert fresh(petition).close == "Let it run."


def test_what_is_scheduled_and_was_signed_meanwhile_stays_a_draft_without_a_reason():
    petition = make_petition()
    draft(petition, close="Let it flow.")
    make_signature(petition)
    revision = fresh(petition).get_latest_revision()
    revision.approved_go_live_at = days_ago(1)
    revision.save()

    call_command("publish_scheduled")

    assert said(petition) == [("Let it run.", "")]
    assert ModelLogEntry.objects.filter(action="petition.unscheduled").count() == 1
    assert fresh(petition).get_latest_revision().approved_go_live_at is None


def test_a_change_that_nobody_had_signed_needs_no_reason(client):
    petition = make_petition()

    assert changes.ahead(draft(petition, close="Let it flow.")) is None
    publish(petition, close="Let it flow.")

    make_signature(fresh(petition))
    assert client.get(petition.url_path("changes")).status_code == 404
    assert "letter-changed" not in client.get(petition.url_path()).content.decode()


def test_going_back_is_a_change_too():
    petition = make_petition()
    make_signature(petition)

    publish(petition, close="Let it flow.", reason="Better.")
    publish(petition, close="Let it run.", reason="Worse, after all.")

    assert said(petition)[1:] == [
        ("Let it flow.", "Better."),
        ("Let it run.", "Worse, after all."),
    ]


def test_a_reason_is_about_the_words_it_was_given_for():
    petition = make_petition()
    make_signature(petition)
    version = draft(petition, close="Let it flow.")
    changes.explain(version, reason="The river asked.")
    assert not version.is_unexplained

    version = draft(petition, close="Build the dam.")

    assert version.is_unexplained


def test_a_goal_changes_without_a_reason():
    petition = make_petition()
    make_signature(petition)

    assert changes.ahead(draft(petition, goal=5000)) is None


def test_what_is_scheduled_is_a_change_when_it_goes_live():
    petition = make_petition()
    make_signature(petition)
    version = draft(petition, close="Let it flow.", go_live_at=timezone.now() + timedelta(days=1))
    changes.explain(version, reason="The river asked.")

    fresh(petition).get_latest_revision().publish()
    assert fresh(petition).changes == []
    revision = fresh(petition).get_latest_revision()
    revision.content["go_live_at"] = None
    revision.approved_go_live_at = days_ago(1)
    revision.save()
    call_command("publish_scheduled")

    assert [row.reason for row in fresh(petition).changes] == ["The river asked."]


def test_each_language_has_changes_of_its_own(client):
    petition = make_petition()
    french = make_translation(petition, "fr")
    make_signature(petition)

    publish(french, close="Qu'elle coule.", reason="Une faute.")

    assert [row.reason for row in fresh(french).changes] == ["Une faute."]
    assert fresh(petition).changes == []
    assert client.get(petition.url_path("changes")).status_code == 404


def test_the_day_stands_where_each_language_has_it(client):
    petition = make_petition()
    german = make_translation(petition, "de")
    make_signature(petition)
    publish(german, close="Lasst ihn fließen.", reason="Der Fluss bat darum.")

    page = client.get(german.url_path()).content.decode()

    assert re.search(
        r"Die Petition wurde am <time [^>]+>[^<]+</time> geändert: Der Fluss bat", page
    )


def test_the_public_page_says_when_and_why_and_leads_to_the_earlier_words(client):
    petition = make_petition()
    make_signature(petition)
    campaign = make_campaign(petition)
    publish(petition, close="Let it flow.", reason="The river <asked>.")
    day = timezone.localdate().strftime("%-d %B %Y")

    pages = [client.get(url).content.decode() for url in (petition.url_path(), campaign.url)]
    response = client.get(petition.url_path("changes"))

    for page in pages:
        assert "The petition was changed on" in page
        assert day in page
        assert "The river &lt;asked&gt;." in page
        assert f'href="{petition.url_path("changes")}"' in page
    shown = response.content.decode()
    assert "Let it </bdi>" not in shown
    assert "run." in shown.split("<del>")[1].split("</del>")[0]
    assert "flow." in shown.split("<ins>")[1].split("</ins>")[0]
    assert response["Cache-Control"] == client.get(petition.url_path())["Cache-Control"]
    assert response["Cache-Control"].startswith("public")


def test_who_signed_from_a_page_kept_from_before_has_signed_the_earlier_words():
    petition = make_petition()
    make_signature(petition)
    earlier = petition.version
    publish(petition, close="Let it flow.", reason="The river asked.")

    signing.sign(fresh(petition), name="Grace", email="grace@example.org", version=earlier.pk)

    signature = petition.tally.signatures.get(name="Grace")
    assert signature.version == earlier
    assert earlier.signed == 1  # Grace has not confirmed


def test_a_signer_is_told_of_changes_after_their_signing_and_of_no_others(client):
    petition = make_petition()
    ada = make_signature(petition)
    publish(petition, close="Let it flow.", reason="The river asked.")
    grace = make_signature(fresh(petition), email="grace@example.org")

    pages = [
        client.get(f"/signatures/manage/{tokens.make('manage', row.pk)}/").content.decode()
        for row in (ada, grace)
    ]

    reason = "The reason for the change: “The river asked.”"
    told = [
        "The petition was changed after you signed" in page and reason in page for page in pages
    ]
    assert told == [True, False]


def test_the_page_takes_no_query_more_when_words_were_changed(client):
    petition = make_petition()
    make_signature(petition)
    client.get(petition.url_path())
    with CaptureQueriesContext(connection) as before:
        client.get(petition.url_path())
    for n in range(3):
        publish(petition, close=f"Let it flow {n}.", reason="The river asked.")

    with CaptureQueriesContext(connection) as after:
        client.get(petition.url_path())

    assert len(after) == len(before)


@pytest.mark.parametrize(
    ("before", "after", "parts"),
    [
        ("One.\n\nTwo.", "One.\n\nTwo.", [("same", "One.\n\nTwo.")]),
        (
            "One.\n\nTwo three.",
            "One.\n\nTwo four.",
            [("same", "One.\n\n"), ("same", "Two "), ("out", "three."), ("in", "four.")],
        ),
        ("One.", "One.\nTwo.", [("same", "One."), ("in", "\nTwo.")]),
        ("", "New.", [("in", "New.")]),
        ("Old.", "", [("out", "Old.")]),
    ],
)
def test_differences_are_told_word_by_word(before, after, parts):
    assert changes.differences(before, after) == parts


@pytest.mark.parametrize("kinds", [("same", "out"), ("same", "in")])
def test_what_is_the_same_and_one_side_make_the_whole_text(kinds):
    texts = {"out": "Dear A,\n\nstop the dam.\n\nYours", "in": "Dear B,\n\nThe river\n\nYours, now"}

    parts = changes.differences(texts["out"], texts["in"])

    assert "".join(text for kind, text in parts if kind in kinds) == texts[kinds[1]]
