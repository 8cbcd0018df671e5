"""What nginx does for the site: deploy/nginx.conf as it is, a real nginx, a real gunicorn."""

import contextlib
import json
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from campaigns.models import Petition, Signature, Topic
from campaigns.petitions import controlling
from campaigns.signatures import tokens
from servers.nginx import CDN, HOST, Answer
from servers.processes import ROOT
from tests.factories import (
    make_article,
    make_campaign,
    make_petition,
    make_signature,
    make_topic,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

USER_BAR = "wagtail-userbar"
ONE_HAS_SIGNED = "data-count>1<"


def fields(petition: Petition, **changes: object) -> dict[str, object]:
    data = {
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "country": "RU",
        "consent": "on",
        "version": petition.version.pk,
    }
    return data | changes


def session() -> dict[str, str]:
    """The header of an administrator's browser, who has come in with a second factor."""
    client, root = Client(), User.objects.create_superuser("root", password="not used here")
    client.force_login(root)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = TOTPDevice.objects.create(user=root).persistent_id
    session.save()
    value = client.cookies[settings.SESSION_COOKIE_NAME].value
    return {"Cookie": f"{settings.SESSION_COOKIE_NAME}={value}"}


def arrived(answer: Answer) -> dict:
    return json.loads(answer.text)


# --- what is kept for everybody ---


def test_the_second_reader_gets_the_first_ones_page(site):
    path = make_campaign().url

    first, second, head = site.ask(path), site.ask(path), site.ask(path, method="HEAD")

    assert [answer.status for answer in (first, second, head)] == [200, 200, 200]
    assert [answer.cache for answer in (first, second, head)] == ["MISS", "HIT", "HIT"]
    assert first.text == second.text
    assert "Set-Cookie" not in second.headers


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
    assert search == ["MISS", "HIT", "MISS", "MISS"]
    assert filters == ["MISS", "HIT", "MISS", "HIT", "MISS", "MISS"]
    assert arrived(elsewhere)["address"] == "/arrived/"


def test_the_search_hears_what_was_asked_for_and_shows_no_other_answer(site):
    make_campaign(title="Dam", topics=[make_topic()])
    make_article(title="Dam news", topics=Topic.objects.all())

    texts = [
        site.ask(f"/search/?{query}").text
        for query in ("query=dam", "query=dam&state=open", "query=dam&state=won", "topic=rivers")
    ]

    news = ["Dam news" in text for text in texts]
    assert (news, "1 result" in texts[1]) == ([True, False, False, True], True)


def test_nothing_a_visitor_sends_poisons_a_page_for_others(site):
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
            "Accept-Encoding": "evil",
        },
    )

    others = site.ask("/arrived/", headers={"Accept-Encoding": "gzip", "Accept-Language": "fr"})

    assert others.cache == "HIT"
    assert arrived(others)["secure"] is True
    assert arrived(others)["headers"] == {
        "Host": HOST,
        "X-Forwarded-For": "127.0.0.1",
        "X-Forwarded-Proto": "https",
    }


def test_one_page_has_one_copy_however_its_path_is_written(site):
    site.ask("/arrived/")

    answers = [site.ask(path) for path in ("/%61rrived/", "//arrived/", "/x/../arrived/")]

    assert [(answer.status, answer.cache) for answer in answers] == [(200, "HIT")] * 3
    assert {arrived(answer)["address"] for answer in answers} == {"/arrived/"}


def test_a_path_that_ends_like_a_file_is_not_kept(site):
    path = make_petition().get_absolute_url()

    kept = [site.ask(f"{path}count.json").cache for _ in range(2)]
    strange = [site.ask(f"{path}thanks/x.css") for _ in range(2)]

    assert kept == ["MISS", "HIT"]
    assert [(answer.status, answer.cache) for answer in strange] == [(404, "BYPASS")] * 2


def test_files_that_the_application_makes_are_kept(site):
    petition = make_campaign().petition
    names = ("card.jpg", "qr.svg", "poster.pdf")
    paths = [f"{petition.get_absolute_url()}{name}" for name in names]
    paths += ["/feeds/rss.xml", "/feeds/atom.xml", "/sitemap.xml", "/robots.txt"]
    paths += ["/api/openapi.json", "/accent/2511c6.css"]

    twice = [[site.ask(path, method="HEAD") for _ in range(2)] for path in paths]

    assert [[a.status for a in answers] for answers in twice] == [[200, 200]] * len(paths)
    assert [[a.cache for a in answers] for answers in twice] == [["MISS", "HIT"]] * len(paths)


def test_oembed_hears_what_it_is_asked_for(site):
    petition = make_petition(embed_sites="https://www.example.org")
    url = quote(f"https://{HOST}{petition.get_absolute_url()}", safe="")

    answers = [site.ask(f"/oembed/?url={url}&maxwidth=400") for _ in range(2)]

    assert [(answer.status, answer.cache) for answer in answers] == [(200, "BYPASS")] * 2
    assert json.loads(answers[0].text)["width"] == 400


def test_a_missing_slash_loses_no_source_code(site):
    path = make_campaign().url

    answer = site.ask(f"{path.rstrip('/')}?source=poster")

    assert (answer.status, answer.headers["Location"]) == (301, f"{path}?source=poster")


def test_staff_see_their_own_page_and_nobody_else_does(site):
    path, cookie = make_campaign().url, session()

    kept = site.ask(path)
    theirs = [site.ask(path, headers=cookie) for _ in range(2)]
    others = site.ask(path)

    assert [answer.cache for answer in (kept, *theirs, others)] == [
        "MISS",
        "BYPASS",
        "BYPASS",
        "HIT",
    ]
    assert [USER_BAR in answer.text for answer in (kept, *theirs, others)] == [
        False,
        True,
        True,
        False,
    ]
    assert theirs[0].headers["Cache-Control"] == "private, no-store"


def test_staff_who_come_first_leave_nothing_behind(site):
    path = make_campaign().url

    site.ask(path, headers=session())
    others = site.ask(path)

    assert (others.cache, USER_BAR in others.text) == ("MISS", False)


def test_what_is_one_visitors_own_is_not_kept_even_if_it_says_public(site):
    answers = [site.ask(path) for path in ("/arrived/mine/", "/admin/arrived/") for _ in range(2)]

    assert [(answer.status, answer.cache) for answer in answers] == [
        (200, "MISS"),
        (200, "MISS"),
        (200, None),
        (200, None),
    ]


# --- how long, and when the application does not answer ---


def test_a_pause_is_seen_within_ten_seconds_and_renewing_keeps_nobody_waiting(site):
    petition = make_petition()
    busy, quiet = (f"{petition.get_absolute_url()}{end}" for end in ("count.json", "thanks/"))
    before = [site.ask(path).status for path in (busy, quiet)]
    form = site.ask(petition.get_absolute_url()).text

    controlling.pause(petition, by=User.objects.create_user("editor"))
    since, seen, states = time.monotonic(), set(), []
    while time.monotonic() < since + 9:
        answer = site.ask(busy)
        seen.add(answer.cache)
        states.append(json.loads(answer.text)["state"])
        time.sleep(0.1)
    asked_once = site.ask(petition.get_absolute_url())

    assert before == [200, 200]
    assert (states[0], states[-1]) == ("open", "paused")
    assert seen == {"HIT", "STALE"}  # no reader waited for the application
    # A copy nobody asked for in the meantime is not shown for the sake of speed.
    assert asked_once.cache == "EXPIRED"
    assert asked_once.text != form


def test_readers_get_the_page_while_the_application_hangs_and_while_it_is_down(site, app):
    petition = make_petition()
    path = petition.get_absolute_url()
    page = site.ask(path).text
    site.ask("/arrived/")
    time.sleep(9)  # neither fresh nor still to be shown while it is renewed

    app.process.signal(signal.SIGSTOP)
    try:
        with contextlib.ExitStack() as stack:
            for _ in range(80):  # more than pages have places
                waiting = stack.enter_context(contextlib.closing(site.connect()))
                waiting.sendall(f"GET /arrived/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            time.sleep(1)
            hanging = site.ask(path, timeout=5)  # half of what nginx would wait
    finally:
        app.process.signal(signal.SIGCONT)
    app.stop()
    down = site.ask(path)
    others = [
        site.post(f"{path}sign/", fields(petition)),
        site.ask("/never-seen/"),
        site.ask("/admin/login/"),
    ]
    app.start()
    signed = site.post(f"{path}sign/", fields(petition))

    for answer in (hanging, down):
        assert (answer.status, answer.cache, answer.text) == (200, "STALE", page)
    for answer in others:
        assert (answer.status, answer.headers["Cache-Control"]) == (502, "no-store")
        assert answer.text == (ROOT / "deploy/pages/503.html").read_text()
    assert signed.status == 303


def test_the_staff_have_workers_of_their_own_and_else_the_publics(site, app):
    assert site.ask("/admin/login/").status == 200
    staff = app.serve(app.staff_path)
    app.process.signal(signal.SIGSTOP)  # all at work for the public
    try:
        answers = [site.ask(path).status for path in ("/admin/login/", "/admin/signatures/")]
    finally:
        app.process.signal(signal.SIGCONT)
        staff.end()
    assert answers == [200, 302]
    assert site.ask("/admin/login/").status == 200


def test_a_reload_loses_no_request(site, app):
    petition = make_petition()
    path = f"{petition.get_absolute_url()}sign/"

    def sign(number: int) -> int:
        time.sleep(number % 2 / 10)
        return site.post(path, fields(petition, email=f"s{number}@example.org")).status

    with ThreadPoolExecutor(2) as signers:
        signing = signers.map(sign, range(30))
        app.process.process.send_signal(signal.SIGHUP)
        statuses = list(signing)

    assert statuses == [303] * 30
    assert Signature.objects.count() == 30


def test_the_page_kept_from_before_closing_cannot_sign(site):
    petition = make_petition()
    path = petition.get_absolute_url()
    site.ask(path)

    Petition.objects.update(closes_at=timezone.now())
    kept = site.ask(path)
    answer = site.post(petition.url_path("sign"), fields(petition))

    assert (kept.cache, 'name="version"' in kept.text) == ("HIT", True)
    assert (answer.status, 'name="version"' in answer.text) == (410, False)
    assert not Signature.objects.exists()


def test_the_count_is_at_most_ten_seconds_behind(site, app, tmp_path):
    petition = make_petition(goal=100)
    path = petition.get_absolute_url()
    token = tokens.make("confirm", make_signature(petition, confirmed_at=None).pk)

    def shown() -> tuple[int, bool]:
        count = json.loads(site.ask(f"{path}count.json").text)["count"]
        return count, ONE_HAS_SIGNED in site.ask(path).text

    worker = app.run("manage.py", "worker", log=tmp_path / "worker.log")
    try:
        before = shown()
        assert site.post(f"/signatures/confirm/{token}/", {}).status == 303
        since, after = time.monotonic(), before
        while after != (1, True) and time.monotonic() < since + 10:
            time.sleep(0.2)  # there are readers all the while
            after = shown()
    finally:
        worker.end()

    assert (before, after) == ((0, False), (1, True))


# --- signing, and limits ---


def test_signing_goes_through_with_the_source_code_of_the_page(site):
    petition = make_petition()
    page = f"https://{HOST}{petition.get_absolute_url()}?source=poster"

    answer = site.post(
        petition.url_path("sign"),
        fields(petition),
        headers={"Referer": page, "Origin": f"https://{HOST}", "Sec-Fetch-Site": "same-origin"},
    )

    assert (answer.status, answer.headers["Location"]) == (
        303,
        petition.url_path("check_your_email"),
    )
    assert Signature.objects.values_list("email", "source").get() == ("ada@example.org", "poster")


def test_a_flood_from_one_network_is_slowed_down_and_others_sign(site):
    petition = make_petition()
    path = petition.url_path("sign")

    with ThreadPoolExecutor(4) as flood:
        answers = list(flood.map(lambda _: site.post(path, {}, source="127.0.0.2"), range(130)))
    refused = [answer for answer in answers if answer.status == 429]
    reading = site.ask(petition.get_absolute_url(), source="127.0.0.2")
    other = site.post(path, fields(petition))

    assert {answer.status for answer in answers} == {422, 429}
    assert len(answers) - len(refused) > 60  # sixty at once, and one for each second that it took
    assert refused[0].text == (ROOT / "deploy/pages/429.html").read_text()
    assert refused[0].headers["Retry-After"] == "60"
    assert (reading.status, other.status) == (200, 303)


def test_suggestions_are_kept_and_typing_is_not_slowed_down_as_searching_is(site):
    kept = [site.ask("/search/suggestions/?query=dam&state=won").cache for _ in range(2)]

    def burst(path: str) -> set[int]:
        with ThreadPoolExecutor(4) as visitors:
            return set(visitors.map(lambda n: site.ask(f"{path}?query=a{n}").status, range(45)))

    assert kept == ["MISS", "HIT"]
    assert burst("/search/suggestions/") == {200}
    assert burst("/search/") == {200, 429}


def test_a_network_is_what_one_customer_has(site):
    path = make_petition().url_path("sign")

    def post(address: str) -> int:
        headers = {"X-Forwarded-For": address}
        return site.post(path, {}, source=CDN, headers=headers).status

    with ThreadPoolExecutor(4) as flood:
        list(flood.map(lambda number: post(f"2001:db8:a:b::{number:x}"), range(100)))

    assert post("2001:db8:a:b:ffff::1") == 429  # the same /64
    assert post("2001:db8:a:c::1") == 422
    assert post("192.0.2.1") == 422


def test_only_a_trusted_proxy_says_who_is_asking(site):
    headers = {"X-Forwarded-For": "203.0.113.9"}

    visitor = site.ask("/arrived/?page=1", headers=headers)
    proxy = site.ask("/arrived/?page=2", headers=headers, source=CDN)

    seen = [arrived(answer)["headers"]["X-Forwarded-For"] for answer in (visitor, proxy)]
    assert seen == ["127.0.0.1", "203.0.113.9"]


def test_an_oversized_body_gets_a_kind_page(site):
    path = make_petition().url_path("sign")

    too_long = site.post(path, {"name": "x" * 70_000})
    upload = site.post("/admin/login/", {"username": "x" * 70_000})

    assert (too_long.status, too_long.headers["Retry-After"]) == (413, None)
    assert too_long.text == (ROOT / "deploy/pages/413.html").read_text()
    assert upload.status == 413  # nobody who may upload is asked for a password
    assert site.post("/admin/images/add/", {"title": "x" * 70_000}).status != 413


def test_slow_clients_block_nobody_and_one_network_may_not_open_all(site):
    petition = make_petition()
    path = petition.url_path("sign")
    half = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 500\r\n\r\nname="

    with contextlib.ExitStack() as stack:
        for number in range(110):
            slow = stack.enter_context(contextlib.closing(site.connect(source="127.0.0.4")))
            slow.sendall(half.encode() if number % 2 else half[:30].encode())
        time.sleep(0.3)
        signed = site.post(path, fields(petition))

    assert signed.status == 303


def test_one_network_may_open_a_hundred_requests_at_once(site):
    half = f"POST /never-seen/ HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 500\r\n\r\nname="

    with contextlib.ExitStack() as stack:
        for _ in range(100):
            slow = stack.enter_context(contextlib.closing(site.connect(source="127.0.0.4")))
            slow.sendall(half.encode())
        time.sleep(0.3)
        statuses = [
            site.ask("/arrived/", source=here).status for here in ("127.0.0.4", "127.0.0.1")
        ]

    assert statuses == [429, 200]


# --- what is written down ---


def test_no_token_no_address_and_no_query_is_written_down(site, app):
    signature = make_signature(make_petition(), confirmed_at=None)
    token = tokens.make("confirm", signature.pk)
    reset = "/admin/password_reset/confirm/MQ/set-password-token-5f3a/"
    asked = ("/signatures/confirm/{}/", "/fr/signatures/withdraw/{}/", "/x/{}", "/search/?query={}")
    source = "127.0.0.77"

    answers = [site.ask(path.format(token), source=source) for path in asked]
    site.ask(reset, source=source)
    for _ in range(14):  # limits are written down too
        site.post("/admin/login/", {}, source=source)
    app.stop()  # and so is trouble
    for path in asked:
        site.ask(path.format(token), source=source)
    site.process.end()

    assert answers[0].status == 200
    assert "/signatures/confirm/*" in site.logs()
    assert "app=502" in site.logs()
    for secret in (token, token.split(".")[1], "set-password-token", source, "query", "ada@"):
        assert secret not in site.logs() + app.log.read_text(), secret
