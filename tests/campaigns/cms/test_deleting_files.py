"""Before a public file is changed or deleted, the CMS says what that means for readers."""

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns.mailings.mailing import State
from campaigns.models import Tally
from tests.campaigns.cms.test_files import document, edit_url, linking_to, show, show_in_victory
from tests.factories import make_campaign, make_image, make_mailing

__all__ = ["document"]  # a fixture

pytestmark = pytest.mark.django_db


def test_what_public_use_means_is_said_before_a_file_is_changed_or_deleted(
    document, teams, people, browse, django_capture_on_commit_callbacks
):
    image = make_image(uploaded_by_user=people.editor)
    with django_capture_on_commit_callbacks(execute=True):
        make_campaign(teams.ours, title="The river", listing_image=image)
        show(document, live=True)
    cases = {
        image: ("“The river”", "A new file keeps the description"),
        document: ("“", "A file with another name has another address"),
    }

    for file, (place, of_new_file) in cases.items():
        edited = browse(people.moderator).get(edit_url(file)).content.decode()
        held = browse(people.editor).get(edit_url(file), follow=True).content.decode()
        asked = browse(people.moderator).get(edit_url(file, "delete"))
        bulk = reverse("wagtail_bulk_action", args=[*file._meta.label_lower.split("."), "delete"])
        several = browse(people.moderator).get(f"{bulk}?id={file.pk}&id=0").content.decode()

        assert "is in public use, is scheduled, waits for approval, or is part of a" in held
        every = browse(people.moderator).get(f"{bulk}?id=all").content.decode()
        assert f"What you save is public at once. {of_new_file}" in edited
        assert f"“{file.title}” here: {place}" in edited
        assert f"Readers see “{file.title}” here: {place}" in several
        assert "What readers see of these files disappears" in every
        assert f"Readers see “{file.title}” here: {place}" in asked.content.decode()


def test_nobody_reads_of_places_who_may_not_change_the_file(
    document, teams, people, browse, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        page = show(document, live=True)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    bulk = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "delete"])
    addresses = [edit_url(document), edit_url(document, "delete"), f"{bulk}?id={document.pk}"]

    found = {}
    for user in (people.river_manager, people.visitor, people.moderator):
        visit = browse(user)
        answers = [visit.get(address, follow=True).content.decode() for address in addresses]
        found[user.username] = any(f"“{page}”" in answer for answer in answers)

    assert found == {"river": False, "visitor": False, "moderator": True}


def test_a_mailing_counts_as_read_once_it_has_begun(
    document, teams, people, browse, django_capture_on_commit_callbacks
):
    states = {"Not begun": None, "Begun": timezone.now()}
    edit_url(document)  # loads the URLs, and with them what Wagtail's index of references covers
    with django_capture_on_commit_callbacks(execute=True):
        for subject, began_at in states.items():
            values = {"state": State.STOPPED, "approved_at": timezone.now(), "began_at": began_at}
            body = [("text", linking_to(document))]
            make_mailing(teams.ours, subject=subject, body=body, **values)

    asked = browse(people.administrator).get(edit_url(document, "delete")).content.decode()

    assert "here: “Begun”." in asked


def test_the_picture_of_a_victory_is_not_deleted_without_a_word(people, browse):
    image = make_image()
    show_in_victory(image)

    asked = browse(people.moderator).get(edit_url(image, "delete")).content.decode()

    petition = Tally.objects.get(won_image=image).petition
    assert f"Readers see “{image.title}” here: “{petition}”." in asked
