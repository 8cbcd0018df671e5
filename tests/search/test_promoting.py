"""What editors promote for certain words, and that no search of a visitor is stored."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page

from tests.campaigns.cms.conftest import make_user
from tests.database import taken_back
from tests.factories import make_article, make_campaign, make_home, make_petition, make_translation
from tests.search.test_finding import HIDE, ask

pytestmark = pytest.mark.django_db


def promote(words: str, *pages: Page, **fields: str) -> None:
    query = Query.get(words)
    for number, page in enumerate(pages):
        SearchPromotion.objects.create(query=query, page=page, sort_order=number, **fields)


def shown(client: Client, query: str, **parameters: str) -> tuple[list[str], list[str]]:
    """The promoted pages, and the other results."""
    context = ask(client, query=query, **parameters).context
    return tuple([each.title for each in context.get(name, [])] for name in ("promoted", "results"))


def test_what_editors_chose_comes_first_in_their_order_marked_and_only_once(client):
    make_home()
    dam, snow = make_campaign(title="The dam"), make_article(title="Snow")
    make_article(title="Dam news")
    promote("dam", snow, dam)

    response = ask(client, query="  DAM ")

    assert shown(client, "dam") == (["Snow", "The dam"], ["Dam news"])
    assert response.context["found"] == 3
    text = response.content.decode()
    assert (text.count("Recommended"), text.count(f'href="{dam.url}"')) == (2, 1)


def test_editors_say_why_and_may_lead_to_another_site(client):
    page = make_article(title="Snow")
    promote("dam", page, description="Read this first.")
    fields = {"external_link_url": "https://example.org/", "external_link_text": "Elsewhere"}
    SearchPromotion.objects.create(query=Query.get("dam"), sort_order=9, **fields)

    results = ask(client, query="dam").context["promoted"]

    assert [(each.title, each.url, each.summary) for each in results] == [
        ("Snow", page.url, "Read this first."),
        ("Elsewhere", "https://example.org/", ""),
    ]


def test_a_choice_holds_for_the_same_page_in_other_languages_in_their_words(client):
    page = make_campaign(title="The dam")
    promote("dam", page, description="Read this first.")
    petition = make_translation(page.petition, "ru")
    russian = page.copy_for_translation(petition.locale, copy_parents=True)
    russian.title, russian.petition, russian.listing_summary = "Плотина", petition, "О плотине."
    russian.save_revision().publish()

    (result,) = ask(client, "/ru/search/", query="dam").context["promoted"]

    assert (result.title, result.url, result.summary) == ("Плотина", russian.url, "О плотине.")


def test_nothing_is_recommended_where_somebody_narrows_down_or_reads_on(client):
    campaign = make_campaign(title="The dam")
    for number in range(11):
        make_article(title=f"Dam {number}", slug=f"dam-{number}")
    promote("dam", campaign)

    narrow, next_page = shown(client, "dam", state="open"), shown(client, "dam", page="2")

    assert narrow == ([], ["The dam"])
    assert (next_page[0], len(next_page[1])) == ([], 1)


def test_what_the_public_may_not_read_is_not_recommended(client):
    make_home()
    page = make_article(title="Glacier")
    promote("ice", page)
    before = shown(client, "ice")

    assert before == (["Glacier"], [])
    for name, hide in HIDE.items():
        with taken_back():
            hide(page)
            response = ask(client, query="ice")
            assert (response.context["promoted"], response.context["found"]) == ([], 0), name
            assert "Glacier" not in response.content.decode(), name


def test_an_alias_of_a_private_page_is_not_recommended(client):
    page = make_article(title="Glacier")
    alias = page.create_alias(update_slug="alias")
    promote("ice", alias)
    before = shown(client, "ice")

    HIDE["private"](page)

    assert (before, shown(client, "ice")) == ((["Glacier"], []), ([], []))


def test_searching_writes_nothing(client):
    make_petition(title="Dam")

    for words in ("dam", "zzzz", "dam"):
        ask(client, query=words)

    assert Query.objects.count() == 0


def promotion(**fields: str) -> dict[str, str]:
    """What Wagtail's form sends."""
    return {
        "query_string": "Dam",
        "editors_picks-TOTAL_FORMS": "1",
        "editors_picks-INITIAL_FORMS": "0",
        "editors_picks-MIN_NUM_FORMS": "0",
        "editors_picks-MAX_NUM_FORMS": "1000",
        "editors_picks-0-ORDER": "0",
        "editors_picks-0-page": "",
        **{f"editors_picks-0-{name}": value for name, value in fields.items()},
    }


@pytest.mark.parametrize(
    ("group", "rows"), [("Editors", 0), ("Moderators", 1), ("Campaign managers", 0)]
)
def test_those_who_publish_pick_results(client, group, rows):
    page = make_article(title="Snow")
    client.force_login(make_user("somebody", group))

    client.post(reverse("wagtailsearchpromotions:add"), promotion(page=str(page.pk)))

    assert SearchPromotion.objects.filter(query__query_string="dam", page=page).count() == rows


def test_a_link_that_would_run_a_script_is_refused(admin_client):
    link = {"external_link_url": "javascript:alert(1)", "external_link_text": "Look"}

    admin_client.post(reverse("wagtailsearchpromotions:add"), promotion(**link))

    assert not SearchPromotion.objects.exists()


def test_there_is_no_report_of_what_people_searched_for(admin_client):
    assert "reports/search-terms" not in admin_client.get("/admin/").content.decode()


def test_only_exactly_these_words_recommend_a_page(client):
    promote("dam", make_article(title="Snow"))

    assert shown(client, "the dam") == ([], [])
    assert shown(client, "dam") == (["Snow"], [])
