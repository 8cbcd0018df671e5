"""The shortcuts of the factories leave the same rows as an editor's actions do."""

from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.test import Client
from wagtail.models import Page, ReferenceIndex
from wagtail.search.models import IndexEntry

from campaigns.models import CampaignIndexPage, CampaignPage, Petition
from tests.campaigns.cms.conftest import make_user
from tests.factories import insert, make_home, make_petition, with_revision
from tests.placing import place

pytestmark = pytest.mark.django_db

# Columns that differ from row to row: primary keys, timestamps and names.
OWN = {"id", "slug", "translation_key", "digest", "petition_id", "tally_id", "object_id"}
OWN |= {"latest_revision_id", "live_revision_id", "page_ptr_id", "path", "url_path"}


def values(row: Model) -> dict[str, Any]:
    kept = {field.attname for field in row._meta.concrete_fields} - OWN
    return {name: str(getattr(row, name)) for name in kept if not name.endswith("_at")}


def rows(petition: Petition) -> list[list[dict[str, Any]]]:
    """The rows of all tables that saving a petition writes to."""
    of_it = {"object_id": str(petition.pk)}
    return [
        [values(row) for row in found]
        for found in (
            [petition, petition.tally],
            petition.tally.versions.all(),
            IndexEntry.objects.filter(**of_it),
            ReferenceIndex.objects.filter(**of_it),
        )
    ]


@pytest.mark.parametrize("live", [True, False])
def test_an_inserted_petition_is_like_a_saved_one(live):
    made = make_petition(live=live, slug="made")
    like = {name: getattr(made, name) for name in ("title", "ask", "salutation", "opening")}
    like |= {name: getattr(made, name) for name in ("demands", "close", "consent")}
    parts = {"collection": made.collection, "locale": made.locale, "live": live}

    both = [
        with_revision(Petition(slug=save.__name__, **like, **parts), save)
        for save in (Petition.save, insert)
    ]

    saved, inserted = map(rows, both)
    assert [len(each) for each in saved] == [2, int(live), 1, 1]
    assert inserted == saved
    assert [each.version and each.version.digest == made.version.digest for each in both] == (
        [True, True] if live else [None, None]
    )


@pytest.mark.parametrize("live", [True, False])
def test_a_page_is_placed_as_it_is_added(live):
    petition, index = make_petition(), CampaignIndexPage(title="Campaigns")
    make_home().add_child(instance=index)
    same = {"title": "The river", "petition": petition, "live": live, "listing_summary": "Free."}
    added, placed = CampaignPage(**same), CampaignPage(**same)

    index.add_child(instance=added)
    place(placed, below=CampaignIndexPage.objects.get())

    parent = CampaignIndexPage.objects.get()
    both = [CampaignPage.objects.get(pk=page.pk) for page in (added, placed)]
    assert values(both[1]) == values(both[0])
    assert [page.slug for page in both] == ["the-river", "the-river-2"]
    assert [page.url_path for page in both] == [f"{parent.url_path}{page.slug}/" for page in both]
    assert [page.specific for page in parent.get_children()] == both
    assert parent.numchild == 2
    types = ContentType.objects.get_for_models(Page, CampaignPage).values()
    for model in (IndexEntry, ReferenceIndex):
        of_pages = model.objects.filter(content_type__in=types)
        found = [of_pages.filter(object_id=page.pk) for page in both]
        # `title_norm` compares the length of a title with that of all others.
        old, new = ([values(row) | {"title_norm": ""} for row in each] for each in found)
        assert new == old != [], model


def test_who_is_signed_in_at_once_has_the_session_of_those_who_sign_in():
    user, at_once, slowly = make_user("ada"), Client(), Client()

    at_once.force_login(user)
    slowly._login(user, slowly._get_backend())

    assert dict(at_once.session) == dict(slowly.session) != {}
    assert {**at_once.cookies["sessionid"]} == {**slowly.cookies["sessionid"]}


def test_what_was_saved_is_in_the_index_once_somebody_reads_it():
    petition = make_petition(title="Made")

    Petition.objects.get(pk=petition.pk).delete()
    left = make_petition(title="Left")

    found = IndexEntry.objects.values_list("object_id", flat=True)
    assert list(found) == [str(left.pk)]


def test_what_was_indexed_inside_of_a_savepoint_is_so_again_after_its_end():
    petition = make_petition()
    found = IndexEntry.objects.filter(object_id=petition.pk)

    with transaction.atomic():
        inside = found.count()
        transaction.set_rollback(True)

    assert (inside, found.count()) == (1, 1)


def test_queries_are_counted_as_the_site_makes_them(django_assert_num_queries):
    make_petition(title="Before")

    with django_assert_num_queries(1):
        IndexEntry.objects.count()
