"""Pages that are deleted or unpublished: their translations stay public, and are named."""

import re

from django.urls import reverse
from django.utils import translation
from wagtail.users.models import UserProfile

from campaigns.cms.pages.placing import keep_topmost
from campaigns.cms.translations.staying_public import public_translations
from tests.campaigns.cms.pages.conftest import said as told
from tests.campaigns.cms.pages.test_deleting import delete, delete_in_bulk
from tests.database import taken_back
from tests.factories import make_campaign, make_petition, make_translated_page, make_translation

NAMED = re.compile(
    r"Translations that stay public: (.+)\. To take a translation off the site, open it and "
    "unpublish or delete it, or ask a moderator to do so"
)
UNPUBLISH_MANY = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])


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
    their_indexes = [each.get_parent() for each in (arabic, french, russian)]
    for chosen, action, whole, stay in (
        (page, "delete", True, [arabic, french]),
        (above, "delete", True, their_indexes),
        (arabic, "delete", True, []),
        (russian, "delete", True, []),
        (page, "unpublish", False, [arabic, french]),
        (above, "unpublish", False, their_indexes),
        (above, "unpublish", True, their_indexes),
        (arabic, "unpublish", False, []),
    ):
        found = [*public_translations([chosen], action, whole=whole)]
        keep_topmost(found)
        assert [each.pk for each in found] == [each.pk for each in stay], (chosen, action, whole)

    # Each way to do it names them, before and after.
    client, bulk = browse(people.administrator), f"{UNPUBLISH_MANY}?id={above.pk}&next=/admin/"
    both, indexes = ([", ".join(map(link, each))] for each in ([arabic, french], their_indexes))
    screens = {
        verb: reverse(f"wagtailadmin_pages:{verb}", args=[page.pk])
        for verb in ("delete", "unpublish")
    }
    assert [named(client.get(url).content.decode()) for url in screens.values()] == [both, both]
    for do, expected in (
        (lambda visit: delete(visit, page), both),
        (lambda visit: delete_in_bulk(visit, above), indexes),
        (lambda visit: visit.post(screens["unpublish"]), both),
        (lambda visit: visit.post(bulk, {"include_descendants": "on"}), indexes),
    ):
        with taken_back():
            assert named(told(do(browse(people.administrator)))) == expected

    # The links are quoted and divided as the language of the account does it.
    profile = UserProfile.get_for_user(people.administrator)
    profile.preferred_language = "ar"
    profile.save()
    with translation.override("ar"):
        links = "، ".join(link(each) for each in [arabic, french])
    told_in_arabic = browse(people.administrator).get(screens["delete"]).content.decode()
    assert links.replace("“", "«").replace("”", "»") in told_in_arabic
