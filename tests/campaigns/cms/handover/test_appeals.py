"""The list of an appeal has no drafts: what moderators have seen stays as it is."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale

from campaigns.appeals import listing
from campaigns.models import Appeal
from tests.campaigns.appeals.test_appeals import GOOD, OTHER, upload
from tests.campaigns.cms.test_idempotent_acts import until_they_wait
from tests.factories import make_appeal

pytestmark = pytest.mark.django_db


def submit(appeal, people):
    appeal.get_workflow().start(appeal, people.editor)


def send_back(appeal, people):
    appeal.current_workflow_task_state.reject(user=people.moderator, comment="Shorter.")


def schedule(appeal, people):
    appeal.go_live_at = timezone.now() + timedelta(days=1)
    appeal.save_revision(user=people.moderator).publish(user=people.moderator)


def test_the_list_of_an_appeal_that_waits_is_changed_by_those_who_publish_it(people, browse):
    appeal = make_appeal(live=False)
    appeal.save_revision(user=people.editor)
    edit = reverse("wagtailsnippets_campaigns_appeal:edit", args=[appeal.pk])

    found = {}
    for act in (submit, send_back, schedule):
        act(Appeal.objects.get(pk=appeal.pk), people)
        for name in ("editor", "moderator"):
            client = browse(getattr(people, name))
            text = client.get(edit).content.decode()
            listing.replace(appeal, OTHER)
            upload(client, appeal, GOOD)
            found[act.__name__, name] = (
                appeal.representatives.count() > len(OTHER),
                "Upload a list" in text,
                "This appeal is public or scheduled, or waits for approval" in text,
            )

    theirs, refused = (True, True, False), (False, False, True)
    assert found == {
        ("submit", "editor"): refused,
        ("submit", "moderator"): theirs,
        ("send_back", "editor"): theirs,
        ("send_back", "moderator"): theirs,
        ("schedule", "editor"): refused,
        ("schedule", "moderator"): theirs,
    }


def add(client, data):
    try:
        return client.post(reverse("wagtailsnippets_campaigns_appeal:add"), data)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_appeals_that_take_one_address_at_once_the_second_keeps_its_form(people, browse):
    language = str(Locale.get_default().pk)
    typed = {"title": "Write", "slug": "write", "language": language, "subject": "A", "text": "B"}
    typed |= {"csrfmiddlewaretoken": "a" * 64, "action-publish": "1"}
    clients = [browse(people.administrator), browse(people.moderator)]

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE campaigns_appeal IN SHARE MODE")
            posts = [pool.submit(add, client, typed) for client in clients]
            until_they_wait(2)
        first, second = sorted((each.result() for each in posts), key=lambda it: -it.status_code)

    assert (first.status_code, second.status_code) == (302, 200)
    assert "Another appeal has this web address." in second.content.decode()
    assert 'value="Write"' in second.content.decode()
    assert Appeal.objects.get().live
