"""The home page and the plain content pages."""

import pytest
from django.urls import reverse
from wagtail.models import Locale

from campaigns.counting import counting
from campaigns.models import DefaultTexts
from home.models import ContentPage, Identity, Navigation
from tests.factories import make_article, make_campaign, make_home, make_petition, make_signature

pytestmark = pytest.mark.django_db


def test_the_front_page_shows_the_chosen_campaign_first_and_the_total(client):
    river = make_campaign(make_petition(title="River"), title="River campaign")
    make_campaign(make_petition(title="Library"), title="Library campaign")
    make_signature(river.petition)
    counting.recount()
    home = make_home()
    home.featured_campaign = river
    home.save()
    make_article(title="Snow")

    response = client.get("/")

    context, text = response.context, response.content.decode()
    assert (context["featured"].title, context["total"]) == ("River campaign", 1)
    assert [page.title for page in context["campaigns"]] == ["Library campaign"]
    assert "by people like you" in text
    assert "Snow" in text


def test_without_a_choice_the_newest_open_campaign_is_featured(client):
    make_campaign(make_petition(title="Older"), title="Older", published_on="2026-01-01")
    make_campaign(make_petition(title="Newer"), title="Newer", published_on="2026-02-01")

    assert client.get("/").context["featured"].title == "Newer"


def test_an_empty_site_has_a_front_page_all_the_same(client):
    make_home()

    assert client.get("/").status_code == 200


def test_default_texts_replace_those_that_come_with_it(client):
    make_home()
    DefaultTexts.objects.create(
        locale=Locale.get_default(), by_people="by neighbours", footer="<p>Made here.</p>"
    )
    make_signature(make_petition())
    counting.recount()

    text = client.get("/").content.decode()

    assert "by neighbours" in text
    assert "Made here." in text


def test_navigation_and_identity_stand_on_every_page(client):
    about = make_home().add_child(instance=ContentPage(title="About us"))
    draft = make_home().add_child(instance=ContentPage(title="Draft", live=False))
    links = [("link", {"page": page, "label": ""}) for page in (about, draft)]
    Navigation.objects.create(locale=Locale.get_default(), main=links, foot=links)
    Identity.objects.create(site=about.get_site(), name="The River People", privacy_page=about)

    text = client.get(make_petition().url_path()).content.decode()

    assert f'href="{about.url}"' in text
    assert "The River People" in text
    assert ">Draft<" not in text


def test_a_language_nobody_has_translated_is_not_found(client):
    make_home()

    statuses = [client.get(address).status_code for address in ("/", "/fr/", "/ar/search/")]

    assert statuses == [200, 404, 200]


def test_links_and_cards_point_to_the_one_origin(client, settings):
    settings.BASE_URL = "https://act.example.org"
    page = make_campaign()

    text = client.get(page.url).content.decode()

    assert f'<link rel="canonical" href="https://act.example.org{page.url}">' in text
    assert f'<meta property="og:url" content="https://act.example.org{page.url}">' in text


def test_the_privacy_notice_is_linked_beside_every_form(client):
    notice = make_home().add_child(instance=ContentPage(title="Privacy"))
    Identity.objects.create(site=notice.get_site(), privacy_page=notice)

    text = client.get(make_petition().url_path()).content.decode()

    form = text.partition('class="petition-form"')[2].partition("</form>")[0]
    assert f'<a href="{notice.url}">What we do with your data</a>' in form


@pytest.mark.parametrize("view", ["edit", "inspect"])
def test_staff_read_that_there_is_no_privacy_notice_before_people_sign(view, admin_client):
    petition = make_petition(live=False)
    notice = make_home().add_child(instance=ContentPage(title="Privacy", live=False))
    Identity.objects.create(site=notice.get_site(), privacy_page=notice)
    url = reverse(f"wagtailsnippets_campaigns_petition:{view}", args=[petition.pk])
    said = "The site has no public privacy notice yet, so signers cannot read"

    before = admin_client.get(url).content.decode()
    notice.save_revision().publish()
    after = admin_client.get(url).content.decode()

    assert (before.count(said), after.count(said)) == (1, 0)
