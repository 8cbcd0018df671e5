"""Readers, however many there are and whatever they ask for, do not keep signers waiting."""

import contextlib
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from servers.nginx import HOST, Answer, Site
from servers.processes import ROOT
from tests.deploy.conftest import arrived, fields, flood, people_wait
from tests.factories import make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

TOO_MANY = ROOT / "deploy/pages/429.html"
# The limit is a hundred at once and ten a second: even a slow machine refuses some of so many.
MANY = 200


def at_once(site, *asked: tuple[str, str]) -> list[Answer]:
    """The answers to requests (path, IP address of the reader) that start at the same moment."""
    ready = threading.Barrier(len(asked))

    def go(path: str, source: str) -> Answer:
        ready.wait()
        return site.ask(path, source=source)

    with ThreadPoolExecutor(len(asked)) as readers:
        return list(readers.map(go, *zip(*asked, strict=True)))


def test_after_a_quiet_hour_one_request_is_made_of_all_readers(site):
    path = "/arrived/slowly/"
    old = arrived(site.ask(path))["made"]
    time.sleep(2.1)  # no longer fresh, and too old to be shown while it is renewed

    answers = at_once(site, *[(path, f"127.0.0.{number % 4 + 1}") for number in range(60)])

    made = {arrived(answer)["made"] for answer in answers}
    assert {answer.status for answer in answers} == {200}
    assert len(made) <= 2  # two if a second ends between the requests
    assert old not in made


def test_who_signs_and_the_staff_do_not_wait_for_the_readers_workers(site, app):
    petition = make_petition()
    signature = make_signature(petition, email="grace@example.org", confirmed_at=None)
    links = {
        purpose: f"/signatures/{purpose}/{signature.token(purpose)}/"
        for purpose in ("confirm", "manage", "withdraw")
    }
    with app.serve(app.sign_path), app.serve(app.staff_path):
        app.process.signal(signal.SIGSTOP)  # as if all its workers were busy with readers
        try:
            with people_wait(site):
                signed = site.post(petition.url_path("sign"), fields(petition))
                leads_to = site.ask(petition.url_path("check_your_email"))
                asked = [site.ask(path).status for path in links.values()]
                confirmed = site.post(links["confirm"], {})
                thanked = site.ask(petition.url_path("thanks"))
                staff = [site.ask(path).status for path in ("/admin/login/", "/admin/signatures/")]
        finally:
            app.process.signal(signal.SIGCONT)

    assert (signed.status, leads_to.status, asked) == (303, 200, [200, 200, 200])
    assert (confirmed.status, thanked.status, staff) == (303, 200, [200, 302])
    # If the pools of the signers and of the staff are not running, the readers' pool answers.
    assert site.post(petition.url_path("sign"), fields(petition)).status == 303
    assert site.ask("/admin/login/").status == 200


def test_where_too_many_wait_for_their_workers_the_readers_answer(app, certificate, tmp_path):
    petition = make_petition()
    path = petition.url_path("sign")
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 6\r\n\r\nname=A"
    signers = app.serve(app.sign_path)
    one = {"max_conns=512": "max_conns=1"}
    site = Site(tmp_path, app=app, certificate=certificate, instead=one)
    signers.signal(signal.SIGSTOP)  # as if all its workers were busy
    try:
        with contextlib.closing(site.connect()) as waiting:
            waiting.sendall(head.encode())
            time.sleep(0.5)
            signed = site.post(path, fields(petition), timeout=20)
    finally:
        site.process.end()
        signers.signal(signal.SIGCONT)
        signers.end()

    assert signed.status == 303


def test_what_the_cache_lacks_has_a_budget_and_what_it_holds_has_none(site):
    network, path = "127.0.0.2", "/arrived/slowly/"
    site.ask(path)

    pages = [{"path": f"/arrived/?page={number}"} for number in range(MANY + 1)]
    missed = flood(site, *pages[:MANY], source=network)
    old = site.ask(path, source=network)
    other = site.ask(**pages[MANY])
    held = flood(site, *pages[MANY:] * MANY)

    statuses = Counter(answer.status for answer in missed)
    assert statuses.keys() == {200, 429}
    assert statuses[200] >= 100
    assert {a.text for a in missed if a.status == 429} == {TOO_MANY.read_text()}
    assert {answer.status for answer in (old, other, *held)} == {200}


def test_what_is_never_kept_has_a_budget_too(alone):
    """Links of mails have one, and nobody gets past that of pages by a session that is none."""
    made_up = {"path": "/arrived/", "headers": {"Cookie": "sessionid=made-up"}}
    asked = {"127.0.0.2": made_up, "127.0.0.3": {"path": "/signatures/confirm/x/"}}

    answers = {
        network: flood(alone, *[each] * MANY, source=network) for network, each in asked.items()
    }

    for answered in answers.values():
        statuses = Counter(answer.status for answer in answered)
        assert statuses.keys() == {503, 429}  # passed on to the application, which is down, or not
        assert statuses[503] >= 100


def test_pictures_are_drawn_one_after_the_other_and_the_queue_is_short(app, certificate, tmp_path):
    cards = [(f"/petitions/x{number}/card.jpg", f"127.0.1.{number}") for number in range(1, 21)]
    # Queues of a fifth: as many are begun a second, so that nobody has to wait for long.
    short = {"drawing burst=20": "drawing burst=4", "drawn burst=10": "drawn burst=1"}
    site = Site(tmp_path, app=app, certificate=certificate, instead=short)
    try:
        answers = at_once(site, *cards)
        page = site.ask("/arrived/")
        greedy = at_once(site, *[(f"/petitions/y{n}/qr.svg", "127.0.0.9") for n in range(5)])
    finally:
        site.process.end()

    statuses = Counter(answer.status for answer in answers)
    assert statuses.keys() == {404, 503}  # there are no such petitions
    assert 4 <= statuses[404] <= 8
    assert page.status == 200
    assert Counter(answer.status for answer in greedy)[404] <= 3  # all could wait, if all may draw


def test_beyond_a_bound_signers_are_told_at_once_to_try_again(site, app):
    petition = make_petition()
    path = petition.url_path("sign")
    head = f"POST {path} HTTP/1.1\r\nHost: {HOST}\r\nContent-Length: 6\r\n\r\nname=A"
    app.process.signal(signal.SIGSTOP)
    try:
        with contextlib.ExitStack() as stack:
            for _ in range(20):  # more than may wait where the readers' pool answers
                waiting = stack.enter_context(contextlib.closing(site.connect(source="127.0.0.2")))
                waiting.sendall(head.encode())
            time.sleep(1)
            told = site.post(path, fields(petition), timeout=20)  # at once, not after 30 seconds
    finally:
        app.process.signal(signal.SIGCONT)
        app.stop()  # or the next test would wait behind those 16

    assert (told.status, told.headers["Retry-After"]) == (503, "60")
    assert told.text == (ROOT / "deploy/pages/503.html").read_text()
