"""What nginx caches for everybody: deploy/nginx.conf as it is, a real nginx, a real gunicorn."""

import contextlib
import json
import re
from urllib.parse import quote, urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from wagtail.contrib.redirects.models import Redirect

from campaigns.models import Topic
from campaigns.sync import keys
from home.identity.look import Look
from servers.nginx import HOST, answered
from staff.models import Phone
from tests.campaigns.sync.conftest import make_receiver
from tests.deploy.conftest import arrived
from tests.factories import (
    make_appeal,
    make_article,
    make_campaign,
    make_petition,
    make_signature,
    make_topic,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

USER_BAR = "wagtail-userbar"


def session() -> dict[str, str]:
    """The Cookie header of an administrator who has signed in with a second factor."""
    client, root = Client(), User.objects.create_superuser("root", password="not used here")
    client.force_login(root)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = Phone.objects.create(user=root).persistent_id
    session.save()
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={value}"}


def test_readers_share_a_page_and_staff_see_their_own_whoever_comes_first(site):
    path, cookie = make_campaign().url, session()

    came_first = site.ask(path, headers=cookie)
    first, second, head = site.ask(path), site.ask(path), site.ask(path, method="HEAD")
    theirs = [came_first, site.ask(path, headers=cookie)]
    others = site.ask(path)

    readers = (first, second, head, others)
    assert [answer.status for answer in (*readers, *theirs)] == [200] * 6
    assert [answer.cache for answer in readers] == ["MISS", "HIT", "HIT", "HIT"]
    assert first.text == second.text == others.text
    assert "Set-Cookie" not in second.headers
    assert [answer.cache for answer in theirs] == ["BYPASS"] * 2
    assert [USER_BAR in answer.text for answer in (*theirs, first)] == [True, True, False]
    assert theirs[1].headers["Cache-Control"] == "private, no-store"


def test_only_parameters_that_matter_split_the_cache(site):
    first = site.ask("/arrived/?utm_source=evil&page=0&query=evil")
    plain = site.ask("/arrived/")
    numbered = site.ask("/arrived/?utm_source=evil&page=2&page=3")
    again = site.ask("/arrived/?page=2&fbclid=1")
    search = [
        site.ask(f"/search/?{query}").cache
        for query in ("query=river", "query=river&utm_source=evil", "query=dam", "query=dam&page=2")
    ]
    filters = [
        site.ask(f"/search/?{query}").cache
        for query in (
            "topic=rivers&state=won",
            "state=won&state=open&topic=rivers&utm_source=evil",
            "topic=rivers",
            "topic=rivers&state=evil",
            "state=won",
            "query=dam&state=won&topic=rivers",
        )
    ]
    elsewhere = site.ask("/arrived/?state=won&topic=rivers")

    assert [answer.cache for answer in (first, plain, numbered, again)] == [
        "MISS",
        "HIT",
        "MISS",
        "HIT",
    ]
    assert [arrived(answer)["address"] for answer in (plain, again)] == [
        "/arrived/",
        "/arrived/?page=2",
    ]
    assert search == ["BYPASS"] * 4
    assert filters == ["MISS", "HIT", "MISS", "HIT", "MISS", "BYPASS"]
    assert arrived(elsewhere)["address"] == "/arrived/"


def test_the_search_hears_what_was_asked_for_and_writes_it_to_no_disk(site):
    make_campaign(title="Dam", topics=[make_topic()])
    make_article(title="Dam news", topics=Topic.objects.all())
    asked = ("query=dam", "query=dam&state=open", "query=dam&state=won", "topic=rivers")

    texts = [site.ask(f"/search/?{query}").text for query in asked]
    for path in ("/search/", "/search/suggestions/"):
        site.ask(f"{path}?query=Canary+Birdsong")
    site.process.end()
    kept = [path.read_bytes().lower() for path in site.folder.rglob("*") if path.is_file()]

    news = ["Dam news" in text for text in texts]
    assert (news, "1 result" in texts[1]) == ([True, False, False, True], True)
    assert any(b"topic=rivers" in content for content in kept)
    assert [content for content in kept if b"canary" in content or b"birdsong" in content] == []


def test_nothing_a_visitor_sends_poisons_or_divides_a_page_for_others(site):
    site.ask(
        "/arrived/",
        headers={
            "Host": f"{HOST}:666",
            "Cookie": "theme=evil; csrftoken=evil",
            "Forwarded": "host=evil",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Port": "666",
            "X-Forwarded-Proto": "http",
            "X-Forwarded-Protocol": "http",
            "X-Forwarded-Ssl": "off",
            "X-Forwarded-For": "192.0.2.66",
            "X-Request-ID": "evil",
            "Accept-Encoding": "evil",
        },
    )

    others = site.ask("/arrived/", headers={"Accept-Encoding": "gzip", "Accept-Language": "fr"})
    written = [site.ask(path) for path in ("/%61rrived/", "//arrived/", "/x/../arrived/")]

    assert others.cache == "HIT"
    assert [(answer.status, answer.cache) for answer in written] == [(200, "HIT")] * 3
    assert {arrived(answer)["address"] for answer in written} == {"/arrived/"}
    assert arrived(others)["secure"] is True
    headers = arrived(others)["headers"]
    assert re.fullmatch("[0-9a-f]{32}", headers.pop("X-Request-Id"))  # nginx's own
    assert headers == {
        "Host": HOST,
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
    }


def test_a_page_number_makes_nothing_anew_where_there_are_no_pages(site):
    campaign = make_campaign()
    path = campaign.petition.get_absolute_url()
    ends = ("", "thanks/", "count.json", "qr.svg")

    numbered = [[site.ask(f"{path}{end}?page={n}").cache for n in (1, 2)] for end in ends]
    divided = [site.ask(f"/api/petitions/?page={n}").cache for n in (1, 2, 2)]
    story = site.ask(f"{campaign.url}?page=7")

    assert numbered == [["MISS", "HIT"]] * len(ends)
    assert divided == ["MISS", "MISS", "HIT"]
    assert (story.status, story.headers["Location"]) == (302, campaign.url)


def test_a_signers_number_and_a_path_that_ends_like_a_file_are_not_kept(site):
    petition = make_petition()
    path, number = petition.get_absolute_url(), f"{petition.url_path('thanks')}n7-0.signature/"

    thanked = [site.ask(f"{number}?source=poster") for _ in range(2)]
    kept = [site.ask(f"{path}count.json").cache for _ in range(2)]
    strange = [site.ask(f"{path}changes/x.css") for _ in range(2)]

    assert [answer.cache for answer in thanked] == ["BYPASS", "BYPASS"]
    assert kept == ["MISS", "HIT"]
    assert [(answer.status, answer.cache) for answer in strange] == [(404, "BYPASS")] * 2


def test_the_area_that_a_reader_chose_arrives_and_is_not_kept(site):
    path = make_appeal().get_absolute_url()

    answers = [site.ask(f"{path}?area=Area%202") for _ in range(2)]

    kept = [path.read_bytes() for path in site.folder.rglob("*") if path.is_file()]
    assert [answer.cache for answer in answers] == [None, None]
    assert "member2@parliament.example" in answers[1].text
    assert [content for content in kept if b"member2@" in content] == []


def test_a_feed_gets_all_of_its_parameters_and_is_not_kept(site):
    feed = make_receiver(kind="feed", url="", fields=("email",))
    for number in range(3):
        make_signature(make_petition(slug=f"p{number}"), email=f"s{number}@example.org")
    path, sent = f"/osdi/{feed.pk}/people/", {"OSDI-API-Token": keys.read(feed.secret)}

    first = site.ask(f"{path}?per_page=2", headers=sent)
    after = urlsplit(json.loads(first.text)["_links"]["next"]["href"])
    second = site.ask(f"{after.path}?{after.query}", headers=sent)

    people = [json.loads(each.text)["_embedded"]["osdi:people"] for each in (first, second)]
    assert [len(each) for each in people] == [2, 1]
    assert first.cache is None


def test_files_that_the_application_makes_are_kept(site):
    petition = make_campaign().petition
    names = ("card.jpg", "qr.svg", "poster.pdf")
    paths = [f"{petition.get_absolute_url()}{name}" for name in names]
    paths += ["/feeds/rss.xml", "/feeds/atom.xml", "/sitemap.xml", "/robots.txt"]
    paths += ["/api/openapi.json"]
    paths += [Look("#2511c6").url_of(kind) for kind in ("css", "svg", "png")]

    # nginx responds to HEAD before it has the file. Over one connection, it takes the next request
    # when it has cached the file.
    with contextlib.closing(site.open()) as opened:
        twice = [[answered(opened, path, method="HEAD") for _ in range(2)] for path in paths]

    assert [[a.status for a in answers] for answers in twice] == [[200, 200]] * len(paths)
    assert [[a.cache for a in answers] for answers in twice] == [["MISS", "HIT"]] * len(paths)


def test_a_missing_slash_and_a_page_that_has_moved_lose_no_source_code(site):
    path = make_campaign().url
    Redirect.add_redirect("/old", redirect_to="/campaigns/new/")
    utm = "?utm_source=mail&utm_campaign=may"
    carried = {"?source=mail/May": "?source=mail/May", utm: "?source=mail/may", "?source=<": ""}

    slashed = site.ask(f"{path.rstrip('/')}?source=poster")
    found = {code: site.ask(f"/old/{code}").headers["Location"] for code in carried}

    assert (slashed.status, slashed.headers["Location"]) == (301, f"{path}?source=poster")
    assert found == {code: f"/campaigns/new/{onward}" for code, onward in carried.items()}


def test_oembed_hears_what_it_is_asked_for(site):
    petition = make_petition(embed_sites="https://www.example.org")
    url = quote(f"https://{HOST}{petition.get_absolute_url()}", safe="")

    answers = [site.ask(f"/oembed/?url={url}&maxwidth=400") for _ in range(2)]

    assert [(answer.status, answer.cache) for answer in answers] == [(200, "BYPASS")] * 2
    assert json.loads(answers[0].text)["width"] == 400


def test_what_is_one_visitors_own_is_not_kept_even_if_it_says_public(site):
    answers = [site.ask(path) for path in ("/arrived/mine/", "/admin/arrived/") for _ in range(2)]

    assert [(answer.status, answer.cache) for answer in answers] == [
        (200, "MISS"),
        (200, "MISS"),
        (200, None),
        (200, None),
    ]
