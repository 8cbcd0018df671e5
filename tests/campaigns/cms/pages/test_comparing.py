"""Two versions are compared in the words of the form, and in the reader's time zone."""

import re
from datetime import UTC, datetime
from itertools import pairwise

from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.rich_text import RichText
from wagtail.users.models import UserProfile

from campaigns.blocks import comparing
from tests.campaigns.cms.browsing import url
from tests.factories import make_contact, make_image

MARKED = re.compile("addition|deletion")


def changes(client, path):
    """What is marked as deleted (−) or added (+), and the rest of each changed value."""
    found = {}
    for row in BeautifulSoup(client.get(path).content, "html.parser").select("tbody tr"):
        name, value = row("td")
        found[name.text.strip()] = text_of(str(value))
    return found


def text_of(html):
    soup = BeautifulSoup(html, "html.parser")
    for mark in soup("span", class_=MARKED):
        mark.replace_with(f"{'−' if mark['class'] == ['deletion'] else '+'}{mark.text}")
    return " ".join(soup.get_text().split())


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
    plain = "<p>One.</p>"
    page.body = [("text", text % "old"), ("image", picture), ("curve", curve), ("text", plain)]
    page.save()
    page.refresh_from_db()
    before = page.save_revision()
    page.body[0].value = RichText(text % "new")
    page.body[1].value["size"] = "wide"
    page.body[2].value["shows_countries"] = True
    page.body[3].value = RichText("<h2>One.</h2>")
    args = [page.pk, before.pk, page.save_revision().pk]
    path = reverse("wagtailadmin_pages:revisions_compare", args=args)

    shown = changes(browse(people.editor), path)

    words = "One. Read this (https://example.org/−old).+new). "
    image = "Image Image Image is decorative no Alt text Caption A valley Size −in the text +wide "
    figures = "Credit Ada Petition Heading Show the countries −no +yes Show a map no One. "
    assert shown == {"Story:": words + image + figures + "+(formatting changed)"}


def test_what_a_form_adds_by_itself_is_no_change(page, draft, people, browse):
    """The drafts of “New campaign” have neither keys of paragraphs nor the line ends of forms."""
    said = {"attribution": "", "role": "", "source_url": ""}
    quote = {"text": "We laughed.\n\nThey came.", **said}
    page.body = [("text", "<p>One.</p>"), ("quote", quote)]
    draft.opening = "One.\n\nTwo."
    for each in (draft, page):
        each.save()
        each.refresh_from_db()
    before = [each.save_revision().pk for each in (draft, page)]
    page.body[0].value = RichText('<p data-block-key="a1b2c">One.</p>')
    page.body[1].value["text"] = "We laughed.\r\n\r\nThey came."
    draft.opening = "One.\r\n\r\nTwo."
    page.listing_summary, draft.goal = "A walk.", 5000
    after = [each.save_revision().pk for each in (draft, page)]

    client = browse(people.editor)
    in_petition = changes(client, url("revisions_compare", draft.pk, before[0], after[0]))
    args = [page.pk, before[1], after[1]]
    on_page = changes(client, reverse("wagtailadmin_pages:revisions_compare", args=args))

    assert ([*in_petition], [*on_page]) == (["Goal:"], ["Lead:", "Goal:"])


def test_a_picture_is_marked_only_if_it_is_another_one(page, people, browse):
    first, second = make_image(title="First"), make_image(title="Second")
    picture = {"image": first, "caption": "A valley", "size": "text", "credit": "Ada"}
    page.body = [("image", picture)]
    page.save()
    page.refresh_from_db()
    revisions = [page.save_revision().pk]
    page.body[0].value["image"].contextual_alt_text = "A walk."
    revisions.append(page.save_revision().pk)
    page.body[0].value["image"] = second
    revisions.append(page.save_revision().pk)
    client, marked = browse(people.editor), []

    for pair in pairwise(revisions):
        path = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, *pair])
        text = client.get(path).content.decode()
        shown = BeautifulSoup(text, "html.parser").select(".preview-image")
        marked.append([each["class"][1:] for each in shown])
        assert "A walk." in text_of(text)

    assert marked == [[[]], [["deletion"], ["addition"]]]


def test_a_change_of_formatting_is_said_in_words():
    said = "+(formatting changed)"
    cases = [
        ("<p>One two.</p>", "<p>One <b>two</b>.</p>", f"One two. {said}"),
        ("<p><b>One</b> two.</p>", "<p>One <b>two.</b></p>", f"One two. {said}"),
        ("<h2>One</h2>", "<h3>One</h3>", f"One {said}"),
        ("<p><b>Yes</b>, Yes.</p>", "<p>Yes, <b>Yes</b>.</p>", f"Yes, Yes. {said}"),
        ("<p>One</p>", "<ul><li>One</li></ul>", f"One {said}"),
        ("<p>One.</p><p>Two.</p>", "<p>One. Two.</p>", f"One. Two. {said}"),
        ("<p>One two.</p>", "<p>One <b>six</b>.</p>", f"One −two.+six. {said}"),
        ("<p>One <b>two</b>.</p>", "<p>One <b>six</b>.</p>", "One −two.+six."),
        ("<p>One.</p>", "<p>One.</p><p>Two.</p>", "One.+ Two."),
        ('<p data-block-key="a">One.</p>', '<p data-block-key="b">One.</p>', "One."),
    ]

    shown = [text_of(comparing.markup_diff(old, new)) for old, new, _marked in cases]

    assert shown == [marked for _old, _new, marked in cases]
