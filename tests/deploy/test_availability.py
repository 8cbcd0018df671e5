"""How long nginx caches a page, and what it answers while the application hangs or is down."""

import contextlib
import copy
import json
import re
import signal
import time
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from wagtail.models import PageViewRestriction

from campaigns.models import Petition, Signature
from campaigns.petitions import immediate_actions
from campaigns.signatures import tokens
from servers.nginx import HOST
from servers.processes import ROOT, tree
from tests.deploy.conftest import fields
from tests.factories import make_article, make_petition, make_signature

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

ONE_HAS_SIGNED = "data-count>1<"


def test_a_pause_is_seen_within_ten_seconds_and_renewing_keeps_nobody_waiting(site):
    petition = make_petition()
    busy, quiet = (f"{petition.get_absolute_url()}{end}" for end in ("count.json", "thanks/"))
    before = [site.ask(path).status for path in (busy, quiet)]
    form = site.ask(petition.get_absolute_url()).text

    immediate_actions.pause(petition, by=User.objects.create_user("editor"))
    since, seen, states = time.monotonic(), set(), []
    while time.monotonic() < since + 9:
        answer = site.ask(busy)
        seen.add(answer.cache)
        states.append(json.loads(answer.text)["state"])
        time.sleep(0.1)
    asked_once = site.ask(petition.get_absolute_url())

    assert before == [200, 200]
    assert (states[0], states[-1]) == ("open", "paused")
    # No reader waited for the application: nginx updated the copy in the background.
    assert seen - {"UPDATING"} == {"HIT", "STALE"}
    # A copy that nobody requested in the meantime is too old to be shown while it is renewed.
    assert asked_once.cache == "EXPIRED"
    assert asked_once.text != form


def test_readers_get_the_page_while_the_application_hangs_and_while_it_is_down(site, app):
    petition = make_petition()
    path = petition.get_absolute_url()
    page = site.ask(path).text
    time.sleep(9)  # no longer fresh, and too old to be shown while it is renewed

    app.process.signal(signal.SIGSTOP)
    try:
        with contextlib.ExitStack() as stack:
            for number in range(80):  # more than nginx lets wait for pages
                waiting = stack.enter_context(contextlib.closing(site.connect()))
                waiting.sendall(f"GET /x{number}/ HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())
            time.sleep(1)
            hanging = site.ask(path, timeout=5)  # half as long as nginx would wait
            refused = site.ask("/never-seen/", timeout=5)
    finally:
        app.process.signal(signal.SIGCONT)
    app.stop()
    down = site.ask(path)
    others = [
        refused,
        site.post(f"{path}sign/", fields(petition)),
        site.ask("/never-seen/"),
        site.ask("/admin/login/"),
    ]
    app.start()
    # At once, with no pause for a pool that has failed a moment ago.
    signed, staff = site.post(f"{path}sign/", fields(petition)), site.ask("/admin/login/")

    for answer in (hanging, down):
        assert (answer.status, answer.cache, answer.text) == (200, "STALE", page)
    for answer in others:
        assert (answer.status, answer.headers["Cache-Control"]) == (503, "no-store")
        assert answer.text == (ROOT / "deploy/pages/503.html").read_text()
    assert (signed.status, staff.status) == (303, 200)


def test_nobody_gets_a_page_that_was_taken_down_while_the_application_is_down(site, app):
    pages = [make_article(slug=slug) for slug in ("kept", "gone", "moved", "private")]
    _kept, gone, moved, private = pages
    paths = [page.url for page in pages]
    assert {site.ask(path).status for path in paths} == {200}

    gone.unpublish()
    PageViewRestriction.objects.create(page=private, restriction_type="password", password="word")
    moved.slug = "elsewhere"
    moved.save_revision().publish()
    time.sleep(9)
    seen = [site.ask(path) for path in paths]
    app.stop()
    down = [site.ask(path) for path in paths]

    assert [answer.status for answer in seen][:2] == [200, 404]
    assert seen[2].status in (301, 404)
    assert "authenticate_with_password" in seen[3].headers["Location"]
    assert "X-Accel-Expires" not in seen[1].headers
    assert [answer.status for answer in down] == [answer.status for answer in seen]
    assert down[1].headers["Cache-Control"] == "private, no-store"


def test_the_staff_have_workers_of_their_own_and_else_the_publics(site, app):
    assert site.ask("/admin/login/").status == 200
    staff = app.serve(app.staff_path)
    app.process.signal(signal.SIGSTOP)  # as if all its workers were busy with the public
    try:
        answers = [site.ask(path).status for path in ("/admin/login/", "/admin/signatures/")]
    finally:
        app.process.signal(signal.SIGCONT)
        staff.end()
    assert answers == [200, 302]
    assert site.ask("/admin/login/").status == 200


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
        worker.wait_until(lambda: "Worker started" in worker.log.read_text())
        before = shown()
        assert site.post(f"/signatures/confirm/{token}/", {}).status == 303
        since, after = time.monotonic(), before
        while after != (1, True) and time.monotonic() < since + 10:
            time.sleep(0.2)  # readers keep coming
            after = shown()
    finally:
        worker.end()

    assert (before, after) == ((0, False), (1, True))


def test_workers_share_what_their_master_has_loaded(application, transactional_db):
    """Each worker would otherwise load the site by itself, and need the memory for it."""
    own = copy.copy(application)
    own.begin = None  # no fork, which would have loaded nothing itself
    with own.serve(own.staff_path) as master:
        (worker, *_) = tree(master.pid)[1:]
        rollup = Path(f"/proc/{worker}/smaps_rollup").read_text()

    whole, own = (
        int(re.search(rf"^{name}: +(\d+) kB$", rollup, re.MULTILINE)[1])
        for name in ("Rss", "Private_Dirty")
    )

    assert own < whole / 2
