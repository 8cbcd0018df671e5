"""Two versions are compared in the words of the form, and in the reader's time zone."""

import re
from datetime import UTC, datetime

from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.rich_text import RichText
from wagtail.users.models import UserProfile

from tests.campaigns.cms.browsing import url
from tests.factories import make_contact, make_image

MARKED = re.compile("addition|deletion")


def changes(client, path):
    """What is marked as deleted (−) or added (+), and the rest of each changed value."""
    found = {}
    for row in BeautifulSoup(client.get(path).content, "html.parser").select("tbody tr"):
        for mark in row("span", class_=MARKED):
            mark.replace_with(f"{'−' if mark['class'] == ['deletion'] else '+'}{mark.text}")
        name, value = row("td")
        found[name.text.strip()] = " ".join(value.get_text().split())
    return found


def test_a_petition_is_compared_in_the_words_of_its_form(draft, people, browse):
    UserProfile.objects.create(user=people.editor, current_time_zone="Asia/Tbilisi")
    contacts = [make_contact("Jane Doe", role="Minister"), make_contact("John Roe", role="")]
    draft.targets = [("target", {"name": "The minister", "role": "", "contact": contacts[0].pk})]
    before = draft.save_revision()
    draft.targets[0].value["contact"] = contacts[1].pk
    draft.closes_at = datetime(2027, 3, 1, 20, 59, tzinfo=UTC)
    draft.asks_phone = not draft.asks_phone
    after = draft.save_revision()

    path = url("revisions_compare", draft.pk, before.pk, after.pk)

    assert changes(browse(people.editor), path) == {
        "Addressed to:": "Name The minister Office Contact −Jane Doe, Minister +John Roe",
        "Closes:": "+2 March 2027, 00:59",
        "Ask for a phone number:": "−no +yes",
    }


def test_a_story_is_compared_with_its_choices_and_the_targets_of_its_links(page, people, browse):
    text = '<p>One.</p><p>Read <a href="https://example.org/%s">this</a>.</p>'
    picture = {"image": make_image(), "caption": "A valley", "size": "text", "credit": "Ada"}
    curve = {"petition": None, "heading": "", "shows_countries": False, "shows_map": False}
    page.body = [("text", text % "old"), ("image", picture), ("curve", curve)]
    page.save()
    page.refresh_from_db()
    before = page.save_revision()
    page.body[0].value = RichText(text % "new")
    page.body[1].value["size"] = "wide"
    page.body[2].value["shows_countries"] = True
    args = [page.pk, before.pk, page.save_revision().pk]
    path = reverse("wagtailadmin_pages:revisions_compare", args=args)

    shown = changes(browse(people.editor), path)

    words = "One. Read this (https://example.org/−old).+new). "
    image = "Image Image Image is decorative no Alt text Caption A valley Size −in the text +wide "
    figures = "Credit Ada Petition Heading Show the countries −no +yes Show a map no"
    assert shown == {"Story:": words + image + figures}
