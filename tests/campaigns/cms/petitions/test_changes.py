"""Publishing other texts than people have signed needs a reason first, in every view."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail.test.utils.form_data import streamfield
from wagtail_localize.models import Translation
from wagtail_localize.operations import translate_object

from campaigns.models import ChangeReason, Petition, Version
from campaigns.petitions import publishing
from campaigns.petitions.signed_versions import changes
from campaigns.petitions.signed_versions.versions import digest_of
from tests.campaigns.cms.browsing import HOME, form_data, said, url
from tests.campaigns.cms.browsing import answer as reply
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.pages.test_approved_together import compared
from tests.campaigns.cms.translations.test_translating import type_words
from tests.factories import make_campaign, make_petition, make_signature

# The texts of make_petition as the editor's form sends them; only the opening differs.
WORDS = {
    "title": "Free the river",
    "ask": "Call on the minister to stop the dam.",
    "opening": "The river is the last one that runs wild.",
    "consent": "I agree that my signature is stored and handed over.",
}


@pytest.fixture
def petition(teams):
    make_signature(teams.ours, email="third@example.org", name="Third")
    return teams.ours


def send(client, petition, action, **fields):
    data = form_data(**WORDS | fields) | {action: "1"}
    return client.post(url("edit", petition.pk), data)


def newest(petition):
    return Petition.objects.get(pk=petition.pk).get_latest_revision_as_object()


def draft(petition, **fields):
    """Save what the form would save as a draft; return it."""
    version = newest(petition)
    for name, value in fields.items():
        setattr(version, name, value)
    version.save_revision()
    return version


def publish(petition, *, by, reason, **fields):
    changes.explain(draft(petition, **fields), reason=reason)
    publishing.publish(Petition.objects.get(pk=petition.pk), by=by)


def remembered(petition):
    """What the question remembers of what it shows, in hidden fields."""
    digest, seen = digest_of(newest(petition)), publishing.stamps([newest(petition)])
    return {"digest": digest, "seen": seen}


def answer(client, petition, then, reason="The river asked."):
    data = {"reason": reason, "then": then, **remembered(petition)}
    return client.post(url("explain", petition.pk), data)


def is_published(petition):
    return Petition.objects.get(pk=petition.pk).opening == WORDS["opening"]


def reasons():
    return [version.reason for version in Version.objects.order_by("pk")]


def test_publishing_changed_words_asks_first_and_keeps_what_was_typed(petition, people, browse):
    client = browse(people.moderator)

    response = send(client, petition, "action-publish")

    assert (response.status_code, response.url) == (302, url("explain", petition.pk))
    assert not is_published(petition)
    assert newest(petition).opening == WORDS["opening"]
    page = client.get(response.url).content.decode()
    assert "<strong>2 people</strong> have signed" in page
    assert "Publish the new version" in page
    assert "free." in page.split("<del>")[1].split("</del>")[0]
    assert "wild." in page.split("<ins>")[1].split("</ins>")[0]
    # Without a reason nothing is published; with one it is.
    for reason in ("", "   ", "x" * 1001):
        refused = answer(client, petition, "publish", reason=reason)
        assert refused.status_code == 422, reason
        assert (is_published(petition), ChangeReason.objects.count()) == (False, 0), reason
    answer(client, petition, "publish")
    assert is_published(petition)
    last = Version.objects.filter(tally=petition.tally).order_by("-pk").first()
    assert (last.reason, last.published_by) == ("The river asked.", people.moderator)
    # Whoever sends the answer again is led back.
    again = answer(client, petition, "publish")
    assert again.url == url("edit", petition.pk)
    assert "The new version is published already." in said(client)


def test_a_new_version_with_a_date_is_said_to_come_later_and_does(petition, people, browse):
    client = browse(people.moderator)
    # As the form of its page does; to be published later.
    draft(petition, opening=WORDS["opening"], go_live_at=timezone.now() + timedelta(days=9))

    question = client.get(url("explain", petition.pk)).content.decode()
    answer(client, petition, "publish")
    told = said(client)
    before = is_published(petition)
    revision = Petition.objects.get(pk=petition.pk).scheduled_revision
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled", verbosity=0)

    assert "Schedule the new version" in question
    assert "The new version of “Free the river” will be published at the scheduled time." in told
    assert (before, is_published(petition)) == (False, True)
    assert reasons()[-1] == "The river asked."


def test_publishing_an_earlier_version_again_asks_too(petition, people, browse):
    client = browse(people.moderator)
    first = petition.save_revision()
    publish(petition, by=people.moderator, reason="The river asked.", **WORDS)
    earlier = url("revisions_revert", petition.pk, first.pk)
    shown = client.get(earlier)
    assert "free." in shown.content.decode()

    response = client.post(
        earlier, form_data(**WORDS | {"opening": petition.opening, "action-publish": "1"})
    )

    assert (response.status_code, response.url) == (302, url("explain", petition.pk))
    assert is_published(petition)  # the newer texts are still public
    answer(client, petition, "publish", reason="A mistake of ours.")
    assert not is_published(petition)
    assert reasons()[-1] == "A mistake of ours."


def test_a_draft_that_changed_while_somebody_wrote_is_shown_again(petition, people, browse):
    client = browse(people.moderator)
    stale = digest_of(draft(petition, **WORDS))
    draft(petition, opening="Something else.")

    data = {"reason": "The river asked.", "digest": stale, "then": "publish"}
    response = client.post(url("explain", petition.pk), data)

    assert response.status_code == 409
    assert "Something else." not in Petition.objects.get(pk=petition.pk).opening
    assert "The river asked." in response.content.decode()


def test_goals_and_unsigned_words_are_published_without_a_question(people, browse):
    petition = make_petition(title="Free the river")
    client = browse(people.moderator)

    send(client, petition, "action-publish")
    assert is_published(petition)
    make_signature(Petition.objects.get(pk=petition.pk))
    send(client, petition, "action-publish", goal="77")

    assert Petition.objects.get(pk=petition.pk).goal == 77


def test_other_line_ends_are_no_change(people, browse):
    petition = make_petition(title="Free the river", consent="One.\nTwo.")
    make_signature(petition)
    words = {"opening": petition.opening, "consent": "One.\r\nTwo.", "close": petition.close}
    client = browse(people.moderator)

    response = client.post(
        url("edit", petition.pk),
        form_data(**WORDS | words | {"demands": demands()}) | {"action-publish": "1"},
    )

    assert response.url != url("explain", petition.pk)


def demands():
    return streamfield([("demand", "stop the dam"), ("demand", "protect the valley")])


def test_an_editor_is_asked_when_submitting_and_the_approval_publishes_with_it(
    petition, people, browse
):
    editor, moderator = browse(people.editor), browse(people.moderator)

    asked = send(editor, petition, "action-submit")
    assert asked.url == url("explain", petition.pk)
    assert "Publish the new version" not in editor.get(asked.url).content.decode()
    assert not Petition.objects.get(pk=petition.pk).workflow_in_progress
    answer(editor, petition, "submit")
    shown = moderator.get(url("edit", petition.pk)).content.decode()
    # The moderator compares it with what is public.
    assert "wild." in moderator.get(compared(shown)).content.decode()
    task = Petition.objects.get(pk=petition.pk).current_workflow_task_state
    moderator.post(url("workflow_action", petition.pk, "approve", task.pk), {"comment": ""})

    assert "The river asked." in shown
    assert is_published(petition)
    assert reasons()[-1] == "The river asked."


def test_nobody_approves_what_is_unexplained(petition, people, browse):
    draft(petition, opening=WORDS["opening"])
    row = Petition.objects.get(pk=petition.pk)
    row.get_workflow().start(row, people.editor)
    task = Petition.objects.get(pk=petition.pk).current_workflow_task_state
    client = browse(people.moderator)
    approve = url("workflow_action", petition.pk, "approve", task.pk)

    client.post(approve, {"comment": ""})
    assert not is_published(petition)
    shown = client.get(url("edit", petition.pk)).content.decode()
    answer(client, petition, "keep")
    client.post(approve, {"comment": ""})

    assert "The reason is still missing" in shown
    assert is_published(petition)


def test_a_page_does_not_publish_a_petition_whose_words_are_unexplained(petition, people, browse):
    page = make_campaign(petition, live=False)
    page.save_revision()
    Petition.objects.filter(pk=petition.pk).update(live=False)
    draft(petition, opening=WORDS["opening"])
    ask = reverse("publish_page_with_petition", args=[page.pk])
    client = browse(people.moderator)

    question = client.get(ask).content.decode()
    reply(client, ask, publish="both")

    assert "the reason for the change" in question
    assert not Petition.objects.get(pk=petition.pk).live
    changes.explain(newest(petition), reason="The river asked.")
    reply(client, ask, publish="both")
    assert is_published(petition)


def test_who_may_not_publish_does_not_publish_here(petition, people, browse):
    client = browse(people.editor)
    draft(petition, opening=WORDS["opening"])

    response = answer(client, petition, "publish")

    assert (response.status_code, response.url) == HOME
    assert not is_published(petition)


def test_the_question_is_for_those_who_may_edit_the_petition(petition, people, browse):
    asked = [
        browse(person).get(url("explain", petition.pk)).status_code
        for person in (people.visitor, people.manager)
    ]
    elsewhere = browse(people.river_manager).get(url("explain", make_petition().pk))

    assert asked == [302, 302]
    assert elsewhere.status_code == 404


def test_with_nothing_to_explain_it_leads_back(petition, people, browse):
    response = browse(people.moderator).get(url("explain", petition.pk))

    assert response.url == url("edit", petition.pk)


def test_a_translator_who_publishes_other_words_is_asked_too(
    teams, browse, django_capture_on_commit_callbacks
):
    russian = Locale.objects.create(language_code="ru")
    translate_object(teams.ours, [russian])
    translation = Translation.objects.get()
    administrator = make_user("root", is_superuser=True)
    client = browse(administrator)
    type_words(client, translation)
    copy = translation.get_target_instance()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("edit", copy.pk), {"action": "publish"})
    assert Petition.objects.get(pk=copy.pk).live
    segment = translation.source.stringsegment_set.get(context__path="opening")
    address = reverse("wagtail_localize:edit_string_translation", args=[translation.pk, segment.pk])
    client.put(address, "value=other", content_type="application/x-www-form-urlencoded")

    response = client.post(url("edit", copy.pk), {"action": "publish"})

    assert response.url == url("explain", copy.pk)
    assert Petition.objects.get(pk=copy.pk).opening != "other"
    answer(client, copy, "publish", reason="A better word.")
    assert Petition.objects.get(pk=copy.pk).opening == "other"
    assert [row.reason for row in Petition.objects.get(pk=copy.pk).changes] == ["A better word."]
