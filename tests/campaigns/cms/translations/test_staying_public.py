"""Pages that are deleted or unpublished: their translations stay public, and are named."""

import re

from django.urls import reverse

from tests.campaigns.cms.pages.conftest import said as told
from tests.campaigns.cms.pages.test_deleting import delete, delete_in_bulk
from tests.database import taken_back
from tests.factories import make_campaign, make_petition, make_translated_page, make_translation

NAMED = re.compile(
    r"Translations that stay public: (.+)\. To take a translation off the site, open it and "
    "unpublish or delete it, or ask a moderator to do so"
)


def named(text):
    """Return who is named in each message, and where the links lead."""
    return NAMED.findall(text)


def link(page):
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    return f'<a class="note-link" href="{url}">“<bdi>{page.title}</bdi>” ({page.locale})</a>'


def test_translations_that_stay_public_are_named(people, browse):
    petition = make_petition()
    page = make_campaign(petition)
    arabic, french, russian = (
        make_translated_page(page, make_translation(petition, code), title=code, live=code != "ru")
        for code in ("ar", "fr", "ru")
    )
    above = page.get_parent()
    client, path = browse(people.administrator), "wagtailadmin_pages:"
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    both = [", ".join(map(link, (arabic, french)))]
    their_indexes = [", ".join(link(each.get_parent()) for each in (arabic, french, russian))]

    for subject, expected in ((page, both), (above, their_indexes), (arabic, []), (russian, [])):
        url = reverse(f"{path}delete", args=[subject.pk])
        assert named(client.get(url).content.decode()) == expected, subject
        with taken_back():
            assert named(told(delete(browse(people.administrator), subject))) == expected
        with taken_back():
            assert named(told(delete_in_bulk(browse(people.administrator), subject))) == expected
    for subject, data, expected in (
        (page, {}, both),
        (above, {}, their_indexes),
        (above, {"include_descendants": "on"}, their_indexes),
        (arabic, {}, []),
    ):
        url = reverse(f"{path}unpublish", args=[subject.pk])
        assert named(client.get(url).content.decode()) == expected, subject
        for asked in (url, f"{bulk}?id={subject.pk}&next=/admin/"):
            with taken_back():
                answer = browse(people.administrator).post(asked, data)
                assert named(told(answer)) == expected, (subject, data)
