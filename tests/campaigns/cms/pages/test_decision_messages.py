"""After a decision in a workflow, the message says what it has done."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.contrib.messages import get_messages
from django.utils import timezone

from campaigns.cms.pages.approval import WITH_PETITION
from tests.campaigns.cms.browsing import form_data as petition_data
from tests.campaigns.cms.browsing import url
from tests.campaigns.cms.pages.conftest import said
from tests.campaigns.cms.pages.test_approval import act, submit
from tests.campaigns.cms.pages.test_publishing import edit, form_data
from tests.database import taken_back
from tests.factories import make_article, make_campaign, make_petition

BOTH = "“A story” and its petition have been approved and published."
ALONE = "“A story” has been approved and published. Its petition is still a draft."
BACK = "“A story” goes back to its author, together with what you ask to be changed."


def test_the_form_of_a_campaign_says_what_happened(page, draft, people, browse):
    submit(page, people.editor)

    for action, text in ((WITH_PETITION, BOTH), ("approve", ALONE), ("reject", BACK)):
        pressed = {"action-workflow-action": "true", "workflow-action-name": action}
        with taken_back():
            client = browse(people.moderator)
            message = said(client.post(edit(page), form_data(draft, **pressed)))
        assert text in message
        assert ("View live" in message) == (action != "reject"), action


def test_the_start_page_says_what_happened(page, draft, people, browse):
    page.title = "A story"
    submit(page, people.editor)
    client = browse(people.moderator)

    message = said(act(client, page, WITH_PETITION))

    assert "and its petition have been approved and published." in message


def test_a_page_that_is_scheduled_is_not_called_published(people, browse):
    page = make_campaign(live=False)
    page.go_live_at = timezone.now() + timedelta(days=1)
    submit(page, people.editor)
    client = browse(people.moderator)

    message = said(act(client, page, "approve"))

    assert "has been approved, and will be published at the scheduled time." in message


def test_a_petition_that_does_not_wait_for_its_scheduled_article_is_called_public(people, browse):
    petition = make_petition(live=False)
    article = make_article(live=False, body=[("petition", {"petition": petition})])
    article.go_live_at = timezone.now() + timedelta(days=1)
    submit(article, people.editor)
    client = browse(people.moderator)

    message = said(act(client, article, WITH_PETITION))

    petition.refresh_from_db()
    assert petition.live
    assert "at the scheduled time. Its petition is public already." in message


def test_other_pages_and_petitions_say_it_too(people, browse):
    article = submit(make_article(live=False), people.editor)
    petition = submit(make_petition(title="Bees", live=False), people.editor)
    pressed = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    data = petition_data(title="Bees", **pressed)

    with taken_back():
        answers = [act(browse(people.moderator), each, "approve") for each in (article, petition)]
        first, second = ([str(m) for m in get_messages(each.wsgi_request)] for each in answers)
    in_its_own_form = said(browse(people.moderator).post(url("edit", petition.pk), data))

    assert [f"“{article.title}” has been approved and published." in each for each in first] == [
        True
    ]
    assert ["“Bees” has been approved and published." in each for each in second] == [True]
    assert "“Bees” has been approved and published." in in_its_own_form


def test_what_nobody_gets_back_is_not_said_to_go_back(people, browse):
    subjects = make_article(live=False), make_petition(title="Bees", live=False)
    client = browse(people.moderator)
    for subject in subjects:
        submit(subject, people.editor)
    User.objects.filter(pk=people.editor.pk).update(is_active=False)

    answers = [act(client, each, "reject", comment="Shorter.") for each in subjects]

    texts = [[str(each) for each in get_messages(answer.wsgi_request)][-1] for answer in answers]
    assert ["may not edit it any more: please ask somebody else." in each for each in texts] == [
        True,
        True,
    ]
    assert not [each for each in texts if "goes back to its author" in each]
