"""Mailings in the CMS: one person writes, another approves, and no other team sees them."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from wagtail.models import Collection
from wagtail.rich_text import RichText
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from campaigns.mailings import audience
from campaigns.mailings.mailing import Mailing, State
from servers.processes import ROOT
from tests.campaigns.cms.browsing import said
from tests.campaigns.cms.conftest import make_user
from tests.factories import make_mailing, make_petition, make_signature

HEADING = "Mailings that wait for your approval"
pytestmark = pytest.mark.django_db

STORY = ["bold", "italic", "link", "document-link", "ol", "ul", "hr"]


def seen_in(client, address: str) -> str:
    """The hidden field of a form that identifies the version it shows."""
    [shown] = re.findall(r'name="seen" value="(.*?)"', client.get(address).content.decode())
    return shown


def typed(*petitions, **changes) -> dict[str, object]:
    data = nested_form_data(
        {
            "subject": "The minister has answered",
            "preheader": "",
            "body": streamfield([("text", rich_text("<p>Dear {name}!</p>", features=STORY))]),
            "fallback": "friend",
            "language": "en",
            "signed_since": "",
            "send_at": "",
            **changes,
        }
    )
    return data | {"tallies": [petition.tally.pk for petition in petitions]}


def page_of(mailing: Mailing) -> str:
    return reverse("mailing", args=[mailing.pk])


def press(client, mailing: Mailing, do: str, *, seen: str | None = None) -> str:
    """Press a button on the page in its current state; return what the page then says."""
    mailing.refresh_from_db()
    if seen is None:
        seen = mailing.submitted_at.isoformat() if mailing.submitted_at else mailing.stamp
    answer = client.post(page_of(mailing), {"do": do, "seen": seen})
    assert (answer.status_code, answer.url) == (302, page_of(mailing))
    return said(client)


def test_one_writes_it_and_another_approves_it(browse, people, mailoutbox):
    river = make_petition()
    make_signature(river, updates=True)
    writer, approver = people.manager, make_user("second", "Campaign managers")

    answer = browse(writer).post(reverse("mailings:add"), typed(river))
    mailing = Mailing.objects.get()
    shown = browse(writer).get(page_of(mailing)).content.decode()
    tested = press(browse(writer), mailing, "test")
    press(browse(writer), mailing, "submit")
    own = press(browse(writer), mailing, "approve")
    boxes = [HEADING in browse(user).get("/admin/").content.decode() for user in (writer, approver)]
    seen_by_writer = browse(writer).get(page_of(mailing)).content.decode()
    seen_by_approver = browse(approver).get(page_of(mailing)).content.decode()
    with pytest.MonkeyPatch.context() as patch:
        assert (
            f"among more than {audience.MOST_COUNTED:,} signatures"
            in (ROOT / "docs/managers.md").read_text()
        )
        patch.setattr(audience, "MOST_COUNTED", 0)
        seen_as_very_many = browse(approver).get(page_of(mailing)).content.decode()
    for user in (approver, people.administrator):
        User.objects.filter(pk=user.pk).update(is_active=False)
    seen_alone = browse(writer).get(page_of(mailing)).content.decode()
    User.objects.update(is_active=True)
    stale = press(browse(approver), mailing, "approve", seen="2020-01-01T00:00:00+00:00")
    nonsense = press(browse(approver), mailing, "approve", seen="yesterday")
    mailing.refresh_from_db()
    before = mailing.state
    press(browse(approver), mailing, "approve")
    mailing.refresh_from_db()

    assert answer["Location"] == page_of(mailing)
    assert "People whom it would reach now</dt><dd>1</dd>" in shown
    assert "Sent to manager@example.org." in tested
    assert mailoutbox[0].subject == "Test: The minister has answered"
    assert "Dear manager!" in mailoutbox[0].body
    assert boxes == [False, True]
    assert HEADING not in browse(approver).get("/admin/").content.decode()
    must_wait = "You have written this mailing, so somebody else must approve it."
    assert must_wait in own
    assert must_wait in seen_by_writer
    assert 'value="approve"' not in seen_by_writer
    nobody = "Nobody else with an email address may write to these signers"
    assert [nobody in seen for seen in (seen_by_writer, seen_alone)] == [False, True]
    assert "Approve: send it to 1 person" in seen_by_approver
    assert "Approve: send it to at most 1 people" in seen_as_very_many
    assert "reach now</dt><dd>at most 1: whoever signed several" in seen_as_very_many
    for refused in (stale, nonsense):
        assert "The mailing has changed in the meantime." in refused
    assert (before, mailing.state, mailing.approved_by) == (
        State.WAITING,
        State.APPROVED,
        approver,
    )
    history = browse(writer).get(
        reverse("wagtailsnippets_campaigns_petition:history", args=[river.pk])
    )
    assert "Mailing to signers approved" in history.content.decode()


def test_where_there_is_no_petition_the_form_says_so(client, db):
    client.force_login(make_user("manager", "Campaign managers"))
    before = client.get(reverse("mailings:add")).content.decode()
    make_petition()
    after = client.get(reverse("mailings:add")).content.decode()

    said = "There is no petition yet to whose signers you may write."
    assert (said in before, said in after) == (True, False)


def test_what_is_submitted_cannot_be_edited_and_what_is_typed_stays(browse, people):
    river = make_petition()
    mailing = make_mailing(river)
    edit = reverse("mailings:edit", args=[mailing.pk])
    manager = browse(people.manager)
    before = manager.get(edit).status_code
    press(manager, mailing, "submit")

    looked = manager.get(edit)
    late = manager.post(edit, typed(river, subject="Too late"))
    deleted = manager.post(reverse("mailings:delete", args=[mailing.pk]), follow=True)
    press(manager, mailing, "take_back")
    saved = manager.post(edit, typed(river, subject="In time", seen=seen_in(manager, edit)))
    mailing.refresh_from_db()

    assert (before, looked["Location"]) == (200, page_of(mailing))
    assert "nothing was saved" in late.content.decode()
    assert "Too late" in late.content.decode()
    assert deleted.redirect_chain == [(page_of(mailing), 302)]
    assert "so it was not deleted" in deleted.content.decode()
    assert (saved["Location"], mailing.subject) == (page_of(mailing), "In time")
    assert list(mailing.writers.all()) == [people.manager]


def test_what_a_colleague_saved_meanwhile_is_replaced_only_after_asking(browse, people):
    river = make_petition()
    mailing = make_mailing(river)
    edit = reverse("mailings:edit", args=[mailing.pk])
    ada, bob = browse(people.manager), browse(make_user("second", "Campaign managers"))
    seen = [seen_in(client, edit) for client in (ada, bob)]

    first = ada.post(edit, typed(river, subject="Ada’s", seen=seen[0]))
    late = bob.post(edit, typed(river, subject="Bob’s", seen=seen[1])).content.decode()
    mailing.refresh_from_db()
    kept = mailing.subject
    [shown] = re.findall(r'name="seen" value="(.*?)"', late)
    again = bob.post(edit, typed(river, subject="Bob’s", seen=shown))
    mailing.refresh_from_db()

    assert first["Location"] == again["Location"] == page_of(mailing)
    assert "The mailing was changed after you opened this form." in late
    assert "Bob’s" in late
    assert (kept, mailing.subject) == ("Ada’s", "Bob’s")


def test_only_what_somebody_has_read_is_submitted(browse, people):
    river, forest = make_petition(), make_petition(slug="forest")
    mailing = make_mailing(river)
    client, edit = browse(people.manager), reverse("mailings:edit", args=[mailing.pk])
    seen = seen_in(client, page_of(mailing))
    client.post(edit, typed(river, forest, seen=seen_in(client, edit)))

    late = press(client, mailing, "submit", seen=seen)
    mailing.refresh_from_db()
    before = mailing.state
    press(client, mailing, "submit", seen=seen_in(client, page_of(mailing)))
    mailing.refresh_from_db()

    assert "The mailing has changed in the meantime." in late
    assert (before, mailing.state) == (State.DRAFT, State.WAITING)


def test_what_is_missing_is_said_and_foreign_petitions_are_not_offered(browse, people):
    river = make_petition(collection=Collection.objects.get(name="River"))
    other = make_petition(slug="other", title="Spare the forest")
    client = browse(people.river_manager)

    form = client.get(reverse("mailings:add")).content.decode()
    empty = client.post(reverse("mailings:add"), typed(subject="", body=streamfield([])))
    foreign = client.post(reverse("mailings:add"), typed(river, other))
    named = client.post(reverse("mailings:add"), typed(river, subject="Dear {name}"))

    assert river.title in form
    assert other.title not in form
    assert empty.status_code == foreign.status_code == 200
    assert "The subject is the same for everybody." in named.content.decode()
    assert not Mailing.objects.exists()


def test_only_who_may_write_to_all_its_signers_sees_it(browse, people):
    river = make_petition(collection=Collection.objects.get(name="River"))
    forest = make_petition(slug="forest", collection=Collection.objects.get(name="Forest"))
    own, foreign, both = make_mailing(river), make_mailing(forest), make_mailing(river, forest)
    client = browse(people.river_manager)

    codes = [client.get(page_of(mailing)).status_code for mailing in (own, foreign, both)]
    frames = [
        client.get(reverse("mailing_frame", args=[mailing.pk])).status_code
        for mailing in (own, foreign, both)
    ]
    posts = [client.post(page_of(mailing), {"do": "submit"}) for mailing in (foreign, both)]
    listed = client.get(reverse("mailings:index")).content.decode()
    editor = browse(people.editor).get(reverse("mailings:index"))

    assert codes == frames == [200, 404, 404]
    assert [answer.status_code for answer in posts] == [404, 404]
    assert page_of(own) in listed
    assert page_of(both) not in listed
    assert editor.status_code == 302  # to the dashboard, which says that it is not allowed


def test_numbers_follow_the_sending_and_buttons_the_state(browse, people):
    mailing = make_mailing(make_petition())
    client = browse(people.manager)
    press(client, mailing, "submit")
    Mailing.objects.filter(pk=mailing.pk).update(
        state=State.SENDING,
        addressed=7,
        approved_at=mailing.made_at,
        began_at=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
    )

    running = client.get(page_of(mailing)).content.decode()
    press(client, mailing, "pause")
    paused = client.get(page_of(mailing)).content.decode()
    wrong = press(client, mailing, "submit")
    stop = reverse("stop_mailing", args=[mailing.pk])
    asked = client.get(stop).content.decode()
    client.post(stop)
    stopped = said(client)
    client.post(stop)
    twice = said(client)
    User.objects.update(email="")
    unreachable = client.get(page_of(mailing)).content.decode()

    assert "People addressed</dt><dd>7</dd>" in running
    assert "Sending began</dt><dd>4 May 2026, 09:30</dd>" in running
    assert "Sending ended</dt>" in client.get(page_of(mailing)).content.decode()
    assert "Still to be sent</dt><dd>0</dd>" in running
    assert "may get no mailings any more, or have a new email address</dt><dd>7</dd>" in running
    for outcome in ("Sent", "Refused by the mail server", "Came back", "Reported as spam"):
        assert f"{outcome}</dt><dd>0</dd>" in running
    assert "Perhaps sent" not in running
    assert (stop in running, stop in paused) == (False, True)
    assert "0 people have not got this mailing yet, and never will" in asked
    assert "The mailing has changed in the meantime." in wrong
    assert "The mailing has been stopped." in stopped
    assert "Only a paused mailing can be stopped for good." in twice
    # The button for a test email is grey then.
    reason = "Your account has no email address."
    assert (reason in running, reason in unreachable) == (False, True)


def test_the_preview_is_light_and_dark_whatever_the_screen_is(browse, people):
    body = [("text", RichText("<p>A light dark night.</p>"))]
    mailing = make_mailing(make_petition(), body=body)
    client, frame = browse(people.manager), reverse("mailing_frame", args=[mailing.pk])

    page = client.get(page_of(mailing)).content.decode()
    light = client.get(frame).content.decode()
    dark = client.get(frame, {"dark": "1"}).content.decode()

    assert page.count(f'src="{frame}"') == page.count(f'src="{frame}?dark=1"') == 2
    assert ("@media not all {" in light, "@media all {" in dark) == (True, True)
    for html, scheme in ((light, "light"), (dark, "dark")):
        assert f'<meta name="color-scheme" content="{scheme}">' in html
        assert "prefers-color-scheme" not in html
        assert "A light dark night." in html
