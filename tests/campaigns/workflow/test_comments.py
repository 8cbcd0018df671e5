"""Emails about comments on a page are sent by the worker, after the response to the author."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from wagtail.admin.views.pages import edit as wagtails
from wagtail.models import Comment, Page, PageLogEntry, PageSubscription

from campaigns.models import CampaignPage, Petition, StaffNotice
from campaigns.workflow import notices
from servers.smtp import Mailbox
from tests.campaigns.cms.pages.test_publishing import edit, form_data
from tests.campaigns.workflow.test_notices import send_all
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(people) -> CampaignPage:
    """A page whose comments the moderator follows."""
    page = make_campaign(make_petition(), live=False)
    page.save_revision()
    PageSubscription.objects.create(user=people.moderator, page=page, comment_notifications=True)
    return page


def comment(client: Client, page: Page, text: str, **fields: Any) -> int:
    """Save the page with a comment and its other fields; return the status of the response."""
    replies = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"} | fields.pop("replies", {})
    pressed = fields.pop("pressed", {})
    said = {"text": text, "contentpath": "title", "position": "", "id": ""} | fields
    numbers = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "1" if said["id"] else "0"}
    data = {f"comments-{name}": value for name, value in numbers.items()}
    data |= {f"comments-0-{name}": value for name, value in said.items()}
    data |= {f"comments-0-replies-{name}": value for name, value in replies.items()}
    return client.post(
        edit(page), form_data(page.petition, slug=page.slug, **data) | pressed
    ).status_code


def comment_apart(client: Client, page: Page, text: str) -> int:
    """Comment in another thread, which has a connection of its own."""
    try:
        return comment(client, page, text)
    finally:
        connection.close()


def text_of(smtp_server: Mailbox) -> str:
    [message] = smtp_server.messages
    assert message["to"] == "moderator@example.org"
    smtp_server.messages.clear()
    plain = message.get_body(("plain",))
    assert plain
    return str(plain.get_content())


def test_they_leave_but_by_the_worker():
    assert wagtails.send_notification is notices.create_comments_notice


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_mail_server_that_takes_its_time_holds_up_no_answer(page, people, browse, smtp_server):
    is_held = True
    take: Callable[..., Any] = smtp_server.handle_DATA

    async def hold(*args: Any) -> str:
        while is_held:
            await asyncio.sleep(0.02)
        return str(await take(*args))

    smtp_server.handle_DATA = hold  # type: ignore[method-assign]
    with ThreadPoolExecutor(1) as pool:
        post = pool.submit(comment_apart, browse(people.editor), page, "Is the date right?")
        try:
            status = post.result(timeout=20)
        finally:
            is_held = False
    before = list(smtp_server.messages)
    send_all()

    assert (status, before) == (302, [])
    assert "Is the date right?" in text_of(smtp_server)
    assert not StaffNotice.objects.exists()


def test_a_comment_is_mailed_and_recorded_though_publishing_asks_a_question(page, people, browse):
    Petition.objects.update(live=False)

    comment(browse(people.administrator), page, "Is it?", pressed={"action-publish": "1"})

    assert (Comment.objects.count(), CampaignPage.objects.get(pk=page.pk).live) == (1, False)
    assert StaffNotice.objects.count() == 1
    assert PageLogEntry.objects.filter(page=page, action="wagtail.comments.create").count() == 1


def test_what_was_deleted_or_answered_is_in_the_mail(page, people, browse, smtp_server):
    editor = browse(people.editor)
    comment(editor, page, "Is the date right?")
    said = str(Comment.objects.get().pk)
    reply = {"TOTAL_FORMS": "1", "0-text": "It is the eighth.", "0-id": ""}
    send_all()
    smtp_server.messages.clear()

    comment(editor, page, "Is the date right?", id=said, replies=reply)
    send_all()
    answered = text_of(smtp_server)
    comment(editor, page, "Is the date right?", id=said, DELETE="on")
    send_all()

    assert ("Is the date right?" in answered, "It is the eighth." in answered) == (True, True)
    assert not Comment.objects.exists()
    assert "Is the date right?" in text_of(smtp_server)


def test_a_reader_with_another_role_by_then_gets_none(page, people, browse, smtp_server):
    comment(browse(people.editor), page, "Is the date right?")
    people.moderator.groups.clear()

    send_all()

    assert smtp_server.messages == []
    assert not StaffNotice.objects.exists()


def test_who_has_written_gets_no_mail_of_it(page, people, browse, smtp_server):
    PageSubscription.objects.update(user=people.editor)

    comment(browse(people.editor), page, "A note to myself.")
    send_all()

    assert smtp_server.messages == []
    assert not StaffNotice.objects.exists()
