"""Wagtail's views of a petition: what they show to whom, and what they do not do."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, ModelLogEntry

from campaigns.models import Mailing, Petition, State
from campaigns.petitions import immediate_actions
from tests.campaigns.cms.browsing import form_data, url
from tests.factories import make_mailing, make_petition, make_signature, make_translation


def state(petition):
    return Petition.objects.get(pk=petition.pk).state


def test_a_manager_reads_the_history_and_is_led_to_no_draft(teams, people, browse):
    teams.ours.save_revision(user=people.editor, log_action=True)
    client = browse(people.manager)
    history = url("history", teams.ours.pk)

    overview = client.get(url("inspect", teams.ours.pk)).content.decode()
    page = client.get(history)

    assert history in overview
    assert page.status_code == 200
    assert "/revisions/" not in page.content.decode()
    assert url("edit", teams.ours.pk) not in page.content.decode()
    assert "/revisions/" in browse(people.editor).get(history).content.decode()


def test_a_form_that_was_open_at_the_closing_does_not_reopen_unseen(teams, people, browse):
    client = browse(people.moderator)
    row = Petition.objects.get(pk=teams.ours.pk)
    loaded = {
        "loaded_revision_id": row.latest_revision_id,
        "loaded_revision_created_at": row.latest_revision.created_at.isoformat(),
        "action-publish": "1",
    }
    immediate_actions.close(row, by=people.editor)

    response = client.post(url("edit", teams.ours.pk), form_data(**loaded))

    assert "closed while you were editing" in response.content.decode()
    assert state(teams.ours) == State.CLOSED


@pytest.mark.parametrize("view", ["delete", "unpublish"])
def test_a_signed_petition_stays_and_the_cms_says_what_to_do(view, teams, people, browse):
    client = browse(people.administrator)

    asked = client.get(url(view, teams.ours.pk))
    done = client.post(url(view, teams.ours.pk))

    assert (asked.status_code, done.status_code) == (200, 409)
    assert "close the petition" in asked.content.decode()
    assert state(teams.ours) == State.OPEN


def test_a_draft_with_signatures_stays_and_nobody_is_told_to_close_it(people, browse):
    draft = make_petition(live=False)
    make_signature(draft, channel="paper")

    asked = browse(people.administrator).get(url("delete", draft.pk)).content.decode()

    assert "People have signed this petition, so it cannot be deleted" in asked
    assert "close the petition" not in asked


@pytest.mark.parametrize(("view", "left"), [("delete", None), ("unpublish", State.DRAFT)])
def test_an_unsigned_petition_goes(view, left, people, browse):
    petition = make_petition(title="Nobody signed")
    client = browse(people.administrator)

    assert client.get(url(view, petition.pk)).status_code == 200
    assert client.post(url(view, petition.pk)).status_code == 302

    row = Petition.objects.filter(pk=petition.pk).first()
    assert (row and row.state) == left


def test_a_translation_that_was_never_public_goes_though_its_original_is_signed(
    teams, people, browse
):
    draft = make_translation(teams.ours, "fr", live=False)
    client = browse(people.administrator)

    asked = client.get(url("delete", draft.pk))
    client.post(url("delete", draft.pk))

    assert "People have signed" not in asked.content.decode()
    assert list(Petition.objects.filter(translation_key=teams.ours.translation_key)) == [teams.ours]


def test_an_original_with_translations_stays(people, browse):
    petition = make_petition()
    french = petition.copy_for_translation(Locale.objects.create(language_code="fr"))
    french.save()

    response = browse(people.administrator).post(url("delete", petition.pk))

    assert response.status_code == 409
    assert Petition.objects.filter(pk__in=[petition.pk, french.pk]).count() == 2
    assert not ModelLogEntry.objects.filter(action="wagtail.delete").exists()


def test_a_petition_stays_while_a_mailing_is_to_its_signers_alone(people, browse):
    petition = make_petition()
    make_mailing(petition, make_petition(slug="other"))
    mailing = make_mailing(petition)
    client, path = browse(people.administrator), url("delete", petition.pk)

    refused = [client.get(path), client.post(path)]
    with transaction.atomic():
        Mailing.objects.filter(pk=mailing.pk).update(began_at=timezone.now())
        sent = client.get(path).content.decode()
        transaction.set_rollback(True)
    mailing.delete()
    done = client.post(path)

    assert [answer.status_code for answer in refused] == [200, 409]
    for answer in refused:
        assert "Please delete the mailing first" in answer.content.decode()
    assert "A mailing has gone out to the signers of this petition alone" in sent
    assert "Please delete the mailing first" not in sent
    assert done.status_code == 302
    assert not Petition.objects.filter(pk=petition.pk).exists()


def test_deleting_is_not_offered_to_those_who_may_not(teams, people, browse):
    client = browse(people.moderator)

    assert client.get(url("delete", teams.ours.pk)).status_code == 302
    assert url("delete", teams.ours.pk) not in client.get(url("list")).content.decode()


def test_unpublishing_is_offered_only_while_nobody_has_signed(people, browse):
    petition = make_petition()
    client = browse(people.moderator)

    make_signature(petition)

    # Before, it is: test_the_form_of_a_petition_has_four_tabs_and_all_that_is_printed_or_copied.
    form = client.get(url("edit", petition.pk)).content.decode()
    assert [url(verb, petition.pk) in form for verb in ("close", "unpublish")] == [True, False]


def test_a_petition_is_read_with_its_collection(teams, people, browse):
    client = browse(people.river_manager)

    with CaptureQueriesContext(connection) as asked:
        assert client.get(url("pause", teams.ours.pk)).status_code == 200

    by_key = 'FROM "wagtailcore_collection" WHERE "wagtailcore_collection"."id" ='
    assert [each["sql"] for each in asked if by_key in each["sql"]] == []
