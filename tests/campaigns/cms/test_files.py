"""Files have no drafts: only staff who may publish can change files that the public sees."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents.models import Document
from wagtail.models import PageViewRestriction
from wagtail.permissions import policy_registry
from wagtail.rich_text import RichText

from campaigns.cms.files import may_publish_uses
from campaigns.mailings.mailing import Mailing, State
from campaigns.models import CustomImage
from campaigns.petitions import immediate_actions
from campaigns.workflow import requests
from tests.factories import make_article, make_campaign, make_image, make_mailing, make_petition

pytestmark = pytest.mark.django_db


def edit_url(file, do="edit"):
    app = "wagtailimages" if isinstance(file, CustomImage) else "wagtaildocs"
    return reverse(f"{app}:{do}", args=[file.pk])


def may_change(user, file, do="change"):
    """What Wagtail's views of a file ask; the first test asks the views."""
    user = User.objects.get(pk=user.pk)
    return policy_registry.get(file).user_has_permission_for_instance(user, do, file)


def may_change_all(user, files):
    """For each file, asked of one user who has read their permissions once, as a request does."""
    user = User.objects.get(pk=user.pk)
    return [
        policy_registry.get(file).user_has_permission_for_instance(user, "change", file)
        for file in files
    ]


@pytest.fixture
def document(people):
    file = ContentFile(b"%PDF-1.7", name="report.pdf")
    return Document.objects.create(title="Report", file=file, uploaded_by_user=people.editor)


def linking_to(document):
    return RichText(f'<p><a linktype="document" id="{document.pk}">Report</a></p>')


def show(document, *, live):
    block = ("document", {"document": document, "text": "", "title": ""})
    return make_article(body=[block], live=live)


def test_what_the_public_sees_is_changed_by_those_who_publish_it(
    document, teams, people, browse, django_capture_on_commit_callbacks
):
    image = make_image(uploaded_by_user=people.editor)
    before = [browse(people.editor).get(edit_url(file)).status_code for file in (image, document)]
    with django_capture_on_commit_callbacks(execute=True):  # Wagtail's index of references
        make_campaign(teams.ours, listing_image=image)
        show(document, live=True)

    answers = {
        name: [browse(user).get(edit_url(file)).status_code for file in (image, document)]
        for name, user in (("editor", people.editor), ("moderator", people.moderator))
    }

    assert before == [200, 200]
    assert answers == {"editor": [302, 302], "moderator": [200, 200]}


def test_a_file_in_a_draft_is_still_its_editors(
    document, people, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        show(document, live=False)

    assert may_change(people.editor, document)


def test_a_file_in_a_version_that_was_approved_for_later_is_no_longer_its_editors(document, people):
    image = make_image(uploaded_by_user=people.editor)

    for live in (False, True):
        page = make_article(live=live)
        page.body = [
            ("image", {"image": image, "caption": "", "size": "text", "credit": ""}),
            ("text", linking_to(document)),
        ]
        page.go_live_at = timezone.now() + timedelta(days=1)
        before = may_change(people.editor, image)
        page.save_revision().publish()

        answers = {
            name: may_change_all(user, (image, document))
            for name, user in (("editor", people.editor), ("moderator", people.moderator))
        }

        assert (before, page.scheduled_revision is not None) == (True, True), live
        assert answers == {"editor": [False, False], "moderator": [True, True]}, live
        page.delete()


@pytest.fixture
def picture_and_document(document, people):
    return make_image(uploaded_by_user=people.editor), document


def shown_by_page(image, document, *, live):
    page = make_article(live=live)
    page.body = [
        ("image", {"image": image, "caption": "", "size": "text", "credit": ""}),
        ("text", linking_to(document)),
    ]
    return page


def shown_by_petition(image, document, *, live):
    petition = make_petition(live=live)
    petition.share_image = image
    petition.thanks_blocks = [("text", linking_to(document))]
    return petition


def test_a_file_that_waits_for_approval_is_no_longer_its_editors(picture_and_document, people):
    for make in (shown_by_page, shown_by_petition):
        for live in (False, True):
            draft, found = make(*picture_and_document, live=live), []

            def ask(draft=draft, found=found):
                assert all(may_change_all(people.moderator, picture_and_document))
                found.append(may_change_all(people.editor, picture_and_document))

            draft.save_revision(user=people.editor)
            ask()
            draft.get_workflow().start(draft, people.editor)
            ask()
            # A moderator who changes what waits can approve what the form shows.
            draft.save_revision(user=people.moderator)
            ask()
            draft.current_workflow_task_state.reject(user=people.moderator, comment="Shorter.")
            ask()

            assert found == [[True] * 2, [False] * 2, [False] * 2, [True] * 2], (make, live)
            draft.delete()


def test_a_picture_that_waits_with_a_request_is_no_longer_its_editors(teams, people):
    image, other = (make_image(uploaded_by_user=people.editor) for _ in range(2))
    for verb in ("declare_victory", "record_handover"):
        values = {"words": "Won.", "picture": str(image.pk)}
        action, found = requests.BY_VERB[verb], []
        asked = requests.ask(teams.ours, action, values=values, comment="", by=people.editor)
        for _ in range(2):
            found.append(may_change_all(people.editor, (image, other)))
            assert may_change(people.moderator, image)
            requests.decline(asked, by=people.moderator)

        assert found == [[False, True], [True, True]], verb


def test_versions_without_the_file_cost_no_queries(document, people, django_assert_max_num_queries):
    image = make_image(pk=31415)  # no other number in these versions
    asked = []
    for number in (1, 2):
        for _ in range(number):
            draft = shown_by_page(make_image(), document, live=False)
            draft.save_revision(user=people.editor)
            draft.get_workflow().start(draft, people.editor)
        editor = User.objects.get(pk=people.editor.pk)
        with django_assert_max_num_queries(10) as queries:
            assert may_publish_uses(editor, image)
        asked.append(len(queries))

    assert asked[0] == asked[1]


def show_in_petition(image, *, live):
    make_petition(share_image=image, live=live)


def show_in_victory(image):
    immediate_actions.declare_victory(make_petition(), by=None, words="Won.", picture=image)


def show_in_handover(image):
    immediate_actions.record_handover(make_petition(), by=None, picture=image)


def test_a_picture_of_a_petition_is_changed_by_those_who_publish_it(people, browse):
    images = []
    for show_image, is_editors in (
        (partial(show_in_petition, live=False), True),
        (partial(show_in_petition, live=True), False),
        (show_in_victory, False),
        (show_in_handover, False),
    ):
        image = make_image(uploaded_by_user=people.editor)
        show_image(image)
        images.append(image)

        for do in ("change", "delete"):
            assert may_change(people.editor, image, do) == is_editors, (show_image, do)
            assert may_change(people.moderator, image, do), (show_image, do)
    # The views ask the same policy; the first test asks the other view.
    for image, status in zip(images[:2], (200, 302), strict=True):
        delete = reverse("wagtailimages:delete", args=[image.pk])
        client = browse(people.editor)
        assert client.get(delete).status_code == status
    assert browse(people.moderator).get(delete).status_code == 200


def test_a_document_is_public_once_a_public_page_shows_it(
    document, people, browse, client, django_capture_on_commit_callbacks
):
    found = [client.get(document.url).status_code]
    with django_capture_on_commit_callbacks(execute=True):
        page = show(document, live=False)
    found.append(client.get(document.url).status_code)
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    found.append(client.get(document.url).status_code)

    assert found == [404, 404, 200]
    assert browse(people.editor).get(document.url).status_code == 200


def test_the_document_of_a_private_page_is_for_those_who_may_read_the_page(
    document, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = show(document, live=True)
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="secret")
    before = client.get(document.url).status_code
    restriction = page.get_view_restrictions().get()

    action = reverse("wagtailcore_authenticate_with_password", args=[restriction.pk, page.pk])
    client.post(action, {"password": "secret", "return_url": page.url})

    assert (before, client.get(document.url).status_code) == (404, 200)


def test_a_document_is_public_once_a_published_petition_thanks_with_it(document, client):
    for live, answer in ((False, 404), (True, 200)):
        make_petition(thanks_blocks=[("text", linking_to(document))], live=live)

        assert client.get(document.url).status_code == answer


def test_nobody_changes_the_document_of_a_mailing_that_is_under_way_and_its_readers_get_it(
    document, people, client
):
    edit_url(document)  # loads the URLs, and with them what Wagtail's index of references covers
    mailing = make_mailing(make_petition(), body=[("text", linking_to(document))])

    found = {}
    for state in State:
        Mailing.objects.filter(pk=mailing.pk).update(state=state, approved_at=timezone.now())
        found[state.value] = (
            client.get(document.url).status_code,
            may_change(people.editor, document),
            may_change(people.administrator, document),
        )

    submitted, ended = (200, False, False), (200, False, True)
    assert found == {
        "draft": (404, True, True),
        "waiting": (404, False, False),
        **dict.fromkeys(("approved", "sending", "paused"), submitted),
        **dict.fromkeys(("stopped", "sent"), ended),
    }
