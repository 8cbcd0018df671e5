"""Signing through nginx, and what it refuses: floods, large bodies, slow clients."""

import contextlib
import time

import pytest

from campaigns.models import Signature
from operations import probes
from servers.nginx import CDN, HOST, Answer
from servers.processes import ROOT
from tests.deploy.conftest import LIGHT, arrived, fields, flood
from tests.factories import make_campaign, make_petition

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def statuses(answers: list[Answer]) -> list[int]:
    return [answer.status for answer in answers]


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
        f"{petition.url_path('check_your_email')}?source=poster",
    )
    assert Signature.objects.values_list("email", "source").get() == ("ada@example.org", "poster")


def test_the_code_of_a_link_reaches_the_signature_over_the_front_page_without_scripts(site):
    """Browsers without scripts send the full URL of the page as the Referer of each request."""
    petition, origin = make_petition(), f"https://{HOST}"
    page, path = make_campaign(petition).url, petition.url_path("sign")

    sent_on = site.ask(page, headers={"Referer": f"{origin}/?utm_source=Mail&utm_campaign=May"})
    read = site.ask(sent_on.headers["Location"])
    came_from = {"Referer": origin + sent_on.headers["Location"], "Sec-Fetch-Site": "same-origin"}
    signed = site.post(path, fields(petition), headers={**came_from, "Origin": origin})

    assert (sent_on.status, read.status, signed.status) == (302, 200, 303)
    assert Signature.objects.get().source == "mail/may"


def test_a_flood_from_one_network_is_slowed_down_and_others_sign(site):
    petition = make_petition()
    path = petition.url_path("sign")

    sent = [{"path": where, "method": "POST"} for where in (LIGHT, path)]
    answers = flood(site, *sent[:1] * 100, source="127.0.0.2")
    # One of them may come through for each second that has passed.
    same = statuses(flood(site, *sent[1:] * 8, source="127.0.0.2"))
    refused = [answer for answer in answers if answer.status == 429]
    reading = site.ask(petition.get_absolute_url(), source="127.0.0.2")
    other = site.post(path, fields(petition))

    assert {answer.status for answer in answers} == {200, 429}
    assert len(answers) - len(refused) > 60  # sixty at once, and one for each second that it took
    assert refused[0].text == (ROOT / "deploy/pages/429.html").read_text()
    assert refused[0].headers["Retry-After"] == "60"
    assert 429 in same
    assert (reading.status, other.status) == (200, 303)


def test_typing_is_not_slowed_down_as_searching_is(alone):
    def burst(path: str) -> set[int]:
        return set(statuses(flood(alone, *({"path": f"{path}?query=a{n}"} for n in range(45)))))

    typing, searching = burst("/search/suggestions/"), burst("/search/")

    assert typing == {503}  # passed on to the application, which is down
    assert searching == {503, 429}


def test_the_way_to_the_provider_is_not_asked_for_without_end(alone):
    paths = ["/admin/sso/", "/admin/sso/answer/"]

    asked = statuses(flood(alone, *({"path": path} for path in paths * 35), source="127.0.0.3"))
    others = {alone.ask(path, source="127.0.0.4").status for path in paths}

    assert (set(asked), others) == ({503, 429}, {503})  # passed on, and the application is down
    assert asked.count(503) > 30


def test_programs_learn_whether_the_site_is_well_as_often_as_they_need(site):
    asked = statuses(flood(site, *[{"path": "/healthz"}] * 20))
    other = site.ask("/readyz", source="127.0.0.2")

    assert set(asked) == {200, 429}
    assert asked.count(200) >= 10
    assert (other.status, other.text) == (503, '{"ready": false}')  # no worker runs
    assert "healthz" not in site.logs()


def test_prometheus_reads_what_was_measured_and_no_cache_keeps_it_for_others(site):
    petition = make_petition()
    signed = site.post(petition.url_path("sign"), fields(petition))
    token = next(probes.tokens())

    told = site.ask("/metrics", headers={"Authorization": f"Bearer {token}"})
    others = site.ask("/metrics")

    assert (signed.status, told.status, others.status) == (303, 200, 403)
    assert 'lastdrop_answers_total{status="303",view="sign"}' in told.text
    assert "petitions/" not in told.text
    assert "lastdrop_" not in others.text


def test_a_network_is_what_one_customer_has(alone):
    def post(*addresses: str) -> list[int]:
        sent = [{"X-Forwarded-For": address} for address in addresses]
        asked = ({"path": LIGHT, "method": "POST", "headers": headers} for headers in sent)
        return statuses(flood(alone, *asked, source=CDN))

    post(*(f"2001:db8:a:b::{number:x}" for number in range(80)))
    # The same /64. One of them may come through for each second that has passed.
    same = post(*(f"2001:db8:a:b:ffff::{number:x}" for number in range(12)))

    assert 429 in same
    assert post("2001:db8:a:c::1", "192.0.2.1") == [503] * 2  # passed on


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
    assert upload.status == 413  # only staff who have signed in already may upload
    assert site.post("/admin/images/add/", {"title": "x" * 70_000}).status != 413


def test_the_provider_of_email_reports_many_emails_in_one_request(site):
    sizes = (1_900_000, 2_200_000)
    answers = [site.post("/mail-events/", {"x": "x" * size}).status for size in sizes]

    assert answers == [404, 413]  # no provider is set here: the application's own answer


def test_slow_clients_block_nobody_and_one_network_may_open_a_hundred_requests_at_once(site):
    petition, slow = make_petition(), "127.0.0.4"
    path = petition.url_path("sign")
    half = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 500\r\n\r\nname="

    with contextlib.ExitStack() as stack:
        for number in range(110):
            client = stack.enter_context(contextlib.closing(site.connect(source=slow)))
            # Those of which not even the head has arrived are not counted.
            client.sendall(half.encode() if number >= 10 else half[:30].encode())
        time.sleep(0.3)
        refused = site.ask("/arrived/", source=slow).status
        read, signed = site.ask("/arrived/").status, site.post(path, fields(petition)).status

    assert (refused, read, signed) == (429, 200, 303)


def test_a_network_holds_few_uploads_to_the_cms_open(site):
    """They lie on the disk until they are complete, which they never may be."""
    path, head = "/admin/images/add/", "Content-Length: 1000000\r\n\r\nx"
    with contextlib.ExitStack() as stack:
        for method in ["POST", "GET"] * 8:
            held = stack.enter_context(contextlib.closing(site.connect(source="127.0.0.2")))
            held.sendall(f"{method} {path} HTTP/1.1\r\nHost: {HOST}\r\n{head}".encode())
        time.sleep(0.3)
        refused = site.post(path, {}, source="127.0.0.2").status
        read = site.ask("/admin/login/", source="127.0.0.2").status
        other = site.post(path, {}).status

    assert (refused, read) == (429, 200)
    assert other != 429
