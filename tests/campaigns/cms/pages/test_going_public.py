"""A page and its own petition are submitted, approved, published, scheduled and locked together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import streamfield

from campaigns.cms.pages.approval import WITH_PETITION
from campaigns.cms.petitions.changes import explain_url
from campaigns.models import Petition, State
from tests.campaigns.cms.browsing import answer, said, url
from tests.campaigns.cms.pages.conftest import listed_state
from tests.campaigns.cms.pages.test_approval import act, submit
from tests.campaigns.cms.pages.test_composing import composed, fresh, newest
from tests.campaigns.cms.pages.test_publishing import edit
from tests.campaigns.cms.test_idempotent_acts import post, until_they_wait
from tests.database import taken_back
from tests.factories import make_campaign, make_petition, make_signature

PUBLISH, SUBMIT = {"action-publish": "1"}, {"action-submit": "1"}
TYPED = {"opening": "Typed on the page."}


@pytest.fixture
def signed(db):
    """A public page with a petition that somebody has signed."""
    petition = make_petition(title="A story")
    make_signature(petition)
    return make_campaign(petition, title="A story")


def approve(name="approve"):
    return {"action-workflow-action": "true", "workflow-action-name": name}


def test_one_button_publishes_both(page, draft, people, browse):
    answer = browse(people.moderator).post(edit(page), composed(draft, letter=TYPED) | PUBLISH)

    assert answer.status_code == 302
    assert (fresh(page).live, fresh(draft).state) == (True, State.OPEN)
    assert fresh(draft).opening == "Typed on the page."


def test_a_new_page_is_published_with_its_petition(page, people, browse):
    add = reverse(
        "wagtailadmin_pages:add", args=["campaigns", "campaignpage", page.get_parent().pk]
    )

    browse(people.moderator).post(add, composed(None, title="Bees", slug="bees") | PUBLISH)

    made = type(page).objects.get(slug="bees")
    assert (made.live, made.petition.state) == (True, State.OPEN)


def test_whoever_may_not_publish_the_petition_is_asked_about_the_page_alone(
    page, draft, people, page_publishers, browse
):
    people.editor.groups.add(page_publishers)

    answer = browse(people.editor).post(edit(page), composed(draft, letter=TYPED) | PUBLISH)

    assert "publish-with-petition" in answer.url
    assert (fresh(page).live, fresh(draft).live) == (False, False)


def test_publishing_what_people_have_signed_asks_why_and_goes_on_with_both(signed, people, browse):
    client = browse(people.moderator)
    data = composed(signed.petition, letter=TYPED, title="A story", listing_summary="New.")

    asked = client.post(edit(signed), data | PUBLISH)
    before = (fresh(signed).listing_summary, fresh(signed.petition).opening)
    with taken_back():
        # The question that names another page is about the petition alone.
        other = make_campaign(make_petition(title="Another"), live=False)
        stranger = explain_url(signed.petition, other)
        answer(client, stranger, reason="A mistake.", then="publish")
        assert fresh(signed.petition).opening == "Typed on the page."
        assert (fresh(other).live, fresh(signed).listing_summary) == (False, before[0])
    answer(client, asked.url, reason="A mistake.", then="publish")

    assert asked.url == explain_url(signed.petition, signed)
    assert before == (signed.listing_summary, signed.petition.opening)
    assert fresh(signed).listing_summary == "New."
    assert fresh(signed.petition).opening == "Typed on the page."


def test_what_a_colleague_saves_while_the_reason_is_written_is_shown_first(signed, people, browse):
    client = browse(people.moderator)
    data = composed(signed.petition, letter=TYPED, title="A story")
    path = client.post(edit(signed), data | PUBLISH).url
    for subject, field in ((signed, "listing_summary"), (signed.petition, "thanks_text")):
        form = client.get(path).context["form"]
        shown = {name: form[name].value() for name in ("digest", "seen")}
        half = newest(subject)
        setattr(half, field, "Half a sentence, which")
        half.save_revision(user=people.editor)

        again = client.post(path, shown | {"reason": "A mistake.", "then": "publish"})

        assert again.status_code == 409
        for words in ("A mistake.</textarea>", "“A story” was changed in the meantime"):
            assert words in again.content.decode(), (field, words)
        assert getattr(fresh(subject), field) != "Half a sentence, which"
        # The reason is about the signed parts, which are as they were.
        client.post(path, shown | {"reason": "A mistake.", "then": "keep"})
        assert "reason has been saved" in said(client)
    answer(client, path, reason="A mistake.", then="publish")
    assert fresh(signed.petition).opening == "Typed on the page."


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_whoever_publishes_both_waits_for_the_page_before_the_petition_is_locked(people, browse):
    petition = make_petition(title="A story")
    make_signature(petition)
    signed = make_campaign(petition, title="A story")
    client = browse(people.moderator)
    data = composed(petition, letter=TYPED, title="A story")
    asked = client.post(edit(signed), data | PUBLISH).url
    form = client.get(asked).context["form"]
    sent = {name: form[name].value() for name in ("digest", "seen")}
    sent |= {"reason": "A mistake.", "then": "publish"}

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # a colleague’s request about the page, which locks both
            Page.objects.select_for_update().get(pk=signed.pk)
            publishing = pool.submit(post, client, asked, sent)
            until_they_wait(1)
            list(Petition.objects.select_for_update(nowait=True))
        publishing.result()

    assert fresh(petition).opening == "Typed on the page."


def test_submitting_what_people_have_signed_asks_why_first(signed, people, browse):
    client = browse(people.editor)
    data = composed(signed.petition, letter=TYPED, title="A story")

    asked = client.post(edit(signed), data | SUBMIT)
    early = fresh(signed).workflow_in_progress
    answer(client, asked.url, reason="A mistake.", then="submit")

    assert asked.url == explain_url(signed.petition, signed)
    assert not early
    assert fresh(signed).workflow_in_progress
    assert fresh(signed.petition).workflow_in_progress


def test_changes_of_a_public_petition_are_submitted_and_approved_with_the_page(people, browse):
    petition = make_petition(title="A story")
    page = make_campaign(petition, title="A story")
    browse(people.editor).post(edit(page), composed(petition, letter=TYPED) | SUBMIT)

    act(browse(people.moderator), page, WITH_PETITION)

    assert fresh(petition).opening == "Typed on the page."
    assert not fresh(petition).has_unpublished_changes


def test_what_a_moderator_types_while_approving_is_published(people, browse):
    petition = make_petition(title="A story")
    page = submit(make_campaign(petition, title="A story", live=False), people.editor)
    data = composed(petition, letter=TYPED)

    answer = browse(people.moderator).post(edit(page), data | approve())

    assert answer.status_code == 302
    assert (fresh(page).live, fresh(petition).opening) == (True, "Typed on the page.")


def test_what_is_saved_before_approving_is_approved_in_the_form_only(draft, people, browse):
    page = submit(make_campaign(draft, title="A story", live=False), people.editor)
    client = browse(people.moderator)
    client.post(edit(page), composed(draft, letter=TYPED))

    act(client, page, WITH_PETITION)
    unseen = fresh(draft).live
    typed = composed(draft, letter={"opening": "Typed while approving."})
    client.post(edit(page), typed | approve(WITH_PETITION))

    assert not unseen
    assert fresh(draft).opening == "Typed while approving."
    assert (fresh(page).live, fresh(draft).live) == (True, True)


def test_a_schedule_alone_changes_nothing_of_what_was_submitted(page, draft, people, browse):
    letter = {"demands": streamfield([])}  # those of a browser keep their numbers
    browse(people.editor).post(edit(page), composed(draft, letter=letter) | SUBMIT)
    client = browse(people.moderator)
    moment = timezone.now() + timedelta(days=1)
    times = {"go_live_at": moment.strftime("%Y-%m-%d %H:%M")}

    def note():
        client.post(edit(page), composed(draft, letter=letter, **times))
        shown = client.get(edit(page))
        assert "Approve the page and publish its petition" in shown.content.decode()
        about = str(list(get_messages(shown.wsgi_request))[-1]).split("Its petition")[1]
        return about.partition("”")[2].partition("<a")[0].strip()

    scheduled = note()
    letter |= TYPED
    typed = note()
    client.post(edit(page), composed(draft, letter=letter, **times) | approve(WITH_PETITION))

    assert scheduled == "waits with it."
    assert typed == (
        "was changed after it was submitted. Approving both in this form publishes what the form "
        "shows."
    )
    assert fresh(draft).scheduled_revision.as_object().opening == "Typed on the page."


def test_approving_is_never_missing_without_a_reason(people, browse):
    unwritten = make_petition(title="A story", live=False, salutation="", opening="")
    page = submit(make_campaign(unwritten, title="A story", live=False), people.editor)
    client = browse(people.moderator)

    with_petition = client.get(edit(page)).content.decode()
    alone = client.get(url("edit", unwritten.pk)).content.decode()

    for shown in (with_petition, alone):
        assert "cannot be published yet. Still to be filled in: salutation, opening." in shown


def test_both_wait_for_one_time_and_are_taken_off_it_or_go_live(page, draft, people, browse):
    client = browse(people.moderator)
    moment = timezone.now() + timedelta(days=1)
    data = composed(draft, letter=TYPED, go_live_at=moment.strftime("%Y-%m-%d %H:%M"))

    client.post(edit(page), data | PUBLISH)
    revision = fresh(page).scheduled_revision
    waiting = fresh(draft).scheduled_revision
    path = reverse("wagtailadmin_pages:revisions_unschedule", args=[page.pk, revision.pk])

    assert revision.approved_go_live_at == waiting.approved_go_live_at
    assert listed_state(client, page) == "scheduled"
    with taken_back():
        client.post(path)
        assert (fresh(page).live, fresh(draft).live) == (False, False)
        assert (fresh(page).scheduled_revision, fresh(draft).scheduled_revision) == (None, None)
    assert (fresh(page).live, fresh(draft).live) == (False, False)
    past = timezone.now() - timedelta(minutes=1)
    for subject in (page, draft):
        revision = fresh(subject).scheduled_revision
        revision.content["go_live_at"] = past.isoformat()
        revision.approved_go_live_at = past
        revision.save()
    call_command("publish_scheduled")
    assert (fresh(page).live, fresh(draft).state) == (True, State.OPEN)


def test_both_are_locked_and_unlocked_but_one_that_was_locked_alone(page, draft, people, browse):
    client = browse(people.moderator)

    client.post(reverse("wagtailadmin_pages:lock", args=[page.pk]))
    locked = fresh(draft).locked_by
    client.post(reverse("wagtailadmin_pages:unlock", args=[page.pk]))

    assert (locked, fresh(draft).locked, fresh(page).locked) == (people.moderator, False, False)
    fresh(draft).__class__.objects.filter(pk=draft.pk).update(
        locked=True, locked_by=people.administrator, locked_at=timezone.now()
    )
    for verb in ("lock", "unlock"):
        client.post(reverse(f"wagtailadmin_pages:{verb}", args=[page.pk]))
    shown = client.get(edit(page)).content.decode()
    assert (fresh(draft).locked, fresh(page).locked) == (True, False)
    assert "own_petition-opening" not in shown
    assert newest(draft).opening in shown
