"""The worker sends the emails to staff, after the response to the user who pressed the button."""

import re

import pytest
from django.contrib.auth.models import User
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, WorkflowState
from wagtail.signals import (
    task_submitted,
    workflow_approved,
    workflow_rejected,
    workflow_submitted,
)
from wagtail.users.models import UserProfile

from campaigns import scheduling
from campaigns.cms.pages.approval import Approval
from campaigns.models import StaffNotice
from campaigns.workflow import notices
from tests.campaigns.cms.browsing import form_data, url
from tests.campaigns.cms.conftest import make_user
from tests.campaigns.cms.pages.test_approval import act, submit
from tests.database import taken_back
from tests.factories import days_ago, make_appeal, make_campaign, make_petition

pytestmark = pytest.mark.django_db
ADDRESS = r'href="http://testserver(/admin/[^"]+)"'


@pytest.fixture
def draft(people):
    people.administrator.delete()  # Wagtail notifies administrators of everything.
    return make_petition(title="A draft", live=False)


def fresh(subject):
    return type(subject).objects.get(pk=subject.pk)


def send_all() -> None:
    while notices.send_due() is not None:
        pass


def mails(smtp_server) -> list[tuple[str, str]]:
    return sorted((mail["to"], mail["subject"]) for mail in smtp_server.messages)


def test_no_mail_leaves_but_by_the_worker():
    for signal in (task_submitted, workflow_submitted, workflow_approved, workflow_rejected):
        modules = {receiver.__module__ for _, receiver, *_ in signal.receivers}

        assert modules == {"campaigns.workflow.notices"}, signal


def test_moderators_hear_of_what_waits_after_the_answer(draft, people, smtp_server):
    submit(draft, people.editor)
    before = mails(smtp_server)

    send_all()

    assert before == []
    assert mails(smtp_server) == [("moderator@example.org", "To be approved: “A draft”")]
    text = smtp_server.messages[0].get_body(("plain",)).get_content()
    assert "editor has submitted “A draft”." in text
    assert not StaffNotice.objects.exists()


def test_the_links_lead_to_the_preview_and_to_the_form(draft, people, browse, smtp_server):
    waiting = [draft, make_appeal(live=False), make_campaign(make_petition(), live=False)]
    for subject in waiting:
        submit(subject, people.editor)

    send_all()

    client, views = browse(people.moderator), []
    for mail in smtp_server.messages:
        plain, html = (
            re.findall(link, mail.get_body((kind,)).get_content())[:2]
            for kind, link in (("plain", r": http://testserver(/admin/\S+)"), ("html", ADDRESS))
        )
        opened = [client.get(path) for path in plain]
        assert [answer.status_code for answer in opened] == [200, 200], plain
        assert html == plain
        views.append([answer.resolver_match.url_name for answer in opened])
    assert views == [["workflow_preview", "edit"]] * len(waiting)


def test_who_may_not_approve_what_waits_hears_nothing_of_it(teams, people, publisher, smtp_server):
    people.administrator.delete()
    Approval.objects.get().groups.add(*publisher.groups.all())
    for title, collection in (("Of River", teams.river), ("Of Forest", teams.forest)):
        submit(make_petition(title=title, live=False, collection=collection), people.editor)

    send_all()

    assert mails(smtp_server) == [
        ("boris@example.org", "To be approved: “Of River”"),
        ("moderator@example.org", "To be approved: “Of Forest”"),
        ("moderator@example.org", "To be approved: “Of River”"),
    ]


def test_each_administrator_gets_one_email_about_what_waits(draft, people, smtp_server):
    make_user("admin", is_superuser=True)
    submit(draft, people.editor)

    send_all()

    readers = [to for to, _subject in mails(smtp_server)]
    assert readers == ["admin@example.org", "moderator@example.org"]


def test_who_is_asked_for_changes_reads_so_in_the_email_and_in_the_history(
    draft, people, browse, smtp_server
):
    submit(draft, people.editor)
    StaffNotice.objects.all().delete()
    act(browse(people.moderator), draft, "reject", comment="Shorter, <please>.")
    draft.current_workflow_state.resume(user=people.editor)  # before the worker sends

    send_all()

    changes, again = ("editor", "Changes requested"), ("moderator", "To be approved")
    assert mails(smtp_server) == [
        (f"{name}@example.org", f"{said}: “A draft”") for name, said in (changes, again)
    ]
    bodies = (smtp_server.messages[0].get_body((kind,)) for kind in ("plain", "html"))
    text, html = (body.get_content() for body in bodies)
    assert "moderator asks for changes to “A draft”:" in text
    assert ("“Shorter, <please>.”" in text, "“Shorter, &lt;please&gt;.”" in html) == (True, True)
    history = browse(people.editor).get(url("history", draft.pk)).content.decode()
    assert ("Changes requested" in history, "Rejected" in history) == (True, False)


def test_the_editor_hears_of_the_answer_once_unless_they_have_another_role_by_then(
    draft, people, browse, smtp_server
):
    submit(draft, people.editor)
    StaffNotice.objects.all().delete()
    for action, told, is_editor in (
        ("approve", "approved", True),
        ("reject", "Changes", True),
        ("reject", "", False),
    ):
        smtp_server.messages.clear()
        with taken_back():
            act(browse(people.moderator), fresh(draft), action, comment="Shorter, please.")
            if not is_editor:
                people.editor.groups.clear()

            send_all()

            found = mails(smtp_server)
            assert [to for to, _ in found] == ["editor@example.org"] * is_editor, action
            assert all(told in subject for _, subject in found), action
            assert not StaffNotice.objects.exists(), action


def test_what_no_longer_waits_is_not_announced(draft, people, smtp_server):
    submit(draft, people.editor)
    WorkflowState.objects.get().cancel(user=people.editor)

    send_all()

    assert mails(smtp_server) == []
    assert not StaffNotice.objects.exists()


def test_a_notice_waits_for_a_mail_server_that_is_away(draft, people, smtp_server, settings):
    submit(draft, people.editor)
    port, settings.EMAIL_PORT = settings.EMAIL_PORT, 9

    notices.send_due()
    attempts = StaffNotice.objects.order_by("due_at").values_list("attempts", flat=True)
    waiting = list(attempts)
    StaffNotice.objects.update(due_at="2020-01-01T00:00Z")
    settings.EMAIL_PORT = port
    send_all()

    assert waiting == [1]
    assert len(mails(smtp_server)) == 1


def test_a_notice_looks_like_our_mails_in_the_language_of_each_reader(draft, people, smtp_server):
    profile = UserProfile.get_for_user(people.moderator)
    profile.preferred_language = "fr"
    profile.save()
    submit(draft, people.editor)

    send_all()

    [mail] = smtp_server.messages
    html = mail.get_body(("html",)).get_content()
    assert '<html lang="fr" dir="ltr">' in html
    assert '<meta name="color-scheme" content="light dark">' in html
    assert "A draft" in html
    assert "A draft" in mail.get_body(("plain",)).get_content()
    assert "Hello" not in html


@pytest.fixture
def missed(draft, people):
    """A scheduled petition that is due, but cannot go live: it would close before it opens."""
    draft.go_live_at, draft.opens_at = days_ago(1), days_ago(-9)
    revision = draft.save_revision(user=people.editor)
    revision.content["closes_at"] = days_ago(-8).isoformat()
    revision.approved_go_live_at = days_ago(1)
    revision.save()
    log(draft, "wagtail.publish.schedule", revision=revision, user=people.moderator)
    scheduling.publish_due()
    draft.refresh_from_db()
    return draft


def test_who_wrote_and_who_scheduled_hear_that_a_petition_missed_its_time(
    missed, smtp_server, browse, people
):
    scheduling.publish_due()  # It is not tried again.

    send_all()

    subject = "The draft “A draft” was not published at its time"
    assert mails(smtp_server) == [
        ("editor@example.org", subject),
        ("moderator@example.org", subject),
    ]
    assert not missed.live
    assert ModelLogEntry.objects.filter(action="petition.unscheduled").count() == 1
    text = smtp_server.messages[0].get_body(("plain",)).get_content()
    [path] = re.findall(r"Open in the CMS: http://testserver(\S+)", text)
    assert "A draft" in browse(people.editor).get(path).content.decode()


def test_who_has_another_role_by_then_hears_of_no_missed_time(missed, smtp_server, people):
    people.editor.groups.clear()

    send_all()

    assert [to for to, _subject in mails(smtp_server)] == ["moderator@example.org"]


def test_administrators_hear_of_it_once_they_have_left(missed, smtp_server):
    for leave in (
        lambda: User.objects.update(is_active=False),
        lambda: User.groups.through.objects.all().delete(),
    ):
        smtp_server.messages.clear()
        with taken_back():
            leave()
            make_user("admin", is_superuser=True)

            send_all()

        assert mails(smtp_server) == [
            ("admin@example.org", "The draft “A draft” was not published at its time"),
        ]


def test_nobody_hears_of_a_missed_time_that_was_made_up_for(missed, smtp_server):
    missed.opens_at = missed.closes_at = missed.go_live_at = None
    missed.save_revision().publish()

    send_all()

    assert mails(smtp_server) == []


def test_what_missed_its_time_says_what_is_wrong_when_it_is_published(missed, browse, people):
    moderator, path = browse(people.moderator), url("edit", missed.pk)

    form = moderator.get(path).context_data["form"]
    shown = {name: f"{form[name].value():%Y-%m-%d %H:%M}" for name in ("opens_at", "closes_at")}
    data = form_data(**shown, **{"action-publish": "action-publish"})
    answer = moderator.post(path, data).content.decode()

    assert "The petition must open before it closes." in answer
    missed.refresh_from_db()
    assert not missed.live
