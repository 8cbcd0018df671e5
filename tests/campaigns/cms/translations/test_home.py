"""The dashboard lists what is left to be translated, to those who may edit it."""

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail_localize.models import Translation

from campaigns.cms.translations import home
from tests.campaigns.cms.test_drafts import HOME, rows, rows_of
from tests.campaigns.cms.translations.test_translating import (
    begin,
    edit_url,
    page_edit_url,
    type_words,
)
from tests.campaigns.cms.translations.test_translating_markup import put
from tests.factories import make_petition

pytestmark = pytest.mark.django_db


def test_what_is_left_to_be_translated_waits_for_those_who_may_edit_it(
    teams, copy, translator, editor, people, russian, browse
):
    begin(teams.theirs, russian)
    page, petition = (
        Translation.objects.get(source__object=each.translation_key)
        for each in (copy, copy.petition)
    )
    client = browse(translator)

    shown = BeautifulSoup(client.get(HOME).content, "html.parser")
    [before] = rows_of(shown, "translations")
    [of_colleague] = rows(browse(editor), "translations")
    type_words(client, page)
    type_words(client, petition, but=("title",))
    [then] = rows(client, "translations")
    title = petition.source.stringsegment_set.get(context__path="title")
    put(client, "edit_string_translation", petition, title, "[ru] Free the river")
    [complete] = rows(client, "translations")
    copy.get_workflow().start(copy, translator)  # its petition is submitted with it

    links = [link["href"] for link in shown.select("#translations-section td a")]
    assert links == [page_edit_url(copy), edit_url(copy.petition)]
    lines = petition.source.stringsegment_set.count()
    assert before == [
        "Free the river Russian campaign page 2 sentences left",
        f"Free the river Russian petition {lines} sentences left",
    ]
    # Who may edit petitions of the team, and no pages.
    assert of_colleague == before[1:]
    ready = "Free the river Russian campaign page complete, not submitted yet"
    assert then == [ready, "Free the river Russian petition 1 sentence left"]
    assert complete == [ready, ready.replace("campaign page", "petition")]
    assert rows(client, "translations") == [[]]
    assert "Nothing waits for you." not in shown.get_text()


def test_one_and_many_take_the_same_queries(people, russian, browse, monkeypatch):
    monkeypatch.setattr(home, "SHOWN", 3)

    def queries():
        with CaptureQueriesContext(connection) as made:
            page = client.get(HOME).content
        [found] = rows_of(BeautifulSoup(page, "html.parser"), "translations")
        return len(found), len(made), page.decode()

    client = browse(people.administrator)
    begin(make_petition(slug="first"), russian)
    queries()  # fills the caches
    one = queries()
    for number in range(home.SHOWN):
        begin(make_petition(slug=f"petition-{number}"), russian)

    many = queries()

    assert (one[0], many[0]) == (1, home.SHOWN)
    assert one[1] == many[1]
    report = reverse("wagtail_localize:translations_report")
    assert f"{report}?waiting_for_translation=true" in many[2]
